/** Whether an account can place calls, as far as that can be known without ringing anybody. */
import { CallError } from '../call/error.ts'
import { withDeadline } from '../flow/deadline.ts'
import type { AccountLookups } from './account-lookups.ts'
import { concernsAccount, TRIAL } from './errors.ts'

const WITHIN_MS = 3000

/**
 * How an account stands. `isFull`: Twilio says that it is no trial, of which nothing is known otherwise. `unusable`: it places no calls
 * of ours, or the credentials are not its own. `unknown`: Twilio answered, but not this, as it does to keys with few rights.
 * `unreachable`: there was no answer.
 */
export type AccountState =
  | { type: 'usable'; isFull: boolean }
  | { type: 'unusable' | 'unknown' | 'unreachable'; error: CallError }

/** Asks Twilio. Never rejects. */
export async function lookAtAccount(rest: Pick<AccountLookups, 'fetchAccount'>): Promise<AccountState> {
  const answer = await rest.fetchAccount()
  if (!answer.ok) {
    const { kind, status, code, error } = answer.failure
    if (concernsAccount(status, code)) return { type: 'unusable', error }
    return { type: kind === 'refused' ? 'unknown' : 'unreachable', error }
  }
  const { status, type } = answer.value
  if (type === 'Trial') {
    return { type: 'unusable', error: new CallError(TRIAL.code, TRIAL.sentence, { hint: TRIAL.remedy }) }
  }
  if (status === 'suspended' || status === 'closed') {
    const hint = 'See https://console.twilio.com/billing, or ask Twilio support.'
    return {
      type: 'unusable',
      error: new CallError('carrier-refused', `the Twilio account is ${status}`, { hint }),
    }
  }
  if (status === 'active') return { type: 'usable', isFull: type === 'Full' }
  return {
    type: 'unknown',
    error: new CallError('carrier-refused', 'Twilio does not say how the account stands'),
  }
}

/**
 * Resolves when nothing speaks against a call. An account that could not be looked at (a proxy that only knows calls, a slow network)
 * is no reason not to dial: the POST itself will tell.
 * @throws CallError `carrier-auth` for rejected credentials, `carrier-refused` for a trial, suspended or closed account
 */
export async function checkAccount(
  rest: Pick<AccountLookups, 'fetchAccount'>,
  signal: AbortSignal,
): Promise<void> {
  const late = () => new Error('late')
  const state = await withDeadline(lookAtAccount(rest), WITHIN_MS, late, signal).catch(() => undefined)
  if (state?.type === 'unusable') throw state.error
}
