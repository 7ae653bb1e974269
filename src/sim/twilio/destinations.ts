/**
 * Where the simulated account may call, and for how much: Twilio's Dialing Permissions and Pricing, which have hosts of their own there.
 * https://www.twilio.com/docs/voice/api/dialingpermissions-country-resource https://www.twilio.com/docs/voice/pricing
 */
import { badRequest, notFound, type RestError } from './rest-error.ts'

/** A resource, or why there is none. */
type Found = { resource: Record<string, unknown> } | { refusal: RestError }

/** `code`: what its numbers begin with. `price`: of a minute, in US dollars. */
type Country = { iso: string; name: string; code: string; continent: string; allowed: boolean; price: string }

/** A few countries; to the last of them nobody may call until the account is told otherwise, as it is with most at Twilio. */
const COUNTRIES: readonly Country[] = [
  {
    ...{ iso: 'US', name: 'United States/Canada', code: '+1', continent: 'NORTH_AMERICA' },
    ...{ allowed: true, price: '0.0140' },
  },
  {
    ...{ iso: 'GB', name: 'United Kingdom', code: '+44', continent: 'EUROPE' },
    ...{ allowed: true, price: '0.0158' },
  },
  {
    ...{ iso: 'DE', name: 'Germany', code: '+49', continent: 'EUROPE' },
    ...{ allowed: true, price: '0.0187' },
  },
  {
    ...{ iso: 'FR', name: 'France', code: '+33', continent: 'EUROPE' },
    ...{ allowed: true, price: '0.0170' },
  },
  {
    ...{ iso: 'LV', name: 'Latvia', code: '+371', continent: 'EUROPE' },
    ...{ allowed: false, price: '0.4620' },
  },
]

const PERMISSIONS = '/v1/DialingPermissions/Countries/'
const PRICES = '/v2/Voice/Numbers/'
const E164 = /^\+[1-9]\d{6,14}$/

/** The answer to a GET below these paths; undefined for any other path. */
export function answerDestination(path: string, query: URLSearchParams): Found | undefined {
  if (path.startsWith(PERMISSIONS)) return permission(path, query)
  if (path.startsWith(PRICES)) return prices(path, query)
  return undefined
}

function permission(path: string, query: URLSearchParams): Found {
  const iso = path.slice(PERMISSIONS.length)
  const country = COUNTRIES.find((each) => each.iso === iso)
  if (!country) return { refusal: notFound(path) }
  if (query.size > 0) return { refusal: badRequest(20001, `Unknown parameter ${[...query.keys()].join()}`) }
  const url = `https://voice.twilio.com${path}`
  const resource = {
    iso_code: country.iso,
    name: country.name,
    continent: country.continent,
    country_codes: [country.code],
    low_risk_numbers_enabled: country.allowed,
    high_risk_special_numbers_enabled: false,
    high_risk_tollfraud_numbers_enabled: false,
    url,
    links: { highrisk_special_prefixes: `${url}/HighRiskSpecialPrefixes` },
  }
  return { resource }
}

function prices(path: string, query: URLSearchParams): Found {
  const number = decodeURIComponent(path.slice(PRICES.length))
  const origin = query.get('OriginationNumber')
  const unknown = [...query.keys()].filter((name) => name !== 'OriginationNumber')
  if (unknown.length > 0) return { refusal: badRequest(20001, `Unknown parameter ${unknown.join()}`) }
  if (origin !== null && !E164.test(origin))
    return { refusal: badRequest(20001, 'OriginationNumber must be in E.164') }
  const country = COUNTRIES.find(({ code }) => number.startsWith(code))
  if (!country || !E164.test(number)) return { refusal: notFound(path) }
  const resource = {
    country: country.name,
    iso_country: country.iso,
    destination_number: number,
    origination_number: origin,
    outbound_call_prices: [
      { base_price: country.price, current_price: country.price, origination_prefixes: ['ALL'] },
    ],
    inbound_call_price: { base_price: null, current_price: null, number_type: null },
    price_unit: 'USD',
    url: `https://pricing.twilio.com${path}`,
  }
  return { resource }
}
