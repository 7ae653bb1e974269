/** `<Dial>`: a call to somebody else, as a child of the one that executes the TwiML. https://www.twilio.com/docs/voice/twiml/dial */
import { type CallState, callSeconds } from './call-state.ts'
import type { Exchange } from './exchange.ts'
import { newSid } from './formats.ts'
import type { SentCallback, SimulatedStatus, SimulatedTransfer } from './observations.ts'
import type { DialVerb } from './parse-twiml.ts'
import { createStatusCallbacks, endFields, type FinalStatus } from './status-callbacks.ts'

/** From the dialling to `ringing`, and to the answer of a phone that is answered. */
const INITIATED_MS = 200
const RING_MS = 1000
const TALK_MS = 2000
/** Twilio's own limits, in seconds. */
const TIMEOUT_S = 30
const TIME_LIMIT_S = 14_400

/**
 * Rings the number and lets the two talk, as the scenario has it. Resolves with the fields that tell the outcome to `action`, when the
 * child is over: with `signal` at the latest.
 */
export async function dialOut(
  exchange: Exchange,
  parent: CallState,
  dial: DialVerb,
  signal: AbortSignal,
): Promise<Record<string, string>> {
  const { account, clock, journal, phone } = exchange
  const warn = (code: number, detail: string) => journal.warn({ code, detail, callSid: parent.seen.sid })
  const seconds = (text: string | undefined, otherwise: number, code: number) => {
    if (text === undefined) return otherwise
    if (/^[1-9]\d*$/.test(text)) return Number(text)
    warn(code, `<Dial>: ${text} is no number of seconds`)
    return otherwise
  }
  const timeoutMs = seconds(dial.timeout, TIMEOUT_S, 13212) * 1000
  const timeLimitMs = seconds(dial.timeLimit, TIME_LIMIT_S, 13216) * 1000
  const to = toE164(dial.number)
  const callerId = dial.callerId ?? parent.seen.from
  const isOwn = [account.phoneNumber, parent.seen.from, parent.seen.to].includes(callerId)
  if (!isOwn) warn(13214, `<Dial>: callerId ${callerId} is none of the account's numbers`)
  else if (!to) warn(13223, `<Dial>: ${dial.number} is no phone number`)
  if (!isOwn || !to) {
    const history = [{ status: 'failed' as const, atMs: parent.atMs() }]
    parent.dialled({ sid: undefined, to: dial.number, callerId, status: 'failed', history, callbacks: [] })
    return { DialCallStatus: 'failed', DialBridged: 'false' }
  }

  const child = createChild(exchange, parent, to, callerId, dial)
  const outcome = phone.transfer ?? 'answer'
  /** True when neither this call nor its parent ended meanwhile. */
  const lasts = async (ms: number) => {
    await clock.sleep(ms, signal)
    return !signal.aborted
  }
  const ring = async (): Promise<FinalStatus | 'answered'> => {
    child.become('initiated')
    if (!(await lasts(INITIATED_MS))) return 'canceled'
    if (outcome === 'failed') return 'failed'
    child.become('ringing')
    const ringMs = outcome === 'no-answer' ? timeoutMs : Math.min(RING_MS, timeoutMs)
    if (!(await lasts(ringMs - INITIATED_MS))) return 'canceled'
    if (timeoutMs < RING_MS) return 'no-answer'
    return outcome === 'answer' ? 'answered' : outcome
  }
  const rang = await ring()
  if (rang !== 'answered') {
    child.end(rang, undefined)
    return { DialCallStatus: rang, DialCallSid: child.sid, DialBridged: 'false' }
  }
  child.become('in-progress')
  const answered = clock.date()
  await clock.sleep(Math.min(phone.transferTalkMs ?? TALK_MS, timeLimitMs), signal)
  child.end('completed', answered)
  return {
    DialCallStatus: 'completed',
    DialCallSid: child.sid,
    DialCallDuration: String(callSeconds(answered, clock.date())),
    DialBridged: 'true',
  }
}

/** The call on the other side, with its own callbacks. */
function createChild(exchange: Exchange, parent: CallState, to: string, from: string, dial: DialVerb) {
  const sid = newSid('CA')
  const history: { status: SimulatedStatus; atMs: number }[] = []
  const callbacks: SentCallback[] = []
  const seen: SimulatedTransfer = {
    sid,
    to,
    callerId: from,
    history,
    callbacks,
    get status() {
      return history.at(-1)?.status ?? 'queued'
    },
  }
  parent.dialled(seen)
  const call = { sid, to, from, callbacks, direction: 'outbound-dial', parent: parent.seen.sid }
  const news = createStatusCallbacks(exchange, call, dial.callbacks)
  const note = (status: SimulatedStatus) => {
    history.push({ status, atMs: parent.atMs() })
    exchange.journal.changed()
  }
  return {
    sid,
    become(status: 'initiated' | 'ringing' | 'in-progress') {
      note(status)
      news.report(status === 'in-progress' ? 'answered' : status, status)
    },
    end(status: FinalStatus, answered: Date | undefined) {
      note(status)
      news.report('completed', status, endFields(status, callSeconds(answered, exchange.clock.date())))
    },
  }
}

/** Twilio also takes numbers of its own country as people write them. */
function toE164(number: string): string | undefined {
  const digits = number.replace(/[\s().-]/g, '')
  if (/^\+[1-9]\d{6,14}$/.test(digits)) return digits
  return /^\d{10}$/.test(digits) ? `+1${digits}` : undefined
}
