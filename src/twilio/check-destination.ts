/** Whether an account may call a country, and what a minute to a number costs. */
import { CallError } from '../call/error.ts'
import type { AccountLookups, PriceRecord } from './account-lookups.ts'
import { COUNTRY_BLOCKED } from './errors.ts'

/** Whether ordinary numbers of a country may be called; ranges that fraudsters like need a permission of their own. */
export type PermissionState =
  | { type: 'allowed'; country: string }
  | { type: 'blocked'; error: CallError }
  | { type: 'unknown'; error: CallError }

/** The price of a minute in a currency (ISO 4217), before any discount that is not the account's. */
export type PriceState =
  | { type: 'known'; perMinute: number; currency: string; country: string }
  | { type: 'unknown'; error: CallError }

/** Asks Twilio. `country`: ISO 3166-1, two letters. Never rejects. */
export async function lookAtPermission(
  rest: Pick<AccountLookups, 'fetchPermission'>,
  country: string,
): Promise<PermissionState> {
  const answer = await rest.fetchPermission(country)
  if (!answer.ok) return { type: 'unknown', error: answer.failure.error }
  if (answer.value.isAllowed) return { type: 'allowed', country: answer.value.country }
  const { code, sentence, remedy } = COUNTRY_BLOCKED
  return { type: 'blocked', error: new CallError(code, sentence, { hint: remedy }) }
}

/** Asks Twilio. Numbers in E.164. Never rejects. */
export async function lookAtPrice(
  rest: Pick<AccountLookups, 'fetchPrices'>,
  to: string,
  from: string,
): Promise<PriceState> {
  const answer = await rest.fetchPrices(to, from)
  if (!answer.ok) return { type: 'unknown', error: answer.failure.error }
  const { country, currency, prices } = answer.value
  const price = priceFrom(prices, from)
  if (price !== undefined) return { type: 'known', perMinute: price.perMinute, currency, country }
  return { type: 'unknown', error: new CallError('carrier-refused', 'Twilio names no price for this number') }
}

/** The price for the longest beginning of the calling number; `ALL` is the shortest. */
function priceFrom(prices: readonly PriceRecord[], from: string): PriceRecord | undefined {
  const digits = from.replace('+', '')
  const lengthOf = ({ origins }: PriceRecord) =>
    Math.max(
      -1,
      ...origins.map((origin) => (origin === 'ALL' ? 0 : digits.startsWith(origin) ? origin.length : -1)),
    )
  const [best] = prices
    .filter((price) => Number.isFinite(price.perMinute) && lengthOf(price) >= 0)
    .sort((a, b) => lengthOf(b) - lengthOf(a))
  return best
}
