/** Which numbers may be rung: E.164 only, and never an emergency, short, premium or satellite number. There is no override. */
import type libphonenumber from 'google-libphonenumber'
import { CallError } from '../call/error.ts'
import { quoted, type Warning } from './parsed.ts'

/** A number that may be rung. `country` is an ISO 3166 code, or undefined when no country assigns such a number. */
export type CheckedNumber = { e164: string; country: string | undefined; warnings: readonly Warning[] }

/** A country code and at most 15 digits in all; fewer than 7 is a short code at best. https://www.itu.int/rec/T-REC-E.164 */
const E164 = /^\+[1-9]\d{6,14}$/

const SHORT_NUMBER_DIGITS = 6

/** Emergency numbers that the library does not know everywhere; 933 is Twilio's test of emergency calling. */
const MORE_EMERGENCY_NUMBERS = ['000', '08', '110', '118', '119', '15', '17', '18', '933']

/** The countries that people expect behind +1; the Caribbean ones are billed as international. */
const HOME_OF_PLUS_ONE = ['US', 'CA', 'PR', 'VI', 'GU', 'AS', 'MP']

/** `text` as E.164, without the spaces, dots, dashes and parentheses that people write into numbers; undefined when it is not. Looks at the form only. */
export function asE164(text: string): string | undefined {
  const compact = withoutPunctuation(text)
  return E164.test(compact) ? compact : undefined
}

/**
 * Decides whether a number may be rung. A number of the right length that nobody is assigned, such as +15551234567, passes with a warning.
 * @throws CallError `number-refused`, with how to write it or why it is never rung
 */
export async function checkPhoneNumber(text: string): Promise<CheckedNumber> {
  const { default: library } = await import('google-libphonenumber')
  const util = library.PhoneNumberUtil.getInstance()
  const compact = withoutPunctuation(text)
  const number = compact.startsWith('+') ? parse(library, compact) : undefined

  // First of all, because the library calls even an empty text an emergency number.
  if (!/^\+?\d+$/.test(compact)) {
    throw refused(`${quoted(text)} is not a phone number`, 'Write it in E.164, such as +12025550123.')
  }
  if (isEmergency(library, compact, number)) throw neverRung(text, 'an emergency number')
  if (/^\d+$/.test(compact)) throw plusMissing(library, text, compact)
  if (!number || !E164.test(compact) || !util.isPossibleNumber(number)) {
    throw refused(
      `${quoted(text)} is not a whole phone number`,
      'It needs the country code and every digit after it, such as +12025550123; short codes cannot be rung.',
    )
  }
  const kind = refusedKind(library, number)
  if (kind) throw neverRung(text, kind)

  const country = util.isValidNumber(number) ? util.getRegionCodeForNumber(number) : undefined
  const e164 = util.format(number, library.PhoneNumberFormat.E164)
  return { e164, country, warnings: country ? abroad(e164, country) : [unassigned(e164)] }
}

function withoutPunctuation(text: string): string {
  return text.replace(/[\s().\-\u2010-\u2015\u2212]/gu, '')
}

function parse(library: typeof libphonenumber, compact: string): libphonenumber.PhoneNumber | undefined {
  try {
    return library.PhoneNumberUtil.getInstance().parse(compact)
  } catch {
    return undefined // The library throws for what cannot be a number, such as an unknown country code.
  }
}

/** 911, 9-1-1, +911, +1911, +49112: the digits, or those after the country code, lead to an emergency service. */
function isEmergency(
  library: typeof libphonenumber,
  compact: string,
  number: libphonenumber.PhoneNumber | undefined,
): boolean {
  const util = library.PhoneNumberUtil.getInstance()
  const short = library.ShortNumberInfo.getInstance()
  const digits = compact.replace('+', '')
  if (MORE_EMERGENCY_NUMBERS.includes(digits)) return true
  const isShort = digits.length <= SHORT_NUMBER_DIGITS
  if (isShort && util.getSupportedRegions().some((region) => short.isEmergencyNumber(digits, region)))
    return true
  if (!number) return false
  const national = util.getNationalSignificantNumber(number)
  const region = util.getRegionCodeForCountryCode(number.getCountryCodeOrDefault())
  if (region === 'ZZ') return false
  // An exchange may act on the first digits alone, unless they begin an assigned number, as in Delhi's +91 11 2345 6789.
  return !util.isValidNumber(number) && short.connectsToEmergencyNumber(national, region)
}

/** What makes a number one that nobody should ring by program: its price, or a network that is not a country's. */
function refusedKind(library: typeof libphonenumber, number: libphonenumber.PhoneNumber): string | undefined {
  const util = library.PhoneNumberUtil.getInstance()
  const types = library.PhoneNumberType
  const type = util.getNumberType(number)
  const national = util.getNationalSignificantNumber(number)
  if (type === types.PREMIUM_RATE) return 'a premium-rate number'
  if (type === types.SHARED_COST) return 'a shared-cost number'
  if (type === types.PAGER) return 'a pager'
  // They ring anybody anywhere, and are priced and abused like premium-rate ones: Britain's 070 above all.
  if (type === types.PERSONAL_NUMBER) return 'a personal number'
  // The library knows the price of assigned numbers only.
  if (number.getCountryCode() === 1 && /^9(00|76)/.test(national)) return 'a premium-rate number'
  const region: string = util.getRegionCodeForCountryCode(number.getCountryCodeOrDefault())
  // The library's word for codes that belong to no country: 870, 881, 882, 883, 979 and a few more.
  return region === '001' ? 'a satellite or other international-network number' : undefined
}

function plusMissing(library: typeof libphonenumber, text: string, digits: string): CallError {
  if (digits.length <= SHORT_NUMBER_DIGITS) {
    return refused(
      `${quoted(text)} is a short number`,
      'Only whole numbers in E.164 can be rung, such as +12025550123.',
    )
  }
  const util = library.PhoneNumberUtil.getInstance()
  const candidates = [`+${digits.replace(/^(00|011)/, '')}`, `+1${digits}`]
  const suggestion = candidates.find((candidate) => {
    const number = parse(library, candidate)
    return number !== undefined && util.isValidNumber(number)
  })
  return refused(
    `${quoted(text)} lacks the plus and the country code`,
    suggestion
      ? `Write it in E.164; perhaps you mean ${suggestion}?`
      : 'Write it in E.164: a plus, the country code, the number, such as +12025550123.',
  )
}

function refused(message: string, hint: string): CallError {
  return new CallError('number-refused', message, { hint })
}

function neverRung(text: string, kind: string): CallError {
  return refused(`${quoted(text)} is ${kind}: ai-caller never rings those`, 'There is no flag to allow it.')
}

function unassigned(e164: string): Warning {
  return {
    code: 'number-unassigned',
    message: `${e164} has the right length, but no country assigns such a number`,
    hint: 'Check it; the carrier may refuse it.',
  }
}

function abroad(e164: string, country: string): Warning[] {
  if (!e164.startsWith('+1') || HOME_OF_PLUS_ONE.includes(country)) return []
  const name = new Intl.DisplayNames(['en'], { type: 'region' }).of(country) ?? country
  const message = `${e164} is in ${name}, not in the United States or Canada`
  return [{ code: 'number-abroad', message, hint: 'The call is billed as an international one.' }]
}
