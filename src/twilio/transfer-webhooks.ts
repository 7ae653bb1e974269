/** What Twilio tells of `<Dial>`, as typed news. https://www.twilio.com/docs/voice/twiml/dial#action */
import type { Transfer } from '../call/carrier.ts'
import { isSid } from './sid.ts'

/** Why nobody was reached. */
type Miss = Extract<Transfer, { type: 'failed' }>['why']

/** The request to the `action` of `<Dial>`: it is over. */
export type DialEnd = { accountSid: string; callSid: string; outcome: 'connected' | Miss }

/** Reads that request; undefined when it does not say how the attempt ended, and of which call. */
export function readDialEnd(form: Readonly<Record<string, string>>): DialEnd | undefined {
  const { AccountSid: accountSid, CallSid: callSid, DialCallStatus: word } = form
  if (accountSid === undefined || !isSid('CA', callSid) || word === undefined) return undefined
  return { accountSid, callSid, outcome: toOutcome(word) }
}

function toOutcome(word: string): DialEnd['outcome'] {
  switch (word) {
    case 'completed':
    case 'answered':
      return 'connected'
    case 'busy':
    case 'no-answer':
    case 'canceled':
      return word
    default:
      return 'failed'
  }
}

/** A status callback of `<Number>`: it is about a call of its own, the child of ours. Only a call that was answered ends as `completed`. */
export type ChildStatus = { accountSid: string; parentCallSid: string; isAnswered: boolean }

/** Reads such a callback; undefined when it does not say whose child it is about. https://www.twilio.com/docs/voice/twiml/number#attributes-status-callback-event */
export function readChildStatus(form: Readonly<Record<string, string>>): ChildStatus | undefined {
  const { AccountSid: accountSid, ParentCallSid: parentCallSid } = form
  if (accountSid === undefined || !isSid('CA', parentCallSid)) return undefined
  const isAnswered = form.CallStatus === 'in-progress' || form.CallStatus === 'completed'
  return { accountSid, parentCallSid, isAnswered }
}
