/** What an account has left to spend. */
import type { CallError } from '../call/error.ts'
import type { AccountLookups, BalanceRecord } from './account-lookups.ts'

/** `none`: a subaccount has no balance, its parent pays. */
export type BalanceState =
  | ({ type: 'known' } & BalanceRecord)
  | { type: 'none' }
  | { type: 'unknown'; error: CallError }

/** Asks Twilio. Never rejects. */
export async function lookAtBalance(rest: Pick<AccountLookups, 'fetchBalance'>): Promise<BalanceState> {
  const answer = await rest.fetchBalance()
  if (!answer.ok) {
    const { status, error } = answer.failure
    return status === 404 ? { type: 'none' } : { type: 'unknown', error }
  }
  return Number.isFinite(answer.value.amount) ? { type: 'known', ...answer.value } : { type: 'none' }
}
