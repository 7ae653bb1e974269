/** What went wrong at Twilio, in words for the person at the terminal. Error codes: https://www.twilio.com/docs/api/errors */
import type { CallErrorCode } from '../call/error.ts'

/** One sentence and a remedy for a Twilio error code. */
export type ErrorEntry = { code: CallErrorCode; sentence: string; remedy: string }

const CREDENTIALS = {
  code: 'carrier-auth',
  sentence: 'Twilio rejected the credentials',
  remedy:
    'Check TWILIO_ACCOUNT_SID (AC and 32 hex digits) and TWILIO_AUTH_TOKEN against the Account Info at https://console.twilio.com; after a change of the token the old one no longer works.',
} as const satisfies ErrorEntry

const SUSPENDED = {
  code: 'carrier-refused',
  sentence: 'the Twilio account is not active',
  remedy: 'Look for a suspension or an empty balance at https://console.twilio.com/billing.',
} as const satisfies ErrorEntry

/** A trial account cannot use this product at all: Twilio strips `<Stream>` from its calls and refuses inline TwiML. https://www.twilio.com/docs/usage/trial-account */
export const TRIAL = {
  code: 'carrier-refused',
  sentence: 'this is a Twilio trial account, and Media Streams are not available on trial accounts',
  remedy: 'Upgrade the account at https://console.twilio.com (Upgrade); free trial minutes do not help here.',
} as const satisfies ErrorEntry

export const COUNTRY_BLOCKED = {
  code: 'carrier-refused',
  sentence: 'the Twilio account is not permitted to call this country or kind of number',
  remedy:
    'Enable it under Voice Geographic Permissions: https://console.twilio.com/develop/voice/settings/geo-permissions.',
} as const satisfies ErrorEntry

const BAD_TO = {
  code: 'carrier-refused',
  sentence: 'Twilio says that the number to call is not a valid telephone number',
  remedy:
    'Write it in E.164: a plus, the country code, the number without a leading zero, such as +12025550123.',
} as const satisfies ErrorEntry

const BAD_FROM = {
  code: 'carrier-refused',
  sentence: 'Twilio does not accept the calling number',
  remedy:
    'TWILIO_PHONE_NUMBER must be a voice-capable number of this account, or a verified caller ID: https://console.twilio.com/develop/phone-numbers/manage/incoming.',
} as const satisfies ErrorEntry

const BLOCKED = {
  code: 'carrier-refused',
  sentence: 'Twilio keeps this number on a block list',
  remedy: 'Ask Twilio support: https://support.twilio.com.',
} as const satisfies ErrorEntry

const UNREACHABLE_NUMBER = {
  code: 'carrier-refused',
  sentence: 'Twilio cannot reach this number',
  remedy: 'Check the number; some numbers take no calls from abroad or over the internet.',
} as const satisfies ErrorEntry

const BAD_ADDRESS = {
  code: 'carrier-refused',
  sentence: 'Twilio does not accept our public address',
  remedy: 'It must be a public host name without an underscore; see PUBLIC_WS_URL or NGROK_DOMAIN.',
} as const satisfies ErrorEntry

const ENTRIES = {
  10001: SUSPENDED,
  10002: TRIAL,
  10004: {
    code: 'carrier-refused',
    sentence: 'the Twilio account already has as many calls at once as it may',
    remedy: 'Wait for a call to end; a Primary Customer Profile in the Twilio console raises the limit.',
  },
  13216: {
    code: 'carrier-refused',
    sentence: 'Twilio does not accept the time limit of the call',
    remedy: 'Choose another --max-duration, at most 4 hours.',
  },
  13223: BAD_TO,
  13224: BAD_TO,
  13225: BLOCKED,
  13227: COUNTRY_BLOCKED,
  13247: BAD_FROM,
  20003: CREDENTIALS,
  20005: SUSPENDED,
  20008: {
    code: 'carrier-auth',
    sentence: 'these are Twilio test credentials, which place no real calls',
    remedy: 'Use the live account SID and auth token from https://console.twilio.com.',
  },
  20404: {
    code: 'carrier-refused',
    sentence: 'Twilio does not know what was asked for',
    remedy:
      'Check that TWILIO_ACCOUNT_SID is the account of the auth token, and TWILIO_BASE_URL when it is set.',
  },
  20429: {
    code: 'carrier-refused',
    sentence: 'Twilio is getting too many requests from this account',
    remedy: 'Nothing was done; wait a minute and try again.',
  },
  21201: BAD_TO,
  21202: {
    code: 'carrier-refused',
    sentence: 'Twilio does not call premium numbers',
    remedy: 'Choose another number.',
  },
  21203: COUNTRY_BLOCKED,
  21205: BAD_ADDRESS,
  21208: {
    code: 'carrier-refused',
    sentence: 'Twilio does not accept the ring timeout',
    remedy: 'Choose a --ring-timeout of at most 10 minutes.',
  },
  21209: BAD_ADDRESS,
  21210: BAD_FROM,
  21211: BAD_TO,
  21212: BAD_FROM,
  21213: BAD_FROM,
  21214: UNREACHABLE_NUMBER,
  21215: COUNTRY_BLOCKED,
  21216: BLOCKED,
  21217: BAD_TO,
  21219: {
    code: 'carrier-refused',
    sentence: 'a Twilio trial account calls only verified numbers',
    remedy: 'Upgrade the account at https://console.twilio.com: Media Streams need that anyway.',
  },
  21220: {
    code: 'carrier-refused',
    sentence: 'the call is not in progress any more',
    remedy: 'Nothing is left to do.',
  },
  32018: {
    code: 'carrier-refused',
    sentence: 'our public address is too long for the instructions that Twilio takes',
    remedy: 'Choose a PUBLIC_WS_URL with a shorter path.',
  },
  32203: BLOCKED,
  32205: COUNTRY_BLOCKED,
  70051: {
    code: 'carrier-auth',
    sentence: 'the Twilio credentials lack the permission to place calls',
    remedy: 'Grant the key Voice > Calls (create, read, update), or use the auth token of the account.',
  },
  90010: SUSPENDED,
  573002: TRIAL,
  573005: TRIAL,
} as const satisfies Record<number, ErrorEntry>

const ACCOUNT_CODES: ReadonlySet<number> = new Set([10001, 20003, 20005, 20008, 90010])

/** Sentence and remedy for a refusal, by Twilio's code, else by its words (the trial refusal has no code), else by the HTTP status. Undefined when none is known. */
export function knownError(status: number, code: number | undefined, words: string): ErrorEntry | undefined {
  if (code !== undefined && isKnown(code)) return ENTRIES[code]
  if (/trial accounts?/i.test(words)) return TRIAL
  if (status === 401) return CREDENTIALS
  if (status === 429) return ENTRIES[20429]
  return undefined
}

/** True for a refusal that is about the account, so that every call would meet it. */
export function concernsAccount(status: number | undefined, code: number | undefined): boolean {
  return status === 401 || (code !== undefined && ACCOUNT_CODES.has(code))
}

function isKnown(code: number): code is keyof typeof ENTRIES {
  return Object.hasOwn(ENTRIES, code)
}
