/** The ledger of what was really heard: sound handed to the carrier's buffer, reckoned by the clock and corrected by echoed marks. */

/**
 * Positions are ms of sound since the start of the ledger, counting only sound that was not cut. Times are ms of the call's clock.
 * An echo proves that playback got to its mark, except after a cut: Twilio then echoes every outstanding mark at once
 * (https://www.twilio.com/docs/voice/media-streams/websocket-messages#send-a-clear-message), so marks from before the cut are forgotten.
 */
export type Playback = {
  /** Position after the last sound handed over. */
  readonly givenMs: number
  /** True while an echo is outstanding. */
  readonly awaitsEcho: boolean
  /** Sound of this length was appended to the carrier's buffer. */
  play(durationMs: number, nowMs: number): void
  /** The name of a new mark at the present end of the buffer. */
  mark(): string
  /** The carrier echoed a mark. False when it tells nothing: unknown, or from before a cut. */
  echoed(name: string, nowMs: number): boolean
  /** Position that playback has reached. Never goes back. */
  heardMs(nowMs: number): number
  /** How much of the buffer is still to be played. */
  pendingMs(nowMs: number): number
  /** The buffer was emptied: what was not heard never existed. */
  cut(nowMs: number): void
}

/** An echo comes back this late on a slow way without meaning anything. */
const ECHO_LAG_MS = 400
/** An echo this late will not come: playback is then believed by the clock. */
const ECHO_PATIENCE_MS = 2000

/** An empty ledger. */
export function createPlayback(): Playback {
  let givenMs = 0
  let provenMs = 0
  let emptyAtMs = 0
  let serial = 0
  let marks: { name: string; positionMs: number }[] = []

  /** By the clock, but not past a mark whose echo is only a little late: a stalled network is not heard. */
  const pendingMs = (nowMs: number) => {
    const byClockMs = Math.min(Math.max(0, emptyAtMs - nowMs), givenMs - provenMs)
    const next = marks[0]
    if (!next) return byClockMs
    const lateMs = nowMs - (emptyAtMs - (givenMs - next.positionMs))
    if (lateMs <= ECHO_LAG_MS || lateMs > ECHO_PATIENCE_MS) return byClockMs
    return Math.max(byClockMs, givenMs - next.positionMs - ECHO_LAG_MS)
  }
  const heardMs = (nowMs: number) => {
    provenMs = Math.max(provenMs, givenMs - pendingMs(nowMs))
    return provenMs
  }
  return {
    get givenMs() {
      return givenMs
    },
    get awaitsEcho() {
      return marks.length > 0
    },
    play(durationMs, nowMs) {
      heardMs(nowMs)
      emptyAtMs = Math.max(emptyAtMs, nowMs) + durationMs
      givenMs += durationMs
    },
    mark() {
      serial += 1
      const name = `m${serial}`
      marks.push({ name, positionMs: givenMs })
      return name
    },
    echoed(name, nowMs) {
      const index = marks.findIndex((mark) => mark.name === name)
      const mark = marks[index]
      if (!mark) return false
      marks = marks.slice(index + 1)
      provenMs = Math.max(provenMs, mark.positionMs)
      emptyAtMs = nowMs + givenMs - mark.positionMs
      return true
    },
    heardMs,
    pendingMs,
    cut(nowMs) {
      givenMs = heardMs(nowMs)
      emptyAtMs = nowMs
      marks = []
    },
  }
}
