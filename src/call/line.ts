/** The line: what the carrier says of a placed call, told as events and turned into the two moments that matter. */
import type { Clock } from '../flow/clock.ts'
import { createLater } from '../flow/later.ts'
import type { OutboundCall } from './carrier.ts'
import type { Emit } from './events.ts'
import { type CallStatus, isFinal } from './status.ts'

/** Follows one call. */
export type Line = {
  /** Resolves when the callee has answered. Pending when that never happens. */
  readonly answered: Promise<void>
  /** Resolves with the status in which the call is over. */
  readonly final: Promise<CallStatus>
  /** How long the conversation can have lasted: ms since the answer, 0 before. */
  readonly sinceAnswerMs: number
}

/** Reads all statuses of `call`, from now on. */
export function followLine(call: OutboundCall, clock: Clock, emit: Emit): Line {
  const dialledAtMs = clock.nowMs()
  let answeredAtMs: number | undefined
  const answered = createLater<void>()
  const final = createLater<CallStatus>()
  const read = async () => {
    for await (const news of call.statuses) {
      emit({ type: 'call.status', status: news.status })
      if (news.status === 'in-progress') {
        answeredAtMs = clock.nowMs()
        const ringMs = Math.round(answeredAtMs - dialledAtMs)
        emit({ type: 'call.answered', ringMs, answeredBy: news.answeredBy ?? 'unknown' })
        answered.resolve()
      }
      if (isFinal(news.status)) final.resolve(news.status)
    }
  }
  void read()
  return {
    answered: answered.promise,
    final: final.promise,
    get sinceAnswerMs() {
      return answeredAtMs === undefined ? 0 : Math.round(clock.nowMs() - answeredAtMs)
    },
  }
}
