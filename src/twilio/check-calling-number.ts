/** Whether an account may call from a number. */
import type { CallError } from '../call/error.ts'
import type { AccountLookups } from './account-lookups.ts'

/**
 * What the number is to the account: one of its own, which can be used for voice or not; somebody else's that was verified as a caller ID;
 * or nothing. `unknown`: Twilio answered, but not this. `unreachable`: there was no answer.
 */
export type CallingNumberState =
  | { type: 'own'; isVoiceCapable: boolean }
  | { type: 'verified' }
  | { type: 'foreign' }
  | { type: 'unknown' | 'unreachable'; error: CallError }

/** Asks Twilio for both kinds at once. `from` in E.164. Never rejects. */
export async function lookAtCallingNumber(
  rest: Pick<AccountLookups, 'listNumbers' | 'listCallerIds'>,
  from: string,
): Promise<CallingNumberState> {
  const others = rest.listCallerIds(from)
  const numbers = await rest.listNumbers(from)
  // Twilio's filter finds numbers that are like the one asked for, too.
  const own = numbers.ok ? numbers.value.find(({ number }) => number === from) : undefined
  if (own) return { type: 'own', isVoiceCapable: own.isVoiceCapable }
  const callerIds = await others
  if (callerIds.ok && callerIds.value.includes(from)) return { type: 'verified' }
  if (numbers.ok && callerIds.ok) return { type: 'foreign' }
  const failures = [numbers, callerIds].flatMap((answer) => (answer.ok ? [] : answer.failure))
  const worst = failures.find(({ kind }) => kind !== 'refused') ?? failures[0]
  return worst
    ? { type: worst.kind === 'refused' ? 'unknown' : 'unreachable', error: worst.error }
    : { type: 'foreign' }
}
