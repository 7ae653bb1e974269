/** The voices that a Gemini Live model can speak with. */
import { nearest } from '../text/nearest.ts'

/** A prebuilt voice. Names are case-sensitive on the wire. */
type Voice = {
  name: string
  /** Google's own word for its character. */
  character: string
  /** One of the eight that the Live API began with. */
  original: boolean
}

/** All 30, the original eight first (https://ai.google.dev/gemini-api/docs/speech-generation#voices). */
export const VOICES = [
  { name: 'Puck', character: 'Upbeat', original: true },
  { name: 'Charon', character: 'Informative', original: true },
  { name: 'Fenrir', character: 'Excitable', original: true },
  { name: 'Kore', character: 'Firm', original: true },
  { name: 'Aoede', character: 'Breezy', original: true },
  { name: 'Leda', character: 'Youthful', original: true },
  { name: 'Orus', character: 'Firm', original: true },
  { name: 'Zephyr', character: 'Bright', original: true },
  { name: 'Achernar', character: 'Soft', original: false },
  { name: 'Achird', character: 'Friendly', original: false },
  { name: 'Algenib', character: 'Gravelly', original: false },
  { name: 'Algieba', character: 'Smooth', original: false },
  { name: 'Alnilam', character: 'Firm', original: false },
  { name: 'Autonoe', character: 'Bright', original: false },
  { name: 'Callirrhoe', character: 'Easy-going', original: false },
  { name: 'Despina', character: 'Smooth', original: false },
  { name: 'Enceladus', character: 'Breathy', original: false },
  { name: 'Erinome', character: 'Clear', original: false },
  { name: 'Gacrux', character: 'Mature', original: false },
  { name: 'Iapetus', character: 'Clear', original: false },
  { name: 'Laomedeia', character: 'Upbeat', original: false },
  { name: 'Pulcherrima', character: 'Forward', original: false },
  { name: 'Rasalgethi', character: 'Informative', original: false },
  { name: 'Sadachbia', character: 'Lively', original: false },
  { name: 'Sadaltager', character: 'Knowledgeable', original: false },
  { name: 'Schedar', character: 'Even', original: false },
  { name: 'Sulafat', character: 'Warm', original: false },
  { name: 'Umbriel', character: 'Easy-going', original: false },
  { name: 'Vindemiatrix', character: 'Gentle', original: false },
  { name: 'Zubenelgenubi', character: 'Casual', original: false },
] as const satisfies readonly Voice[]

/** Their names, in the same order. */
export const VOICE_NAMES = VOICES.map(({ name }) => name)

/** What a name on the command line may mean. Google adds voices, so an unknown one deserves a warning, not a refusal. */
type VoiceMatch = { type: 'known'; voice: Voice } | { type: 'unknown'; nearest: Voice | undefined }

/** The voice of this name in any case, or the one that was probably meant. */
export function findVoice(name: string): VoiceMatch {
  const wanted = name.trim().toLowerCase()
  const known = VOICES.find((voice) => voice.name.toLowerCase() === wanted)
  if (known) return { type: 'known', voice: known }
  const guess = nearest(name, VOICE_NAMES)
  return { type: 'unknown', nearest: VOICES.find((voice) => voice.name === guess) }
}
