/**
 * What Twilio's OpenAPI description says of the requests that we make: parameters, types and limits, in our own words.
 * Source: https://github.com/twilio/twilio-oai, spec/json/twilio_api_v2010.json, as of 2026-04-14 (commit d50069b), and beside it
 * twilio_voice_v1.json and twilio_pricing_v2.json, whose paths begin with their version. Limits that
 * stand in its descriptions only (4000 characters of TwiML, 600 s of ringing, no underscore in host names) are included.
 */

/** How a value must look. */
export type Rule =
  | { type: 'integer'; max?: number }
  | { type: 'word'; oneOf: readonly string[] }
  | { type: 'url' }
  | { type: 'text'; maxLength?: number }

export type Operation = {
  method: 'GET' | 'POST'
  path: RegExp
  required: readonly string[]
  /** Parameters of the form (POST) or the query (GET). */
  parameters: Readonly<Record<string, Rule>>
  /** Parameters that may come several times. */
  lists: readonly string[]
}

const ACCOUNT = '^/2010-04-01/Accounts/AC[0-9a-fA-F]{32}'
const STATUS = ['queued', 'ringing', 'in-progress', 'completed', 'busy', 'failed', 'no-answer', 'canceled']
const METHOD: Rule = { type: 'word', oneOf: ['GET', 'POST'] }
const TEXT: Rule = { type: 'text' }
const URL: Rule = { type: 'url' }
const INTEGER: Rule = { type: 'integer' }

export const OPERATIONS = {
  FetchAccount: {
    method: 'GET',
    path: new RegExp(`${ACCOUNT}\\.json$`),
    required: [],
    parameters: {},
    lists: [],
  },
  FetchBalance: {
    method: 'GET',
    path: new RegExp(`${ACCOUNT}/Balance\\.json$`),
    required: [],
    parameters: {},
    lists: [],
  },
  ListIncomingPhoneNumber: {
    method: 'GET',
    path: new RegExp(`${ACCOUNT}/IncomingPhoneNumbers\\.json$`),
    required: [],
    lists: [],
    parameters: {
      Beta: { type: 'word', oneOf: ['true', 'false'] },
      FriendlyName: TEXT,
      PhoneNumber: TEXT,
      Origin: TEXT,
      PageSize: { type: 'integer', max: 1000 },
      Page: INTEGER,
      PageToken: TEXT,
    },
  },
  ListOutgoingCallerId: {
    method: 'GET',
    path: new RegExp(`${ACCOUNT}/OutgoingCallerIds\\.json$`),
    required: [],
    lists: [],
    parameters: {
      PhoneNumber: TEXT,
      FriendlyName: TEXT,
      PageSize: { type: 'integer', max: 1000 },
      Page: INTEGER,
      PageToken: TEXT,
    },
  },
  FetchDialingPermissionsCountry: {
    method: 'GET',
    path: /^\/v1\/DialingPermissions\/Countries\/[A-Z]{2}$/,
    required: [],
    parameters: {},
    lists: [],
  },
  FetchVoiceNumber: {
    method: 'GET',
    path: /^\/v2\/Voice\/Numbers\/(?:\+|%2B)[1-9]\d{6,14}$/,
    required: [],
    parameters: { OriginationNumber: TEXT },
    lists: [],
  },
  CreateCall: {
    method: 'POST',
    path: new RegExp(`${ACCOUNT}/Calls\\.json$`),
    required: ['To', 'From'],
    lists: ['StatusCallbackEvent', 'RecordingStatusCallbackEvent'],
    parameters: {
      To: TEXT,
      From: TEXT,
      Method: METHOD,
      FallbackUrl: URL,
      FallbackMethod: METHOD,
      StatusCallback: URL,
      StatusCallbackEvent: { type: 'word', oneOf: ['initiated', 'ringing', 'answered', 'completed'] },
      StatusCallbackMethod: METHOD,
      SendDigits: { type: 'text', maxLength: 32 },
      Timeout: { type: 'integer', max: 600 },
      MachineDetection: { type: 'word', oneOf: ['Enable', 'DetectMessageEnd'] },
      MachineDetectionTimeout: INTEGER,
      AsyncAmd: { type: 'word', oneOf: ['true', 'false'] },
      AsyncAmdStatusCallback: URL,
      AsyncAmdStatusCallbackMethod: METHOD,
      TimeLimit: INTEGER,
      Url: URL,
      Twiml: { type: 'text', maxLength: 4000 },
    },
  },
  ListCall: {
    method: 'GET',
    path: new RegExp(`${ACCOUNT}/Calls\\.json$`),
    required: [],
    lists: [],
    parameters: {
      To: TEXT,
      From: TEXT,
      Status: { type: 'word', oneOf: STATUS },
      PageSize: { type: 'integer', max: 1000 },
      Page: INTEGER,
      PageToken: TEXT,
    },
  },
  FetchCall: {
    method: 'GET',
    path: new RegExp(`${ACCOUNT}/Calls/CA[0-9a-fA-F]{32}\\.json$`),
    required: [],
    parameters: {},
    lists: [],
  },
  UpdateCall: {
    method: 'POST',
    path: new RegExp(`${ACCOUNT}/Calls/CA[0-9a-fA-F]{32}\\.json$`),
    required: [],
    lists: [],
    parameters: {
      Url: URL,
      Method: METHOD,
      Status: { type: 'word', oneOf: ['canceled', 'completed'] },
      FallbackUrl: URL,
      FallbackMethod: METHOD,
      StatusCallback: URL,
      StatusCallbackMethod: METHOD,
      Twiml: { type: 'text', maxLength: 4000 },
      TimeLimit: INTEGER,
    },
  },
} as const satisfies Record<string, Operation>

/** Everything about a request that the description does not allow; empty when it is right. */
export function violations(method: string, path: string, parameters: URLSearchParams): string[] {
  const operation: Operation | undefined = Object.values<Operation>(OPERATIONS).find(
    (known) => known.method === method && known.path.test(path),
  )
  if (!operation) return [`no operation ${method} ${path}`]
  const missing = operation.required
    .filter((name) => !parameters.has(name))
    .map((name) => `${name} is missing`)
  const wrong = [...new Set(parameters.keys())].flatMap((name) => {
    const rule = operation.parameters[name]
    if (!rule) return [`${name} is no parameter`]
    const values = parameters.getAll(name)
    if (values.length > 1 && !operation.lists.includes(name)) return [`${name} came ${values.length} times`]
    return values.filter((value) => !fits(value, rule)).map((value) => `${name} may not be ${value}`)
  })
  return [...missing, ...wrong]
}

function fits(value: string, rule: Rule): boolean {
  switch (rule.type) {
    case 'integer':
      return /^[1-9]\d*$/.test(value) && Number(value) <= (rule.max ?? Number.MAX_SAFE_INTEGER)
    case 'word':
      return rule.oneOf.includes(value)
    case 'url':
      return /^https?:\/\/[^_/?#]+(?:[/?#]|$)/.test(value) && globalThis.URL.canParse(value)
    case 'text':
      return value.length > 0 && value.length <= (rule.maxLength ?? 10_000)
  }
}
