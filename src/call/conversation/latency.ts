/** How long the person waits for an answer: from the end of their speech, by its energy, to the agent's first sound. */
import type { Emit } from '../events.ts'

/** Times are ms since media start. */
export type Latency = {
  /** Turn `turn` of the agent begins; the person has been silent since `silentSinceMs`, if that is known yet. */
  agentAnswers(turn: number, atMs: number, silentSinceMs: number | undefined): void
  /** The person's speech turned out to have ended at this time. */
  personEnded(atMs: number): void
}

/** Tells `latency` events. */
export function createLatency(emit: Emit): Latency {
  let quickAnswer: { turn: number; atMs: number } | undefined
  const tell = (turn: number, responseMs: number) =>
    emit({ type: 'latency', turn, responseMs: Math.round(responseMs) })
  return {
    agentAnswers(turn, atMs, silentSinceMs) {
      if (silentSinceMs === undefined) quickAnswer = { turn, atMs }
      else tell(turn, atMs - silentSinceMs)
    },
    personEnded(endedAtMs) {
      // An answer can be quicker than the certainty that the person has finished.
      if (quickAnswer && endedAtMs <= quickAnswer.atMs) tell(quickAnswer.turn, quickAnswer.atMs - endedAtMs)
      quickAnswer = undefined
    },
  }
}
