/** Settings -> the access to Twilio alone, for what needs neither a model nor a public address. Pure. */
import { CallError } from '../call/error.ts'
import type { Parsed } from './parsed.ts'
import type { Services } from './services.ts'
import { parseAccountSid, parseSecret, parseServiceUrl } from './setting-values.ts'
import { SETTINGS, type SettingName, type Settings } from './settings.ts'

/** @throws CallError `settings`, with one line for each problem */
export function parseTwilioAccess(settings: Settings): Services['carrier'] {
  const problems: string[] = []
  const read = (setting: SettingName, parse: (text: string) => Parsed<string>): string => {
    const parsed = parse(settings[setting] ?? '')
    if ('value' in parsed) return parsed.value
    const isMissing = settings[setting] === undefined
    problems.push(
      isMissing ? `${setting} is missing: ${SETTINGS[setting].without}` : `${setting} ${parsed.wrong}`,
    )
    return ''
  }
  const accountSid = read('TWILIO_ACCOUNT_SID', parseAccountSid)
  const authToken = read('TWILIO_AUTH_TOKEN', parseSecret)
  const baseUrl =
    settings.TWILIO_BASE_URL === undefined ? undefined : read('TWILIO_BASE_URL', parseServiceUrl)
  if (problems.length === 0) return { accountSid, authToken, ...(baseUrl && { baseUrl }) }
  const message =
    problems.length === 1
      ? problems.join()
      : [`${problems.length} things are missing or wrong:`, ...problems].join('\n  ')
  throw new CallError('settings', message, {
    hint: "Settings go into the environment or a file named .env in this folder: 'ai-caller init' asks for them.",
  })
}
