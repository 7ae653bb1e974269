/** Sound for words that nobody recorded: syllables with formants, of the right length, the same for the same words. */

/** How the two sides sound: pitch in Hz, and how much higher than a man's the formants lie. */
const VOICES = {
  person: { pitch: 115, formants: 1 },
  agent: { pitch: 195, formants: 1.15 },
} as const satisfies Record<'person' | 'agent', { pitch: number; formants: number }>

/** The first three formants of the vowels, in Hz (Peterson and Barney 1952, rounded). */
const VOWELS: Record<string, readonly [number, number, number]> = {
  a: [730, 1090, 2440],
  e: [530, 1840, 2480],
  i: [300, 2250, 2950],
  o: [570, 840, 2410],
  u: [320, 870, 2240],
  y: [390, 1990, 2550],
}
const NEUTRAL: readonly [number, number, number] = [500, 1500, 2500]

const RATE = 8000
const MS_PER_CHARACTER = 65
/** Loudness of phone speech: about -20 dBFS. */
const RMS = 3277

/** Speech-like sound for `text`: signed 16-bit mono, 8 kHz, about 65 ms a character; without a sample for an empty text. */
export function babble(text: string, speaker: 'person' | 'agent'): Int16Array {
  const { pitch, formants } = VOICES[speaker]
  const letters = [...text.trim()]
  const perLetter = (RATE * MS_PER_CHARACTER) / 1000
  const sound = new Float64Array(letters.length * perLetter)
  const noise = createNoise(text)
  // One syllable for each run of letters up to a vowel; what is no letter only makes it longer.
  let start = 0
  for (const [index, letter] of letters.entries()) {
    const vowel = VOWELS[letter.toLowerCase()]
    const isLast = index === letters.length - 1
    if (!vowel && !isLast) continue
    const end = (index + 1) * perLetter
    const declining = 1.12 - 0.24 * (index / letters.length)
    const wobble = 1 + 0.06 * noise()
    syllable(sound.subarray(start, end), {
      pitch: pitch * declining * wobble,
      formants: (vowel ?? NEUTRAL).map((hz) => hz * formants),
      noise,
    })
    start = end
  }
  return levelled(sound)
}

/** A breath of noise, then a voiced vowel that swells and fades. */
function syllable(
  out: Float64Array,
  { pitch, formants, noise }: { pitch: number; formants: number[]; noise: () => number },
): void {
  const onset = Math.min(out.length / 3, RATE * 0.05)
  const filters = formants.map((hz, index) => createResonator(hz, 60 + 40 * index))
  let phase = 0
  for (let i = 0; i < out.length; i += 1) {
    phase += (pitch * (1 + 0.05 * Math.sin((Math.PI * i) / out.length))) / RATE
    if (phase >= 1) phase -= 1
    // A falling ramp is rich in overtones, as the voice is before the mouth shapes it.
    const voice = 1 - 2 * phase
    const source = i < onset ? 0.25 * noise() + (0.6 * voice * i) / onset : voice
    const shape = Math.sin((Math.PI * (i + 0.5)) / out.length) ** 0.5
    out[i] = filters.reduce((sum, filter, index) => sum + filter(source) / (index + 1), 0) * shape
  }
}

/** A two-pole resonance at `hz` with this bandwidth. */
function createResonator(hz: number, bandwidth: number): (x: number) => number {
  const r = Math.exp((-Math.PI * bandwidth) / RATE)
  const b1 = 2 * r * Math.cos((2 * Math.PI * hz) / RATE)
  const b2 = -r * r
  const gain = 1 - r
  let y1 = 0
  let y2 = 0
  return (x) => {
    const y = gain * x + b1 * y1 + b2 * y2
    y2 = y1
    y1 = y
    return y
  }
}

/** Numbers from -1 to 1 that follow from the text alone. */
function createNoise(text: string): () => number {
  let state = [...text].reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) >>> 0, 7)
  return () => {
    state = (state * 1664525 + 1013904223) >>> 0
    return state / 2 ** 31 - 1
  }
}

function levelled(sound: Float64Array): Int16Array {
  const energy = sound.reduce((sum, value) => sum + value * value, 0)
  const gain = energy === 0 ? 0 : RMS / Math.sqrt(energy / sound.length)
  return Int16Array.from(sound, (value) => Math.round(30000 * Math.tanh((value * gain) / 30000)))
}
