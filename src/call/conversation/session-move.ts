/** When a session moves to a new connection: while nobody speaks and nobody is about to, where time allows. */

import type { ModelLeg } from '../live-model.ts'
import type { Floor } from './floor.ts'

/** It is moved at the latest this long before its connection ends … */
const MARGIN_MS = 5000
/** … and a turn that is being made, which the move would cut, has this much more of the time that is left. */
const MAKING_MARGIN_MS = 2500

/** The moves of one session. */
export type SessionMove = {
  /** The server will close the connection after this long. */
  announced(timeLeftMs: number): void
  /** To be called often. `open`: a turn of the agent is being made or heard; `making`: being made. */
  progress(agent: { readonly open: boolean; readonly making: boolean }): void
}

/** No end of the connection is in sight yet. */
export function createSessionMove(model: ModelLeg, floor: Floor, nowMs: () => number): SessionMove {
  let endsAtMs: number | undefined
  return {
    announced(timeLeftMs) {
      endsAtMs = nowMs() + timeLeftMs
    },
    progress(agent) {
      if (endsAtMs === undefined) return
      const atRest = floor.quietMs > 0 && floor.owedBy === 'person' && !agent.open
      const marginMs = agent.making ? MAKING_MARGIN_MS : MARGIN_MS
      if (!atRest && nowMs() < endsAtMs - marginMs) return
      endsAtMs = undefined
      model.carryOver('going-away')
    },
  }
}
