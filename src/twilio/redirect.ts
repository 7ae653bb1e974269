/** Leads a running call to other TwiML, and says what is known of it afterwards. */
import { CallError } from '../call/error.ts'
import type { Answer } from './client.ts'
import type { RestFailure } from './failure.ts'
import type { CallRecord, Redirection, TwilioRest } from './rest.ts'

/** Twilio's codes for a call that is over, and for a time limit that it does not take. */
const NOT_IN_PROGRESS = 21220
const BAD_TIME_LIMIT = 13216

/**
 * What became of the request. `refused`: certainly nothing. `over`: there is no call any more to be led anywhere. `unknown`: it left, and
 * Twilio may have acted on it.
 */
export type Redirected =
  | { type: 'agreed' }
  | { type: 'refused'; error: CallError }
  | { type: 'over' }
  | { type: 'unknown'; error: CallError }

/** Asks once; once more without the time limit when it is that which Twilio refuses, for then the old one goes on to hold. Never rejects. */
export async function redirect(
  rest: TwilioRest,
  callSid: string,
  redirection: Redirection,
): Promise<Redirected> {
  const answer = await rest.redirectCall(callSid, redirection)
  if (!answer.ok && answer.failure.code === BAD_TIME_LIMIT && redirection.timeLimitSeconds !== undefined)
    return outcomeOf(await rest.redirectCall(callSid, { twiml: redirection.twiml }))
  return outcomeOf(answer)
}

function outcomeOf(answer: Answer<CallRecord>): Redirected {
  if (answer.ok) return { type: 'agreed' }
  const { kind, code, error } = answer.failure
  switch (kind) {
    case 'refused':
      return code === NOT_IN_PROGRESS
        ? { type: 'over' }
        : { type: 'refused', error: asRefusal(answer.failure) }
    case 'not-sent':
      return { type: 'refused', error }
    case 'unknown':
      return { type: 'unknown', error }
    default:
      return kind satisfies never
  }
}

/** Credentials that have worked for dialling and do not work now are no matter of their own in the middle of a call. */
function asRefusal({ error }: RestFailure): CallError {
  if (error.code === 'carrier-refused') return error
  return new CallError('carrier-refused', error.message, {
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    cause: error,
  })
}
