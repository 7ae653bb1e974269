/** How loud sound is, and where speech begins and ends in it: by energy over a noise floor that follows the line. */

/** A change found in the stream. It really happened `agoMs` before the end of the sound pushed so far, `atMs` after the stream's start. */
export type SpeechChange = { type: 'speech-started' | 'speech-ended'; atMs: number; agoMs: number }

/** Listens to one stream. */
export type SpeechDetector = {
  /**
   * Takes the stream's next samples, any number of them (a frame of 20 ms is usual); returns the change they settle, the latest when
   * there are several. A start is the first loud moment of the speech; an end is the last, not the moment of the decision.
   */
  push(pcm: Int16Array): SpeechChange | undefined
}

/** Loudness is judged in windows of this length; times are as exact. */
const WINDOW_MS = 10
/** Sound this long without a pause is speech: a click or a crackle is shorter. */
const SHORTEST_SPEECH_MS = 50
/** Speech begins this far over the noise floor and goes on a little lower, or it would flicker at the edge. */
const START_OVER_FLOOR_DB = 12
const STAY_OVER_FLOOR_DB = 8
/** No sound below this level is speech, however quiet the line. People on the phone speak at -15 to -35 dBFS. */
const QUIETEST_START_DB = -45
const QUIETEST_STAY_DB = -49
/** Where the floor starts, and the lowest it goes: lines that send digital silence between words must not make noise look like speech. */
const LOWEST_FLOOR_DB = -65
/** The floor falls at once but for smoothing, and rises slowly: pauses between words pull it back down, lasting noise does not. */
const FLOOR_FALL = 0.2
const FLOOR_RISE_DB = (4 * WINDOW_MS) / 1000

/**
 * A speech detector for telephone sound at `sampleRate` Hz, a multiple of 100. Speech ends after `hangOverMs` of quiet (default 300): longer than the
 * pauses inside and between words. Pushes longer than that may hide a change behind the next.
 */
export function createSpeechDetector(options: { sampleRate: number; hangOverMs?: number }): SpeechDetector {
  const { sampleRate, hangOverMs = 300 } = options
  const windowSamples = Math.round((sampleRate * WINDOW_MS) / 1000)
  let sum = 0
  let sumOfSquares = 0
  let filled = 0
  let nowMs = 0
  let floorDb = LOWEST_FLOOR_DB
  let speaking = false
  // While speaking: the last loud moment. Otherwise: where the present loud run began, if one is on.
  let lastLoudMs = 0
  let runStartMs: number | undefined

  const followFloor = (levelDb: number) => {
    if (levelDb < floorDb) floorDb += FLOOR_FALL * (levelDb - floorDb)
    else floorDb += Math.min(FLOOR_RISE_DB, levelDb - floorDb)
    floorDb = Math.max(LOWEST_FLOOR_DB, floorDb)
  }
  const isLoud = (levelDb: number) =>
    speaking || runStartMs !== undefined
      ? levelDb > Math.max(QUIETEST_STAY_DB, floorDb + STAY_OVER_FLOOR_DB)
      : levelDb > Math.max(QUIETEST_START_DB, floorDb + START_OVER_FLOOR_DB)

  /** Judges the window that ends now. */
  const judge = (levelDb: number): Omit<SpeechChange, 'agoMs'> | undefined => {
    const loud = isLoud(levelDb)
    followFloor(levelDb)
    if (speaking) {
      if (loud) lastLoudMs = nowMs
      if (nowMs - lastLoudMs < hangOverMs) return undefined
      speaking = false
      runStartMs = undefined
      return { type: 'speech-ended', atMs: lastLoudMs }
    }
    if (!loud) {
      runStartMs = undefined
      return undefined
    }
    runStartMs ??= nowMs - WINDOW_MS
    if (nowMs - runStartMs < SHORTEST_SPEECH_MS) return undefined
    speaking = true
    lastLoudMs = nowMs
    return { type: 'speech-started', atMs: runStartMs }
  }

  return {
    push(pcm) {
      let change: Omit<SpeechChange, 'agoMs'> | undefined
      for (const sample of pcm) {
        sum += sample
        sumOfSquares += sample * sample
        filled += 1
        if (filled < windowSamples) continue
        nowMs += WINDOW_MS
        // Without the mean: a constant offset of the line is no sound.
        const power = sumOfSquares / filled - (sum / filled) ** 2
        change = judge(10 * Math.log10(Math.max(power, 1) / 32768 ** 2)) ?? change
        sum = 0
        sumOfSquares = 0
        filled = 0
      }
      return change && { ...change, agoMs: nowMs - change.atMs + (filled * 1000) / sampleRate }
    },
  }
}

/** Root mean square of the samples, 0 to 32768; 0 for none. */
export function rms(pcm: Int16Array): number {
  let sumOfSquares = 0
  for (const sample of pcm) sumOfSquares += sample * sample
  return pcm.length === 0 ? 0 : Math.sqrt(sumOfSquares / pcm.length)
}
