/** Settings -> what the carrier, the model and the public address need; every problem at once. Pure. */
import type { IngressAddress } from '../call/ingress-address.ts'
import type { Parsed } from './parsed.ts'
import {
  parseAccountSid,
  parseHostName,
  parseOwnNumber,
  parsePort,
  parsePublicUrl,
  parseReachableUrl,
  parseSecret,
  parseServerAddress,
  parseServiceUrl,
} from './setting-values.ts'
import { SETTINGS, type SettingName, type Settings } from './settings.ts'

/** Everything that settings decide. */
export type Services = {
  carrier: { accountSid: string; authToken: string; baseUrl?: string }
  model: { apiKey: string; baseUrl?: string }
  /** `port` 0: any free one. */
  ingress: { port: number; address: IngressAddress }
  /** The number that rings, E.164. */
  from: string
}

/** The settings that each part depends on, needed or not. */
export const SETTINGS_OF = {
  carrier: ['TWILIO_ACCOUNT_SID', 'TWILIO_AUTH_TOKEN', 'TWILIO_BASE_URL'],
  model: ['GOOGLE_API_KEY', 'GEMINI_API_KEY', 'GOOGLE_GEMINI_BASE_URL'],
  ingress: [
    'PUBLIC_WS_URL',
    'NGROK_AUTHTOKEN',
    'NGROK_DOMAIN',
    'NGROK_SERVER_ADDR',
    'NGROK_ROOT_CAS',
    'PORT',
  ],
  from: ['TWILIO_PHONE_NUMBER'],
} as const satisfies Record<keyof Services, readonly SettingName[]>

/** What stands in the way, or would. `text` completes a sentence that begins with the setting's name. */
export type SettingProblem = { setting: SettingName; state: 'missing' | 'wrong'; text: string }

/**
 * Reads the settings. `services` is undefined exactly when there are problems; `found` holds each part that none of them concerns.
 * `reach` loopback: the carrier is on this machine, so no public address is needed.
 */
export function parseServices(
  settings: Settings,
  reach: 'public' | 'loopback' = 'public',
): { services: Services | undefined; found: Partial<Services>; problems: readonly SettingProblem[] } {
  const problems: SettingProblem[] = []
  const optional = <T>(setting: SettingName, parse: (text: string) => Parsed<T>): T | undefined => {
    const text = settings[setting]
    if (text === undefined) return undefined
    const parsed = parse(text)
    if ('value' in parsed) return parsed.value
    problems.push({ setting, state: 'wrong', text: parsed.wrong })
    return undefined
  }
  const required = <T>(setting: SettingName, parse: (text: string) => Parsed<T>): T | undefined => {
    if (settings[setting] === undefined) {
      problems.push({ setting, state: 'missing', text: SETTINGS[setting].without })
    }
    return optional(setting, parse)
  }
  const publicAddress = (): IngressAddress | undefined => {
    if (settings.PUBLIC_WS_URL !== undefined) {
      // Another endpoint may be a simulator, which is as near.
      const parse = settings.TWILIO_BASE_URL === undefined ? parseReachableUrl : parsePublicUrl
      const url = optional('PUBLIC_WS_URL', parse)
      return url === undefined ? undefined : { via: 'own', url }
    }
    const authtoken = required('NGROK_AUTHTOKEN', parseSecret)
    const domain = optional('NGROK_DOMAIN', parseHostName)
    const serverAddr = optional('NGROK_SERVER_ADDR', parseServerAddress)
    const rootCas = settings.NGROK_ROOT_CAS
    if (authtoken === undefined) return undefined
    return {
      via: 'ngrok',
      authtoken,
      ...(domain && { domain }),
      ...(serverAddr && { serverAddr }),
      ...(rootCas && { rootCas }),
    }
  }

  const accountSid = required('TWILIO_ACCOUNT_SID', parseAccountSid)
  const authToken = required('TWILIO_AUTH_TOKEN', parseSecret)
  const from = required('TWILIO_PHONE_NUMBER', parseOwnNumber)
  // The same order of precedence as in Google's SDK.
  const hasSecondName = settings.GOOGLE_API_KEY === undefined && settings.GEMINI_API_KEY !== undefined
  const apiKey = required(hasSecondName ? 'GEMINI_API_KEY' : 'GOOGLE_API_KEY', parseSecret)
  const port = optional('PORT', parsePort) ?? 0
  const twilioUrl = optional('TWILIO_BASE_URL', parseServiceUrl)
  const geminiUrl = optional('GOOGLE_GEMINI_BASE_URL', parseServiceUrl)

  const address = reach === 'loopback' ? { via: reach } : publicAddress()
  const isWhole = (part: keyof Services) =>
    !problems.some(({ setting }) => SETTINGS_OF[part].some((name) => name === setting))
  const carrier =
    accountSid && authToken ? { accountSid, authToken, ...(twilioUrl && { baseUrl: twilioUrl }) } : undefined
  const model = apiKey ? { apiKey, ...(geminiUrl && { baseUrl: geminiUrl }) } : undefined
  const ingress = address ? { port, address } : undefined
  const found: Partial<Services> = {
    ...(carrier && isWhole('carrier') && { carrier }),
    ...(model && isWhole('model') && { model }),
    ...(ingress && isWhole('ingress') && { ingress }),
    ...(from && { from }),
  }
  const isComplete = problems.length === 0 && carrier && model && ingress && from
  return { services: isComplete ? { carrier, model, ingress, from } : undefined, found, problems }
}
