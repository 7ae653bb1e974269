/** Knows from the energy of the sound alone when somebody is speaking. */

/** Root mean square, of 32768, above which a frame counts as sound: above line noise, below quiet speech. */
const AUDIBLE_RMS = 150
/** Sound after so much silence is the beginning of something new, not the next word. */
const NEW_SOUND_MS = 250

/** Listens frame by frame. */
type Ear = {
  /** When the present or last sound began; undefined before the first. */
  readonly onsetMs: number | undefined
  /** The end of the last audible frame; undefined before the first. */
  readonly lastSoundMs: number | undefined
  /** A frame of 8 kHz sound that begins at `nowMs`. */
  hear(frame: Int16Array, nowMs: number): void
}

/** An ear that has heard nothing. */
export function createEar(): Ear {
  let onsetMs: number | undefined
  let lastSoundMs: number | undefined
  return {
    get onsetMs() {
      return onsetMs
    },
    get lastSoundMs() {
      return lastSoundMs
    },
    hear(frame, nowMs) {
      if (rms(frame) < AUDIBLE_RMS) return
      if (lastSoundMs === undefined || nowMs - lastSoundMs >= NEW_SOUND_MS) onsetMs = nowMs
      lastSoundMs = nowMs + frame.length / 8
    },
  }
}

function rms(frame: Int16Array): number {
  let sum = 0
  for (const sample of frame) sum += sample * sample
  return Math.sqrt(sum / Math.max(1, frame.length))
}
