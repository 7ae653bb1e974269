/** The settings: their names, what each is for, where to get it, and which are secret. */
/** A setting's name, the same in the environment and in `.env`. */
export type SettingName =
  | 'TWILIO_ACCOUNT_SID'
  | 'TWILIO_AUTH_TOKEN'
  | 'TWILIO_PHONE_NUMBER'
  | 'GOOGLE_API_KEY'
  | 'GEMINI_API_KEY'
  | 'NGROK_AUTHTOKEN'
  | 'NGROK_DOMAIN'
  | 'PUBLIC_WS_URL'
  | 'PORT'
  | 'TWILIO_BASE_URL'
  | 'GOOGLE_GEMINI_BASE_URL'
  | 'NGROK_SERVER_ADDR'
  | 'NGROK_ROOT_CAS'
  | 'AI_CALLER_HOME'

/** Settings as they were found; those that are absent or empty have no key. */
export type Settings = Readonly<Partial<Record<SettingName, string>>>

type SettingKind = {
  /** Never shown, in whole or in part. */
  secret: boolean
  /** Completes "NAME is missing: " for those that a call needs; what happens without it for the others. */
  without: string
}

export const SETTINGS = {
  TWILIO_ACCOUNT_SID: {
    secret: false,
    without: 'copy the Account SID from https://console.twilio.com',
  },
  TWILIO_AUTH_TOKEN: {
    secret: true,
    without: 'copy the Auth Token from https://console.twilio.com',
  },
  TWILIO_PHONE_NUMBER: {
    secret: false,
    without:
      'take one of your numbers at https://console.twilio.com/us1/develop/phone-numbers/manage/incoming',
  },
  GOOGLE_API_KEY: {
    secret: true,
    without: 'make a Gemini API key at https://aistudio.google.com/apikey',
  },
  GEMINI_API_KEY: { secret: true, without: 'another name for GOOGLE_API_KEY' },
  NGROK_AUTHTOKEN: {
    secret: true,
    without:
      'copy it from https://dashboard.ngrok.com/get-started/your-authtoken, or set PUBLIC_WS_URL to an address of your own',
  },
  NGROK_DOMAIN: { secret: false, without: "ngrok's choice" },
  PUBLIC_WS_URL: { secret: false, without: 'an ngrok tunnel' },
  PORT: { secret: false, without: 'any free port' },
  TWILIO_BASE_URL: { secret: false, without: "Twilio's own" },
  GOOGLE_GEMINI_BASE_URL: { secret: false, without: "Google's own" },
  NGROK_SERVER_ADDR: { secret: false, without: "ngrok's own" },
  NGROK_ROOT_CAS: { secret: false, without: "ngrok's own; 'host' or a PEM file" },
  AI_CALLER_HOME: { secret: false, without: "the platform's data folder" },
} as const satisfies Record<SettingName, SettingKind>

/** Every name, in the order in which people meet them. */
export const SETTING_NAMES = Object.keys(SETTINGS).filter(isSettingName)

/** True for the name of a setting. */
function isSettingName(name: string): name is SettingName {
  return Object.hasOwn(SETTINGS, name)
}

/** The values that must never be shown. */
export function secretsOf(settings: Settings): string[] {
  return SETTING_NAMES.filter((name) => SETTINGS[name].secret).flatMap((name) => settings[name] ?? [])
}
