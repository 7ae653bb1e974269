/** The report of a call that is left before its end is proven: somebody has insisted on leaving. Told from the events so far. */
import { createFigures } from '../call/figures.ts'
import type { CallReport } from '../call/report.ts'
import { isFinal } from '../call/status.ts'
import { stopReason } from '../call/stop.ts'
import type { Clock } from '../flow/clock.ts'
import type { Reporter } from '../reporters/reporter.ts'

/** Listens like any reporter. */
export type Unfinished = {
  readonly reporter: Reporter
  /** Resolves with the report as soon as `leave` aborts; `stop` has been aborted before it, with the reason. */
  left(stop: AbortSignal, leave: AbortSignal): Promise<CallReport>
}

/** Listens from the first event on. */
export function createUnfinished(clock: Clock): Unfinished {
  const figures = createFigures()
  /** A phone can only ring after these two; from then on the request to dial may be on its way. */
  const missing = new Set(['ingress.ready', 'model.ready'])
  let callSid: string | null = null
  let answeredAtMs: number | undefined
  let over = false

  const report = (stop: AbortSignal): CallReport => {
    const end = stopReason(stop) ?? 'sigterm'
    const reason = typeof end === 'string' ? end : end.code
    const dialled = callSid !== null ? 'yes' : missing.size > 0 ? 'no' : 'unknown'
    const durationMs = answeredAtMs === undefined ? 0 : Math.round(clock.nowMs() - answeredAtMs)
    const facts = { callSid, dialled, durationMs, ...figures.figures() } as const
    if (dialled === 'no' || over) return { reason, ...facts, hungUp: over }
    const call = callSid ?? 'the newest call'
    const error = {
      message: 'it could not be proved that the call has ended',
      hint: `Look up ${call} at https://console.twilio.com (Monitor, Logs, Calls) and end it there if it still runs.`,
    }
    return { reason, ...facts, hungUp: 'unknown', error }
  }
  return {
    reporter: {
      name: 'unfinished',
      journal(event) {
        figures.note(event)
        missing.delete(event.type)
        if (event.type === 'call.created') callSid = event.callSid
        if (event.type === 'call.answered') answeredAtMs = clock.nowMs()
        if (event.type === 'call.status' && isFinal(event.status)) over = true
      },
    },
    left: (stop, leave) =>
      new Promise((resolve) => {
        leave.addEventListener('abort', () => resolve(report(stop)), { once: true })
      }),
  }
}
