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
  /** What it is, in a few words. */
  purpose: string
  /** Never shown, in whole or in part. */
  secret: boolean
  /** Completes "NAME is missing: " for those that a call needs; what happens without it for the others. */
  without: string
}

export const SETTINGS = {
  TWILIO_ACCOUNT_SID: {
    purpose: 'the Twilio account that places the calls',
    secret: false,
    without: 'copy the Account SID from https://console.twilio.com',
  },
  TWILIO_AUTH_TOKEN: {
    purpose: 'the password of that account for programs',
    secret: true,
    without: 'copy the Auth Token from https://console.twilio.com',
  },
  TWILIO_PHONE_NUMBER: {
    purpose: 'the number of yours that people see, in E.164 (or --from)',
    secret: false,
    without:
      'take one of your numbers at https://console.twilio.com/us1/develop/phone-numbers/manage/incoming',
  },
  GOOGLE_API_KEY: {
    purpose: "the Gemini API key, for the agent's voice",
    secret: true,
    without: 'make a Gemini API key at https://aistudio.google.com/apikey',
  },
  GEMINI_API_KEY: {
    purpose: 'another name for GOOGLE_API_KEY, which wins',
    secret: true,
    without: 'GOOGLE_API_KEY is read',
  },
  NGROK_AUTHTOKEN: {
    purpose: 'the token of your ngrok account, for the tunnel',
    secret: true,
    without:
      'copy it from https://dashboard.ngrok.com/get-started/your-authtoken, or set PUBLIC_WS_URL to an address of your own',
  },
  NGROK_DOMAIN: {
    purpose: 'a domain of your ngrok account, such as example.ngrok.app',
    secret: false,
    without: "ngrok's choice",
  },
  PUBLIC_WS_URL: {
    purpose: 'your own public address, such as wss://calls.example.com/ws (or --public-url)',
    secret: false,
    without: 'an ngrok tunnel',
  },
  PORT: {
    purpose: 'the port of the listener on 127.0.0.1 (or --port)',
    secret: false,
    without: 'any free port',
  },
  TWILIO_BASE_URL: {
    purpose: "another endpoint of Twilio's REST API: a proxy, a simulator",
    secret: false,
    without: "Twilio's own",
  },
  GOOGLE_GEMINI_BASE_URL: {
    purpose: 'another endpoint of the Gemini API: a proxy, a simulator',
    secret: false,
    without: "Google's own",
  },
  NGROK_SERVER_ADDR: {
    purpose: "ngrok's custom connect address, host:port",
    secret: false,
    without: "ngrok's own",
  },
  NGROK_ROOT_CAS: {
    purpose: "the root certificates for it: trusted, host (the system's), or a PEM file",
    secret: false,
    without: "ngrok's own",
  },
  AI_CALLER_HOME: {
    purpose: 'where calls and do-not-call.txt are kept',
    secret: false,
    without: "the platform's data folder",
  },
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
