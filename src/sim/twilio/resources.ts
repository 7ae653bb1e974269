/** Twilio's REST resources as JSON, field by field as in its API. https://www.twilio.com/docs/voice/api/call-resource */
import { type CallState, callSeconds } from './call-state.ts'
import { API_VERSION, type SimulatedAccount } from './exchange.ts'
import { rfc2822 } from './formats.ts'

type Json = Record<string, unknown>

/** A dated part of the account that never changes here. */
const ACCOUNT_CREATED = 'Thu, 05 Feb 2026 09:30:00 +0000'

/** A Call resource. A call that is only `initiated` still reads `queued`. */
export function callResource(account: SimulatedAccount, state: CallState): Json {
  const { seen, created, answered, ended } = state
  const uri = `/${API_VERSION}/Accounts/${account.sid}/Calls/${seen.sid}`
  return {
    sid: seen.sid,
    date_created: rfc2822(created),
    date_updated: rfc2822(ended ?? answered ?? created),
    parent_call_sid: null,
    account_sid: account.sid,
    to: seen.to,
    to_formatted: formatted(seen.to),
    from: seen.from,
    from_formatted: formatted(seen.from),
    phone_number_sid: account.phoneNumberSid,
    status: seen.status === 'initiated' ? 'queued' : seen.status,
    start_time: answered ? rfc2822(answered) : null,
    end_time: ended ? rfc2822(ended) : null,
    duration: answered && ended ? String(callSeconds(answered, ended)) : null,
    price: null,
    price_unit: 'USD',
    direction: 'outbound-api',
    answered_by: seen.answeredBy ?? null,
    annotation: null,
    api_version: API_VERSION,
    forwarded_from: null,
    group_sid: null,
    caller_name: null,
    queue_time: '0',
    trunk_sid: null,
    uri: `${uri}.json`,
    subresource_uris: subresources(uri, [
      ...['notifications', 'recordings', 'payments', 'events', 'siprec', 'streams', 'transcriptions'],
      ...['user_defined_message_subscriptions', 'user_defined_messages'],
    ]),
  }
}

/** The Account resource, auth token included, as Twilio sends it. */
export function accountResource(account: SimulatedAccount, isTrial: boolean): Json {
  const uri = `/${API_VERSION}/Accounts/${account.sid}`
  return {
    sid: account.sid,
    friendly_name: 'Simulated account',
    status: 'active',
    type: isTrial ? 'Trial' : 'Full',
    auth_token: account.authToken,
    owner_account_sid: account.sid,
    date_created: ACCOUNT_CREATED,
    date_updated: ACCOUNT_CREATED,
    uri: `${uri}.json`,
    subresource_uris: subresources(uri, [
      'balance',
      'calls',
      'incoming_phone_numbers',
      'outgoing_caller_ids',
    ]),
  }
}

/** The Balance resource. */
export function balanceResource(account: SimulatedAccount): Json {
  return { account_sid: account.sid, balance: '42.17', currency: 'USD' }
}

/** The IncomingPhoneNumber resource of the account's one number. */
export function numberResource(account: SimulatedAccount): Json {
  return {
    sid: account.phoneNumberSid,
    account_sid: account.sid,
    friendly_name: formatted(account.phoneNumber),
    phone_number: account.phoneNumber,
    capabilities: { voice: true, sms: true, mms: true, fax: false },
    voice_url: '',
    voice_method: 'POST',
    voice_fallback_url: '',
    voice_fallback_method: 'POST',
    voice_application_sid: '',
    voice_caller_id_lookup: false,
    voice_receive_mode: 'voice',
    status_callback: '',
    status_callback_method: 'POST',
    trunk_sid: null,
    address_requirements: 'none',
    emergency_status: 'Inactive',
    origin: 'twilio',
    status: 'in-use',
    beta: false,
    api_version: API_VERSION,
    date_created: ACCOUNT_CREATED,
    date_updated: ACCOUNT_CREATED,
    uri: `/${API_VERSION}/Accounts/${account.sid}/IncomingPhoneNumbers/${account.phoneNumberSid}.json`,
  }
}

/** One page of a list, under Twilio's paging fields. `query` holds `Page` (from 0) and `PageSize` (1 to 1000, default 50). */
export function listPage(name: string, items: readonly Json[], path: string, query: URLSearchParams): Json {
  const pageSize = Math.min(1000, Math.max(1, Number(query.get('PageSize')) || 50))
  const page = Math.max(0, Number(query.get('Page')) || 0)
  const start = page * pageSize
  const end = Math.min(items.length, start + pageSize)
  const uri = (wanted: number) => {
    const params = new URLSearchParams(query)
    params.set('PageSize', String(pageSize))
    params.set('Page', String(wanted))
    return `${path}?${params}`
  }
  return {
    [name]: items.slice(start, end),
    page,
    page_size: pageSize,
    start,
    end: Math.max(start, end - 1),
    uri: uri(page),
    first_page_uri: uri(0),
    next_page_uri: end < items.length ? uri(page + 1) : null,
    previous_page_uri: page > 0 ? uri(page - 1) : null,
  }
}

function subresources(uri: string, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, `${uri}/${camel(name)}.json`]))
}

function camel(name: string): string {
  return name.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

/** `(202) 555-0123` for a North American number, the number itself otherwise. */
function formatted(number: string): string {
  const [, area, prefix, rest] = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(number) ?? []
  return area ? `(${area}) ${prefix}-${rest}` : number
}
