/** What can be asked of a Twilio account without ringing anybody. */
import type { Answer, RestClient, TwilioAccess } from './client.ts'

/** What the account is and whether it works; words of Twilio such as `active` and `Trial`. */
export type AccountRecord = { status: string; type: string }

/** What is left to spend. NaN when Twilio did not say. `currency`: ISO 4217, such as `USD`. */
export type BalanceRecord = { amount: number; currency: string }

/** A number of the account in E.164. */
export type OwnNumber = { number: string; isVoiceCapable: boolean }

/** Whether ordinary numbers of a country may be called. `country`: Twilio's name of it. */
export type PermissionRecord = { country: string; isAllowed: boolean }

/**
 * The price of a minute. `origins`: the beginnings, without a plus, of the calling numbers that it is for, or `ALL`. NaN when Twilio
 * did not say.
 */
export type PriceRecord = { origins: readonly string[]; perMinute: number }

/** Prices of calls to one number. */
export type PricesRecord = { country: string; currency: string; prices: readonly PriceRecord[] }

/** No method rejects; each is bounded by the client's limit. */
export type AccountLookups = {
  fetchAccount(): Promise<Answer<AccountRecord>>
  fetchBalance(): Promise<Answer<BalanceRecord>>
  /** Those of the account's numbers that Twilio thinks like `e164`. */
  listNumbers(e164: string): Promise<Answer<OwnNumber[]>>
  /** Numbers of others, in E.164, that the account may show as its own. */
  listCallerIds(e164: string): Promise<Answer<string[]>>
  /** @param country ISO 3166-1, two letters */
  fetchPermission(country: string): Promise<Answer<PermissionRecord>>
  fetchPrices(to: string, from: string): Promise<Answer<PricesRecord>>
}

/** More than any account has of numbers that are alike. */
const LIMIT = 20

/** Lookups through this client. The SDK's typings promise more than its answers hold, so every field is read with care. */
export function createAccountLookups(
  { accountSid }: TwilioAccess,
  { client, ask }: RestClient,
): AccountLookups {
  return {
    fetchAccount: () =>
      ask(async () => {
        const { status, type } = await client.api.v2010.accounts(accountSid).fetch()
        return { status: String(status), type: String(type) }
      }),
    fetchBalance: () =>
      ask(async () => {
        const { balance, currency } = await client.balance.fetch()
        return { amount: toAmount(balance), currency: toCurrency(currency) }
      }),
    listNumbers: (e164) =>
      ask(async () => {
        const found = await client.incomingPhoneNumbers.list({ phoneNumber: e164, limit: LIMIT })
        return found.map(({ phoneNumber, capabilities }) => ({
          number: String(phoneNumber),
          isVoiceCapable: capabilities?.voice === true,
        }))
      }),
    listCallerIds: (e164) =>
      ask(async () => {
        const found = await client.outgoingCallerIds.list({ phoneNumber: e164, limit: LIMIT })
        return found.map(({ phoneNumber }) => String(phoneNumber))
      }),
    fetchPermission: (country) =>
      ask(async () => {
        const { name, lowRiskNumbersEnabled } = await client.voice.v1.dialingPermissions
          .countries(country)
          .fetch()
        if (typeof lowRiskNumbersEnabled !== 'boolean') throw new TypeError('an answer without a permission')
        return { country: String(name), isAllowed: lowRiskNumbersEnabled }
      }),
    fetchPrices: (to, from) =>
      ask(async () => {
        const found = await client.pricing.v2.voice.numbers(to).fetch({ originationNumber: from })
        return {
          country: String(found.country),
          currency: toCurrency(found.priceUnit),
          prices: (found.outboundCallPrices ?? []).map(({ originationPrefixes, currentPrice }) => ({
            origins: (originationPrefixes ?? []).map(String),
            perMinute: toAmount(currentPrice),
          })),
        }
      }),
  }
}

/** Money comes as text, whatever the typings say. */
function toAmount(money: unknown): number {
  return money === null || money === undefined || money === '' ? Number.NaN : Number(money)
}

function toCurrency(code: unknown): string {
  return typeof code === 'string' && /^[a-z]{3}$/i.test(code) ? code.toUpperCase() : 'USD'
}
