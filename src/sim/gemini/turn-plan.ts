/** A turn of the agent as server messages: what is sent when. Pure, so the odd shapes of the real stream can be tested. */

/** One message of the turn. */
type PlannedMessage = {
  /** When it is sent, in ms after the first sound. */
  atMs: number
  /** The content of `serverContent`. */
  content: Record<string, unknown>
  /** Sound in it, in ms, and characters of transcript. */
  soundMs: number
  characters: number
}

/** Samples per second of everything the model says. */
const OUTPUT_RATE = 24000

/** The model speaks faster than it can be played, in bursts. */
const TIMES_REAL_TIME = 3.5
const BURST_MS = 120

/** Chunk sizes in samples, over and over: of no pattern, and no multiple of the 3 that a 24 to 8 kHz converter would like. */
const CHUNK_SAMPLES = [1921, 5042, 7679, 962, 9601, 3604] as const

/** Lengths of transcript pieces, over and over: they split words anywhere. */
const AGENT_PIECES = [2, 17, 9, 26, 5] as const
const PERSON_PIECES = [4, 9, 5, 8] as const

/** How the sound is cut. The real service sends whole samples; with `splitSamples` chunks end in the middle of a sample's two bytes. */
export type PlanOptions = { splitSamples: boolean }

/** The messages of a turn with these words and this sound (24 kHz), in the order in which they are sent. */
export function planTurn(text: string, pcm: Int16Array, options: PlanOptions): PlannedMessage[] {
  const chunks = cutSound(pcm, options)
  const pieces = cutText(text, AGENT_PIECES)
  const plan: PlannedMessage[] = []
  let sentMs = 0
  let spoken = 0
  for (let i = 0; i < chunks.length; i += 1) {
    const atMs = Math.floor(sentMs / TIMES_REAL_TIME / BURST_MS) * BURST_MS
    // Every third message carries two chunks; a transcript piece rides along in some and travels alone at other times.
    const parts = i % 3 === 1 ? chunks.slice(i, i + 2) : chunks.slice(i, i + 1)
    i += parts.length - 1
    const soundMs = parts.reduce((sum, part) => sum + part.length / (OUTPUT_RATE * 2), 0) * 1000
    const content: Record<string, unknown> = {
      modelTurn: { role: 'model', parts: parts.map(audioPart) },
    }
    sentMs += soundMs
    const message: PlannedMessage = { atMs, content, soundMs, characters: 0 }
    plan.push(message)

    // Words run a little ahead of the sound, and never fit it exactly.
    const due = Math.ceil(((i + 2) / (chunks.length + 1)) * pieces.length)
    for (; spoken < Math.min(due, pieces.length); spoken += 1) {
      const piece = pieces[spoken] ?? ''
      if (spoken % 2 === 1 && content.outputTranscription === undefined) {
        content.outputTranscription = { text: piece }
        message.characters = piece.length
      } else plan.push(words(atMs, piece))
    }
  }
  for (const piece of pieces.slice(spoken)) plan.push(words(sentMs / TIMES_REAL_TIME, piece))
  return plan
}

/** The person's words in the pieces in which they are transcribed. */
export function personPieces(text: string): string[] {
  return cutText(text, PERSON_PIECES)
}

function words(atMs: number, text: string): PlannedMessage {
  return { atMs, content: { outputTranscription: { text } }, soundMs: 0, characters: text.length }
}

function audioPart(bytes: Buffer): unknown {
  return { inlineData: { mimeType: `audio/pcm;rate=${OUTPUT_RATE}`, data: bytes.toString('base64') } }
}

function cutSound(pcm: Int16Array, { splitSamples }: PlanOptions): Buffer[] {
  const bytes = Buffer.alloc(pcm.length * 2)
  for (const [index, sample] of pcm.entries()) bytes.writeInt16LE(sample, index * 2)
  const chunks: Buffer[] = []
  for (let start = 0, i = 0; start < bytes.length; i += 1) {
    const size = (CHUNK_SAMPLES[i % CHUNK_SAMPLES.length] ?? 1) * 2 + (splitSamples ? 1 : 0)
    chunks.push(bytes.subarray(start, start + size))
    start += size
  }
  return chunks
}

function cutText(text: string, lengths: readonly number[]): string[] {
  const letters = [...text]
  const pieces: string[] = []
  for (let start = 0, i = 0; start < letters.length; i += 1) {
    const end = start + (lengths[i % lengths.length] ?? 1)
    pieces.push(letters.slice(start, end).join(''))
    start = end
  }
  return pieces
}
