/** When a session moves to a new connection: while nobody speaks and nobody is about to, where time allows. */

import type { ModelLeg } from '../ports.ts'
import type { Floor } from './floor.ts'

/** It is moved at the latest this long before its connection ends. */
const MARGIN_MS = 5000

/** The moves of one session. */
export type SessionMove = {
  /** The server will close the connection after this long. */
  announced(timeLeftMs: number): void
  /** To be called often; `agentBusy`: the agent's turn is being made or heard. */
  progress(agentBusy: boolean): void
}

/** No end of the connection is in sight yet. */
export function createSessionMove(model: ModelLeg, floor: Floor, nowMs: () => number): SessionMove {
  let latestAtMs: number | undefined
  return {
    announced(timeLeftMs) {
      latestAtMs = nowMs() + timeLeftMs - MARGIN_MS
    },
    progress(agentBusy) {
      if (latestAtMs === undefined) return
      const atRest = floor.quietMs > 0 && floor.owedBy === 'person' && !agentBusy
      if (!atRest && nowMs() < latestAtMs) return
      latestAtMs = undefined
      model.carryOver('going-away')
    },
  }
}
