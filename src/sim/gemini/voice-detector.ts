/** Where the person's speech begins and ends: by the energy of the sound that arrived, in the sound's own time. */

/** Fed with all received sound. Time stands still while nothing arrives, so a client that stops sending never ends a turn. */
type VoiceDetector = {
  /** Hears the next samples (signed 16-bit mono at `rate` Hz) and returns what they began or ended, in order. */
  hear(pcm: Int16Array, rate: number): ('start' | 'end')[]
  /** How long the current speech has lasted, in ms; 0 in silence. */
  readonly speechMs: number
}

const WINDOW_MS = 20
/** Louder than this for 60 ms is speech: -35 dBFS. Phone speech is about -20, a noisy line's hiss below -45. */
const START_RMS = 600
const START_WINDOWS = 3
/** Once begun, softer sound still counts: -41 dBFS. */
const STAY_RMS = 300

/** A detector in silence. `silenceMs` of received silence ends the speech. */
export function createVoiceDetector(silenceMs: number): VoiceDetector {
  let energy = 0
  let samples = 0
  let loudWindows = 0
  let speechMs = 0
  let quietMs = 0

  const window = (rms: number): 'start' | 'end' | undefined => {
    if (speechMs === 0) {
      loudWindows = rms >= START_RMS ? loudWindows + 1 : 0
      if (loudWindows < START_WINDOWS) return undefined
      speechMs = START_WINDOWS * WINDOW_MS
      quietMs = 0
      return 'start'
    }
    speechMs += WINDOW_MS
    quietMs = rms >= STAY_RMS ? 0 : quietMs + WINDOW_MS
    if (quietMs < silenceMs) return undefined
    speechMs = 0
    loudWindows = 0
    return 'end'
  }
  return {
    hear(pcm, rate) {
      const found: ('start' | 'end')[] = []
      for (const sample of pcm) {
        energy += sample * sample
        samples += 1
        if (samples * 1000 < rate * WINDOW_MS) continue
        const event = window(Math.sqrt(energy / samples))
        if (event) found.push(event)
        energy = 0
        samples = 0
      }
      return found
    },
    get speechMs() {
      return speechMs
    },
  }
}
