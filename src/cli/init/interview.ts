/** The questions of init, in order: each setting is asked for, checked at once, and asked for again when it is wrong. */
import type { Parsed } from '../../config/parsed.ts'
import type { Services } from '../../config/services.ts'
import {
  parseAccountSid,
  parseOwnNumber,
  parsePort,
  parsePublicUrl,
  parseReachableUrl,
  parseSecret,
  parseServiceUrl,
} from '../../config/setting-values.ts'
import { SETTINGS, type SettingName, type Settings, secretsOf } from '../../config/settings.ts'
import { withoutSecrets } from '../failure.ts'
import type { Verdict } from './checks.ts'
import { createDraft, type Draft, type Found } from './draft.ts'
import type { Talk, Tone } from './talk.ts'

/** The services, as far as init asks them. */
export type Checks = {
  credentials(access: Services['carrier']): Promise<Verdict>
  ownNumber(access: Services['carrier'], number: string): Promise<Verdict>
  geminiKey(access: Services['model']): Promise<Verdict>
}

/** What came of it. */
export type Outcome = {
  /** What is to be written; an empty value takes a setting away. */
  changes: Settings
  /** Settings of the environment that are wrong, which nothing in a file can change. */
  unresolved: readonly SettingName[]
}

const TONES = { good: 'good', caution: 'caution', wrong: 'bad', unknown: 'note' } as const satisfies Record<
  Verdict['state'],
  Tone
>

/** Asks everything. Rejects when the user stops. */
export async function interview(found: Found, talk: Talk, checks: Checks): Promise<Outcome> {
  const draft = createDraft(found, talk)
  const twilioUrl = endpoint(found.settings.TWILIO_BASE_URL)
  const geminiUrl = endpoint(found.settings.GOOGLE_GEMINI_BASE_URL)
  tellEndpoints(found, talk)
  try {
    const access = await settleCredentials(draft, twilioUrl, talk, checks)
    await settleNumber(draft, access, talk, checks)
    await settleKey(draft, geminiUrl, talk, checks)
    await settleAddress(draft, twilioUrl, talk)
    return { changes: draft.changes, unresolved: draft.unresolved }
  } catch (error) {
    // Of what was typed nobody else knows that it is secret.
    if (error instanceof Error) error.message = withoutSecrets(error.message, secretsOf(draft.changes))
    throw error
  }
}

/** A folder may be somebody else's, and its `.env` with it: nobody is to type a key without knowing who gets it. */
function tellEndpoints({ settings, sources }: Found, talk: Talk): void {
  for (const name of ['TWILIO_BASE_URL', 'GOOGLE_GEMINI_BASE_URL'] as const) {
    const url = endpoint(settings[name])
    if (url === undefined) continue
    const where = sources[name] === '.env' ? 'in .env' : 'in the environment'
    talk.say('caution', `${name} is set ${where}: the key that goes with it will be sent to ${url}.`)
  }
}

/** Another endpoint than the service's own. */
function endpoint(text: string | undefined): string | undefined {
  const parsed = text === undefined ? undefined : parseServiceUrl(text)
  return parsed && 'value' in parsed ? parsed.value : undefined
}

/** The access that Twilio takes; undefined when that is not known. */
async function settleCredentials(
  draft: Draft,
  baseUrl: string | undefined,
  talk: Talk,
  checks: Checks,
): Promise<Services['carrier'] | undefined> {
  for (let again = false; ; again = true) {
    const accountSid = await draft.take('TWILIO_ACCOUNT_SID', parseAccountSid, again)
    const authToken = await draft.take('TWILIO_AUTH_TOKEN', parseSecret, again)
    if (accountSid === undefined || authToken === undefined) return undefined
    const access = { accountSid, authToken, ...(baseUrl !== undefined && { baseUrl }) }
    const verdict = await tellVerdict(checks.credentials(access), talk)
    if (verdict !== 'wrong') return verdict === 'unknown' ? undefined : access
    // Twilio does not say which of the two it is, so both are asked for again.
    if (draft.cannotChange('TWILIO_ACCOUNT_SID', 'TWILIO_AUTH_TOKEN')) return undefined
  }
}

async function settleNumber(
  draft: Draft,
  access: Services['carrier'] | undefined,
  talk: Talk,
  checks: Checks,
): Promise<void> {
  for (let again = false; ; again = true) {
    const number = await draft.take('TWILIO_PHONE_NUMBER', parseOwnNumber, again)
    if (number === undefined || access === undefined) return
    if ((await tellVerdict(checks.ownNumber(access, number), talk)) !== 'wrong') return
    if (draft.cannotChange('TWILIO_PHONE_NUMBER')) return
  }
}

async function settleKey(
  draft: Draft,
  baseUrl: string | undefined,
  talk: Talk,
  checks: Checks,
): Promise<void> {
  // As a call reads them: the second name counts when the first is not there.
  const name =
    !draft.has('GOOGLE_API_KEY') && draft.has('GEMINI_API_KEY') ? 'GEMINI_API_KEY' : 'GOOGLE_API_KEY'
  for (let again = false; ; again = true) {
    const apiKey = await draft.take(name, parseSecret, again)
    if (apiKey === undefined) return
    const access = { apiKey, ...(baseUrl !== undefined && { baseUrl }) }
    if ((await tellVerdict(checks.geminiKey(access), talk)) !== 'wrong') return
    if (draft.cannotChange(name)) return
  }
}

/** How Twilio reaches this machine. Only the form of the answer is checked: whether it works shows when it is opened. */
async function settleAddress(draft: Draft, twilioUrl: string | undefined, talk: Talk): Promise<void> {
  const parseAddress = twilioUrl === undefined ? parseReachableUrl : parsePublicUrl
  if (draft.has('PUBLIC_WS_URL') && (await draft.keep('PUBLIC_WS_URL', parseAddress))) return
  const hasToken = !draft.has('PUBLIC_WS_URL') && draft.has('NGROK_AUTHTOKEN')
  if (hasToken && (await draft.keep('NGROK_AUTHTOKEN', parseSecret))) return
  const way = await talk.askWhich('How shall Twilio reach this machine during a call?', {
    ngrok: 'By a tunnel of ngrok, which a free account opens',
    own: 'By a public address of my own that leads here',
  })
  if (way === 'own') {
    await draft.ask('PUBLIC_WS_URL', parseAddress, 'such as wss://calls.example.com/ws')
    // It leads to one port, and any free one is not that.
    if (!draft.has('PORT'))
      await draft.ask('PORT', parseFixedPort, 'the one that your address leads to, such as 8080')
    return
  }
  // It would win over the tunnel.
  if (draft.has('PUBLIC_WS_URL')) draft.clear('PUBLIC_WS_URL')
  if (draft.has('NGROK_AUTHTOKEN') && !hasToken && (await draft.keep('NGROK_AUTHTOKEN', parseSecret))) return
  await draft.ask('NGROK_AUTHTOKEN', parseSecret, SETTINGS.NGROK_AUTHTOKEN.without.replace(/, or set .*/, ''))
}

function parseFixedPort(text: string): Parsed<string> {
  const parsed = parsePort(text)
  if ('wrong' in parsed) return parsed
  return parsed.value > 0 ? { value: text } : { wrong: 'must be the port that your address leads to' }
}

async function tellVerdict(asking: Promise<Verdict>, talk: Talk): Promise<Verdict['state']> {
  const { state, lines } = await talk.during(asking)
  const went = state === 'unknown' ? ['Not checked; we go on.'] : []
  talk.say(TONES[state], ...lines, ...went)
  return state
}
