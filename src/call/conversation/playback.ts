/** The ledger of what was really heard: sound handed to the carrier's buffer, reckoned by the clock and corrected by echoed marks. */

/**
 * Positions are ms of sound since the start of the ledger, counting only sound that was not cut. Times are ms of the call's clock. What
 * counts as heard is what a `clear` sent at that moment would leave played. Echoes tell when playback falls behind; after a cut they tell
 * nothing, because Twilio then echoes every outstanding mark at once
 * (https://www.twilio.com/docs/voice/media-streams/websocket-messages#send-a-clear-message): marks from before the cut are forgotten.
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
  /** The carrier echoed a mark. Without effect when it is unknown, or from before a cut. */
  echoed(name: string, nowMs: number): void
  /** Position that playback has reached. Never goes back. */
  heardMs(nowMs: number): number
  /** How much of the buffer is still to be played. */
  pendingMs(nowMs: number): number
  /** The buffer was emptied: what was not heard never existed. */
  cut(nowMs: number): void
}

/** An echo this much later than usual comes from a slow network, not from a standing one. */
const ECHO_LAG_MS = 400
/** An echo this late will not come: playback is then believed by the clock. */
const ECHO_PATIENCE_MS = 2000

/** An empty ledger. */
export function createPlayback(): Playback {
  let givenMs = 0
  let provenMs = 0
  /** When the buffer would run dry if playback began the moment sound is sent, as it does for a `clear` that takes the same way. */
  let emptyAtMs = 0
  /** How far playback is behind that. The shortest time an echo ever took is the way there and back, and no delay. */
  let behindMs = 0
  let shortestEchoMs = Number.POSITIVE_INFINITY
  let serial = 0
  let marks: { name: string; positionMs: number }[] = []

  /** When playback should reach a position. */
  const dueAtMs = (positionMs: number) => emptyAtMs - (givenMs - positionMs)
  /** By the clock, but not past a mark whose echo is only a little late: a standing network is not heard. */
  const pendingMs = (nowMs: number) => {
    const byClockMs = Math.min(Math.max(0, emptyAtMs + behindMs - nowMs), givenMs - provenMs)
    const next = marks[0]
    if (!next) return byClockMs
    const usualMs = Number.isFinite(shortestEchoMs) ? shortestEchoMs : 0
    const lateMs = nowMs - dueAtMs(next.positionMs) - behindMs - usualMs
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
      if (nowMs > emptyAtMs) {
        behindMs = Math.max(0, behindMs - (nowMs - emptyAtMs))
        emptyAtMs = nowMs
      }
      emptyAtMs += durationMs
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
      if (!mark) return
      marks = marks.slice(index + 1)
      // An echo that comes before its sound can have been played proves nothing; its mark only stands for no other.
      const tookMs = Math.max(0, nowMs - dueAtMs(mark.positionMs))
      shortestEchoMs = Math.min(shortestEchoMs, tookMs)
      behindMs = tookMs - shortestEchoMs
      heardMs(nowMs)
    },
    heardMs,
    pendingMs,
    cut(nowMs) {
      givenMs = heardMs(nowMs)
      emptyAtMs = nowMs
      behindMs = 0
      marks = []
    },
  }
}
