/** One call from the request to its end: rings, is answered or not, executes its TwiML, is ended by somebody. */
import { runStream } from './call-media.ts'
import type { CallOrder } from './call-order.ts'
import { type CallState, createCallState } from './call-state.ts'
import type { Exchange } from './exchange.ts'
import { detectMachine } from './machine-detection.ts'
import type { CallEnder, SimulatedStatus } from './observations.ts'
import type { Action } from './parse-twiml.ts'
import { createPerson } from './person.ts'
import { createPhoneLine } from './phone-line.ts'
import { runTwiml } from './run-twiml.ts'

/** From the request to `initiated`, and from there to `ringing`. */
const QUEUED_MS = 30
const INITIATED_MS = 200
/** What the network answers, told in the last callback. */
const SIP_CODES = {
  completed: '200',
  busy: '486',
  'no-answer': '487',
  canceled: '487',
  failed: '404',
} as const

/** A call that can be acted upon. */
export type LiveCall = {
  readonly state: CallState
  /** Ends the call, if it is not over: `completed` once answered, `canceled` before. */
  end(): void
  /** Leaves the running TwiML and executes this one. */
  redirect(twiml: string): void
  /** Stops everything at once, without a word to anybody. */
  abandon(): void
}

/** Takes the order: the call begins to ring in a moment. */
export function acceptCall(exchange: Exchange, order: CallOrder): LiveCall {
  const { clock, faults, journal, lines, phone } = exchange
  const over = new AbortController()
  let programme = new AbortController()
  const state = createCallState(exchange, order)
  const line = createPhoneLine(clock, createPerson(lines), {
    hangsUp: () => finish('completed', 'person'),
    beaten: journal.changed,
  })
  const warn = (code: number, detail: string) => journal.warn({ code, detail, callSid: state.seen.sid })
  for (const { code, detail } of order.warnings) warn(code, detail)

  const abandon = () => {
    over.abort()
    programme.abort()
    line.cut()
  }
  const finish = (status: SimulatedStatus & keyof typeof SIP_CODES, by: CallEnder) => {
    if (over.signal.aborted) return
    abandon()
    state.finish(status, by, SIP_CODES[status])
  }
  /** True when the call lived on for `ms`. */
  const lasts = async (ms: number) => {
    await clock.sleep(ms, over.signal)
    return !over.signal.aborted
  }
  const ring = async () => {
    if (!(await lasts(QUEUED_MS))) return
    state.advance('initiated')
    const ringMs = Math.min(phone.ringMs, order.timeoutMs)
    const silentMs = Math.min(INITIATED_MS, ringMs)
    if (!(await lasts(silentMs))) return
    if (phone.outcome !== 'failed') state.advance('ringing')
    if (!(await lasts(ringMs - silentMs))) return
    if (phone.ringMs > order.timeoutMs) finish('no-answer', 'network')
    else if (phone.outcome === 'answer' || phone.outcome === 'voicemail') await answer()
    else finish(phone.outcome, 'network')
  }
  const answer = async () => {
    const { signal } = programme
    state.advance('in-progress')
    const stopLimit = clock.after(order.timeLimitMs, () => finish('completed', 'time-limit'))
    over.signal.addEventListener('abort', stopLimit, { once: true })
    const detected = detectMachine(exchange, order, state, over.signal)
    if (order.machineDetection?.isAsync === false) await detected
    const todo = order.programme
    const twiml = 'twiml' in todo ? todo.twiml : await fetchTwiml(todo.action)
    if (!signal.aborted) await execute(twiml, signal)
  }
  const fetchTwiml = async (action: Action) => {
    const twiml = await state.tell('twiml', action, {})
    if (twiml === undefined) warn(11200, `no TwiML from ${action.url}`)
    return twiml
  }
  const execute = async (twiml: string | undefined, signal: AbortSignal) => {
    if (twiml !== undefined) {
      await runTwiml(twiml, {
        clock,
        signal,
        isTrial: faults.trialAccount === true,
        began(what) {
          if ('verb' in what && what.verb !== 'Connect') line.start()
          state.executing(what)
        },
        warn,
        stream: (noun) => runStream(exchange, state, line, noun, signal),
        fetch: fetchTwiml,
      })
    }
    if (!signal.aborted) finish('completed', 'twiml')
  }

  void ring()
  return {
    state,
    end: () => finish(state.answered ? 'completed' : 'canceled', 'rest'),
    redirect(twiml) {
      programme.abort()
      programme = new AbortController()
      void execute(twiml, programme.signal)
    },
    abandon,
  }
}
