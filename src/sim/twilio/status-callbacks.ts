/** The status callbacks of one call: which were asked for, in which order they leave, what they say. */
import { API_VERSION, type Exchange } from './exchange.ts'
import { rfc2822 } from './formats.ts'
import type { SentCallback, SimulatedStatus } from './observations.ts'
import { sendWebhook } from './webhook.ts'

/** Twilio's progress events. https://www.twilio.com/docs/voice/api/call-resource#statuscallbackevent */
export type ProgressEvent = 'initiated' | 'ringing' | 'answered' | 'completed'

/** How a call ends, with what the network answered, which is told in the last callback. */
const SIP_CODES = {
  completed: '200',
  busy: '486',
  'no-answer': '487',
  canceled: '487',
  failed: '404',
} as const satisfies Partial<Record<SimulatedStatus, string>>

/** A status in which a call stays. */
export type FinalStatus = keyof typeof SIP_CODES

/** Where and what a call reports. */
export type CallbackOrder = {
  url: string
  method: 'GET' | 'POST'
  events: readonly string[]
}

/** Sends the callbacks of one call. */
type StatusCallbacks = {
  /** Queues the callback for `event`, if it was asked for. `extra` are fields of this event alone. */
  report(event: ProgressEvent, status: SimulatedStatus, extra?: Readonly<Record<string, string>>): void
}

/**
 * Callbacks leave one after the other, each after the answer to the one before. The fault `doubled` sends each twice; `reversed` holds
 * them back until the call is answered or over and then sends the latest first; `none` sends nothing.
 */
export function createStatusCallbacks(
  exchange: Exchange,
  call: {
    sid: string
    to: string
    from: string
    callbacks: SentCallback[]
    direction: string
    /** The call that dialled this one. */
    parent?: string
  },
  order: CallbackOrder | undefined,
): StatusCallbacks {
  const { account, clock, faults, journal } = exchange
  let sequenceNumber = 0
  let held: SentCallback[] = []
  let lastSent: Promise<unknown> = Promise.resolve()

  const send = (callback: SentCallback, method: 'GET' | 'POST') => {
    lastSent = lastSent.then(async () => {
      if (exchange.closed.aborted) return
      call.callbacks.push(callback)
      await sendWebhook({ method, callback, authToken: account.authToken, signal: exchange.closed })
      journal.changed()
    })
  }
  return {
    report(event, status, extra = {}) {
      if (!order?.events.includes(event) || faults.callbacks === 'none') return
      const fields = {
        CallSid: call.sid,
        AccountSid: account.sid,
        From: call.from,
        To: call.to,
        Caller: call.from,
        Called: call.to,
        CallStatus: status,
        Direction: call.direction,
        ...(call.parent && { ParentCallSid: call.parent }),
        ApiVersion: API_VERSION,
        Timestamp: rfc2822(clock.date()),
        SequenceNumber: String(sequenceNumber),
        CallbackSource: 'call-progress-events',
        ...extra,
      }
      sequenceNumber += 1
      held.push({ event, url: order.url, fields, attempts: 0 })
      if (faults.callbacks === 'reversed' && (event === 'initiated' || event === 'ringing')) return
      for (const callback of held.reverse()) {
        send(callback, order.method)
        if (faults.callbacks === 'doubled') send({ ...callback, attempts: 0 }, order.method)
      }
      held = []
    },
  }
}

/** What the last callback tells beside the status; `seconds` of conversation, 0 when nobody answered. */
export function endFields(status: FinalStatus, seconds: number): Record<string, string> {
  return {
    CallDuration: String(seconds),
    Duration: String(Math.ceil(seconds / 60)),
    SipResponseCode: SIP_CODES[status],
  }
}
