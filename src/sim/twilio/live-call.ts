/** One call from the request to its end: rings, is answered or not, executes its TwiML, is ended by somebody. */
import { runStream } from './call-media.ts'
import type { CallOrder } from './call-order.ts'
import { type CallState, createCallState } from './call-state.ts'
import { dialOut } from './dial-out.ts'
import type { Exchange } from './exchange.ts'
import { detectMachine } from './machine-detection.ts'
import type { CallEnder } from './observations.ts'
import type { Action } from './parse-twiml.ts'
import { createPerson } from './person.ts'
import { createPhoneLine } from './phone-line.ts'
import { playKeys } from './play-keys.ts'
import { runTwiml } from './run-twiml.ts'
import type { FinalStatus } from './status-callbacks.ts'

/** From the request to `initiated`, and from there to `ringing`. */
const QUEUED_MS = 30
const INITIATED_MS = 200
/** From the answer to a request for other TwiML until the call really leaves the one that it executes. */
const REDIRECT_MS = 150
/** What Twilio executes when it is called TwiML. https://www.twilio.com/docs/api/errors/12300 */
const TWIML_TYPES = /^(text|application)\/(xml|html)\b/

/** A call that can be acted upon. */
export type LiveCall = {
  readonly state: CallState
  /** Ends the call, if it is not over: `completed` once answered, `canceled` before. */
  end(): void
  /** Sets the longest duration, from the answer on, in ms; false, and no change, when the call has already lasted so long. */
  limit(ms: number): boolean
  /** Leaves the running TwiML in a moment, and executes this one if the call is not over by then. */
  redirect(twiml: string): void
  /** Stops everything at once, without a word to anybody. */
  abandon(): void
}

/** Takes the order: the call begins to ring in a moment. */
export function acceptCall(exchange: Exchange, order: CallOrder): LiveCall {
  const { clock, faults, journal, lines, phone } = exchange
  const over = new AbortController()
  let programme = new AbortController()
  let stopRedirect = () => {}
  let isRedirected = false
  let limitMs = order.timeLimitMs
  let answeredMs: number | undefined
  let stopLimit = () => {}
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
    stopRedirect()
    stopLimit()
    line.cut()
  }
  const finish = (status: FinalStatus, by: CallEnder) => {
    if (over.signal.aborted) return
    abandon()
    state.finish(status, by)
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
  const limit = () => {
    if (answeredMs === undefined) return
    stopLimit()
    stopLimit = clock.after(answeredMs + limitMs - clock.nowMs(), () => finish('completed', 'time-limit'))
  }
  const press = (key: string) => {
    state.pressed(key)
    line.press(key)
  }
  const answer = async () => {
    const { signal } = programme
    state.advance('in-progress')
    answeredMs = clock.nowMs()
    limit()
    const detected = detectMachine(exchange, order.machineDetection, state, over.signal)
    if (order.machineDetection?.isAsync === false) await detected
    if (order.sendDigits) {
      line.start()
      await playKeys(order.sendDigits, clock, signal, press)
    }
    const todo = order.programme
    const twiml = 'twiml' in todo ? todo.twiml : await fetchTwiml(todo.action)
    if (!signal.aborted) await execute(twiml, signal)
  }
  const fetchTwiml = async (action: Action, fields: Readonly<Record<string, string>> = {}) => {
    const answer = await state.tell('twiml', action, fields)
    if (!answer) {
      // TwiML that came with a request has no address that another one could be relative to.
      const isAbsolute = URL.canParse(action.url)
      warn(isAbsolute ? 11200 : 15004, `no TwiML from ${action.url}`)
      return undefined
    }
    const { body, contentType = 'none' } = answer
    if (body === '' || TWIML_TYPES.test(contentType)) return body
    warn(12300, `the content type of ${action.url} is ${contentType}`)
    return undefined
  }
  const mediaConnects = () => !faults.mediaNever && !(isRedirected && faults.redirectDropsMedia)
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
        stream: (noun) => runStream(exchange, state, line, noun, signal, mediaConnects()),
        press,
        dial: (verb) => dialOut(exchange, state, verb, signal),
        fetch: fetchTwiml,
      })
    }
    if (!signal.aborted) finish('completed', 'twiml')
  }

  void ring()
  return {
    state,
    end: () => finish(state.answered ? 'completed' : 'canceled', 'rest'),
    limit(ms) {
      if (answeredMs !== undefined && clock.nowMs() - answeredMs >= ms) return false
      limitMs = ms
      limit()
      return true
    },
    redirect(twiml) {
      stopRedirect()
      stopRedirect = clock.after(REDIRECT_MS, () => {
        programme.abort()
        programme = new AbortController()
        isRedirected = true
        void execute(twiml, programme.signal)
      })
    },
    abandon,
  }
}
