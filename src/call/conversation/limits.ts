/** The limits that the user set on a conversation, each with a goodbye in time. */

import type { CallRequest } from '../request.ts'
import type { Ending } from './ending.ts'
import type { Floor } from './floor.ts'
import { CUES } from './instructions.ts'

/** The agent is told to come to an end this long before the call's time is up; calls shorter than twice this are not worth it. */
const WRAP_UP_MS = 20_000
/** It is told between two turns, where there is one in time: words of ours would cut it short. */
const WRAP_UP_LATEST_MS = 10_000

/** Watches the limits of one conversation. */
export type Limits = {
  /** A turn of the agent has been heard to its end. */
  agentTurnEnded(): void
  /** To be called often. */
  progress(): void
}

/** `cue` gives the model words to act on. */
export function createLimits(
  { maxDurationMs, maxTurns }: Pick<CallRequest, 'maxDurationMs' | 'maxTurns'>,
  on: { floor: Floor; ending: Ending; nowMs: () => number; cue: (text: string) => void },
): Limits {
  const { floor, ending, nowMs, cue } = on
  let agentTurns = 0
  let wrappedUp = maxDurationMs < 2 * WRAP_UP_MS
  return {
    agentTurnEnded() {
      agentTurns += 1
      if (agentTurns !== maxTurns || ending.begun) return
      ending.begin('max-turns', 'asked')
      cue(CUES.enoughTurns)
    },
    progress() {
      const leftMs = maxDurationMs - nowMs()
      if (wrappedUp || ending.begun || leftMs > WRAP_UP_MS) return
      if (floor.quietMs === 0 && leftMs > WRAP_UP_LATEST_MS) return
      wrappedUp = true
      ending.expect('time-limit')
      cue(CUES.timeIsUp)
    },
  }
}
