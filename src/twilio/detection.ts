/** Twilio's answering machine detection as typed news. https://www.twilio.com/docs/voice/answering-machine-detection */
import type { Detection } from '../call/carrier.ts'
import { isSid } from './sid.ts'

/** What the callback of asynchronous detection says. */
export type DetectionCallback = { accountSid: string; callSid: string; answeredBy: string }

/** Reads the form of that callback; undefined when it does not say who answered which call. */
export function readDetectionForm(form: Readonly<Record<string, string>>): DetectionCallback | undefined {
  const { AccountSid: accountSid, CallSid: callSid } = form
  const answeredBy = readAnsweredBy(form.AnsweredBy)
  if (accountSid === undefined || !isSid('CA', callSid) || answeredBy === undefined) return undefined
  return { accountSid, callSid, answeredBy }
}

/** One of Twilio's words, such as `human`, `machine_end_beep`, `fax`, `unknown`; undefined for what is not of that form. */
export function readAnsweredBy(word: string | null | undefined): string | undefined {
  return word && /^[a-z_]{1,30}$/.test(word) ? word : undefined
}

/** What the word means. Who is `unknown` gets the benefit of the doubt: a machine that is talked to is less rude than a person hung up on. */
export function toDetection(answeredBy: string): Detection {
  const records = answeredBy.startsWith('machine_end_')
  return { answeredBy, isMachine: records || answeredBy === 'machine_start' || answeredBy === 'fax', records }
}
