/** A status callback as typed news. https://www.twilio.com/docs/voice/api/call-resource#statuscallback */
import type { StatusNews } from '../call/carrier.ts'
import { isCallStatus } from '../call/status.ts'
import { readAnsweredBy } from './detection.ts'
import { isSid } from './sid.ts'

/** What a status callback says. */
export type StatusCallback = {
  accountSid: string
  callSid: string
  /** Undefined when the status is a word that we do not know. */
  news: StatusNews | undefined
}

/**
 * Reads the form of a status callback; undefined when it does not say which call it is about. `SequenceNumber` is not needed: callbacks
 * may come in any order and twice, and the rank of the status itself settles which one is news.
 */
export function readStatusForm(form: Readonly<Record<string, string>>): StatusCallback | undefined {
  const { AccountSid: accountSid, CallSid: callSid, CallStatus: word } = form
  if (accountSid === undefined || !isSid('CA', callSid)) return undefined
  return {
    accountSid,
    callSid,
    news: word === undefined ? undefined : statusNews(word, form.AnsweredBy),
  }
}

/** Twilio's words as news; undefined when `word` is none of its statuses. `told`: who answered, dropped when it is no word of Twilio's. */
export function statusNews(word: string, told?: string | null): StatusNews | undefined {
  if (!isCallStatus(word)) return undefined
  const answeredBy = readAnsweredBy(told)
  return { status: word, ...(answeredBy === undefined ? {} : { answeredBy }) }
}
