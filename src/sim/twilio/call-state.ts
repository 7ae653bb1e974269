/** What is known of one call: its status and how it came about, and the news of it that Twilio sends out. */
import type { CallOrder } from './call-order.ts'
import { API_VERSION, type Exchange } from './exchange.ts'
import { newSid } from './formats.ts'
import type {
  CallEnder,
  PressedKey,
  SentCallback,
  SimulatedCall,
  SimulatedStatus,
  SimulatedStream,
  SimulatedTransfer,
} from './observations.ts'
import type { Action } from './parse-twiml.ts'
import { createStatusCallbacks, endFields, type FinalStatus, type ProgressEvent } from './status-callbacks.ts'
import { sendWebhook } from './webhook.ts'

/** The state of a call; every change is observable and, if asked for, reported to the customer. */
export type CallState = {
  readonly seen: SimulatedCall
  /** Wall-clock dates of the resource; undefined until it happened. */
  readonly created: Date
  readonly answered: Date | undefined
  readonly ended: Date | undefined
  /** Clock time since the request, in ms. */
  atMs(): number
  advance(status: 'initiated' | 'ringing' | 'in-progress'): void
  finish(status: FinalStatus, by: CallEnder): void
  detected(answeredBy: string): void
  executing(what: { twiml: string } | { verb: string }): void
  streaming(stream: SimulatedStream): void
  pressed(key: string): void
  dialled(transfer: SimulatedTransfer): void
  /** Sends a webhook about this call; resolves with a good answer. Never rejects. */
  tell(event: string, action: Action, fields: Readonly<Record<string, string>>): Promise<Told | undefined>
}

/** The answer to a webhook. */
type Told = { body: string; contentType: string | undefined }

const EVENT_OF = {
  initiated: 'initiated',
  ringing: 'ringing',
  'in-progress': 'answered',
} as const satisfies Record<string, ProgressEvent>
const UNTIL_WITHIN_MS = 10_000

/** A call that was just accepted: `queued`. */
export function createCallState(exchange: Exchange, order: CallOrder): CallState {
  const { account, clock, journal } = exchange
  const sid = newSid('CA')
  const placedMs = clock.nowMs()
  const created = clock.date()
  const history: { status: SimulatedStatus; atMs: number }[] = [{ status: 'queued', atMs: 0 }]
  const callbacks: SentCallback[] = []
  const twiml: string[] = []
  const verbs: string[] = []
  const streams: SimulatedStream[] = []
  const pressed: PressedKey[] = []
  const transfers: SimulatedTransfer[] = []
  let status: SimulatedStatus = 'queued'
  let answeredBy: string | undefined
  let endedBy: CallEnder | undefined
  let answered: Date | undefined
  let ended: Date | undefined
  const news = createStatusCallbacks(
    exchange,
    { sid, to: order.to, from: order.from, callbacks, direction: 'outbound-api' },
    order.callbacks,
  )

  const atMs = () => clock.nowMs() - placedMs
  const become = (next: SimulatedStatus) => {
    status = next
    history.push({ status, atMs: atMs() })
    journal.changed()
  }
  const machineField = (): Record<string, string> => (answeredBy ? { AnsweredBy: answeredBy } : {})

  return {
    created,
    get answered() {
      return answered
    },
    get ended() {
      return ended
    },
    atMs,
    advance(next) {
      if (next === 'in-progress') answered = clock.date()
      become(next)
      news.report(EVENT_OF[next], next)
    },
    finish(next, by) {
      endedBy = by
      ended = clock.date()
      become(next)
      news.report('completed', next, { ...endFields(next, callSeconds(answered, ended)), ...machineField() })
    },
    detected(verdict) {
      answeredBy = verdict
      journal.changed()
    },
    executing(what) {
      if ('twiml' in what) twiml.push(what.twiml)
      else verbs.push(what.verb)
      journal.changed()
    },
    streaming(stream) {
      streams.push(stream)
      journal.changed()
    },
    pressed(key) {
      pressed.push({ key, atMs: atMs() })
      journal.changed()
    },
    dialled(transfer) {
      transfers.push(transfer)
      journal.changed()
    },
    async tell(event, { url, method }, fields) {
      const about = {
        CallSid: sid,
        AccountSid: account.sid,
        From: order.from,
        To: order.to,
        CallStatus: status,
        ApiVersion: API_VERSION,
        Direction: 'outbound-api',
        ...machineField(),
      }
      const callback: SentCallback = { event, url, fields: { ...about, ...fields }, attempts: 0 }
      callbacks.push(callback)
      const body = await sendWebhook({
        method,
        callback,
        authToken: account.authToken,
        signal: exchange.closed,
      })
      journal.changed()
      const isGood = callback.answer !== undefined && callback.answer < 300
      return isGood && body !== undefined ? { body, contentType: callback.contentType } : undefined
    },
    seen: {
      sid,
      to: order.to,
      from: order.from,
      parameters: order.parameters,
      history,
      callbacks,
      twiml,
      verbs,
      pressed,
      transfers,
      streams,
      get status() {
        return status
      },
      get answeredBy() {
        return answeredBy
      },
      get endedBy() {
        return endedBy
      },
      get stream() {
        return streams.at(-1)
      },
      async until(wanted, withinMs = UNTIL_WITHIN_MS) {
        const reached = () => history.some((past) => past.status === wanted)
        await journal.waitFor(() => reached() || endedBy, withinMs)
        if (!reached()) throw new Error(`the call ended ${status} and never became ${wanted}`)
      },
    },
  }
}

/** Whole seconds of conversation, as Twilio counts them; 0 when nobody answered. */
export function callSeconds(answered: Date | undefined, ended: Date): number {
  return answered ? Math.max(1, Math.round((ended.getTime() - answered.getTime()) / 1000)) : 0
}
