/** The person's voice on its way up: laid on the carrier's time line, noticed when it is speech, and passed to the model without a hole. */
import { createSpeechDetector } from '../../audio/level.ts'
import { createResampler } from '../../audio/resample.ts'
import type { GreetingShield } from './greeting-shield.ts'
import type { Uplink } from './uplink.ts'

/** A carrier's stamp this far ahead of our own time is no stamp. */
const STAMP_TRUST_MS = 1000
/** When nothing came for this long, silence is put in its place: the model ends a turn by silence that it hears, not by hearing nothing. */
const HOLE_MS = 700
/** A hole is filled this far; beyond it the line is dead, not silent. */
const LONGEST_FILLING_MS = 10_000
const FILLING_FRAME_MS = 20

/** What is noticed in the person's sound. Times are ms since media start. */
export type EarNews = {
  /** Sound as it came, at its place on the time line. */
  sound(pcm: Int16Array, atMs: number): void
  /** Nothing has come for so long that the line may be dead. */
  missing(): void
  speechStarted(atMs: number): void
  /** `lastedMs`: how long it was. */
  speechEnded(atMs: number, lastedMs: number): void
}

/** One person's ear-piece. */
export type PersonEar = {
  /** The next sound; `atMs` is the carrier's stamp. */
  hear(pcm: Int16Array, atMs: number): void
  /** Fills a hole that has come about. To be called often. */
  progress(): void
}

/** An ear from now on. */
export function createPersonEar(deps: {
  sampleRate: number
  /** The rate at which the model hears. */
  inputRate: number
  uplink: Uplink
  shield: GreetingShield
  nowMs: () => number
  news: EarNews
}): PersonEar {
  const { sampleRate, inputRate, uplink, shield, nowMs, news } = deps
  const resampler = createResampler(sampleRate, inputRate)
  const detector = createSpeechDetector({ sampleRate })
  /** End of the sound on the time line, and of the latest filling. */
  let laidMs = 0
  let filledMs = 0
  let lastCameMs = nowMs()
  let lastLookMs = nowMs()
  let isMissed = false
  let speechFromMs: number | undefined

  /** Passes on sound that ends at `endMs` of the time line. */
  const passOn = (pcm: Int16Array, endMs: number) => {
    const change = detector.push(pcm)
    if (change?.type === 'speech-started') {
      speechFromMs = endMs - change.agoMs
      news.speechStarted(speechFromMs)
    } else if (change) {
      const endedAtMs = endMs - change.agoMs
      const lastedMs = endedAtMs - (speechFromMs ?? endedAtMs)
      speechFromMs = undefined
      news.speechEnded(endedAtMs, lastedMs)
    }
    const speechMs = speechFromMs === undefined ? 0 : endMs - speechFromMs
    for (const frame of shield.pass(pcm, speechMs)) uplink.send(resampler.push(frame))
  }
  return {
    hear(pcm, stampMs) {
      const lengthMs = (pcm.length * 1000) / sampleRate
      lastCameMs = nowMs()
      isMissed = false
      // End to end, as a phone line does, but for holes: a late burst is no hole, and only the carrier's stamps tell the two apart.
      if (stampMs > laidMs && stampMs < nowMs() + STAMP_TRUST_MS) laidMs = stampMs
      news.sound(pcm, laidMs)
      laidMs += lengthMs
      passOn(pcm, laidMs)
    },
    progress() {
      // After this program stood still, what came meanwhile waits to be read: it is no hole until it has been.
      const stoodStill = nowMs() - lastLookMs > HOLE_MS / 2
      lastLookMs = nowMs()
      const holeMs = nowMs() - lastCameMs
      if (!stoodStill && holeMs > LONGEST_FILLING_MS && !isMissed) {
        isMissed = true
        news.missing()
      }
      if (stoodStill || holeMs < HOLE_MS || holeMs > LONGEST_FILLING_MS) return
      filledMs = Math.max(filledMs, lastCameMs)
      while (filledMs + FILLING_FRAME_MS <= nowMs()) {
        filledMs += FILLING_FRAME_MS
        passOn(new Int16Array((sampleRate * FILLING_FRAME_MS) / 1000), filledMs)
      }
    },
  }
}
