/** What can be known of a Twilio account without ringing anybody. */
import { CallError } from '../call/error.ts'
import { withDeadline } from '../flow/deadline.ts'
import { concernsAccount, TRIAL } from './errors.ts'
import type { TwilioRest } from './rest.ts'

const WITHIN_MS = 3000

/**
 * Resolves when nothing speaks against a call. An account that could not be looked at (a proxy that only knows calls, a slow network)
 * is no reason not to dial: the POST itself will tell.
 * @throws CallError `carrier-auth` for rejected credentials, `carrier-refused` for a trial, suspended or closed account
 */
export async function checkAccount(rest: TwilioRest, signal: AbortSignal): Promise<void> {
  const late = () => new Error('late')
  const answer = await withDeadline(rest.fetchAccount(), WITHIN_MS, late, signal).catch(() => undefined)
  if (!answer) return
  if (!answer.ok) {
    const { status, code, error } = answer.failure
    if (concernsAccount(status, code)) throw error
    return
  }
  const { status, type } = answer.value
  if (type === 'Trial') throw new CallError(TRIAL.code, TRIAL.sentence, { hint: TRIAL.remedy })
  if (status === 'suspended' || status === 'closed') {
    throw new CallError('carrier-refused', `the Twilio account is ${status}`, {
      hint: 'See https://console.twilio.com/billing, or ask Twilio support.',
    })
  }
}
