/** The door for the environment and the `.env` file of the working directory. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CallError } from '../call/error.ts'
import { isLoopback } from './loopback.ts'
import { SETTING_NAMES, type SettingName, type Settings } from './settings.ts'

/** The settings with where each came from. */
type Environment = {
  settings: Settings
  sources: Readonly<Partial<Record<SettingName, 'environment' | '.env'>>>
  /** The platform's data folder for this program. */
  defaultHome: string
  /** Of the Node that runs us, such as `v20.20.2`. */
  nodeVersion: string
  /** Any other variable, for whoever names it. */
  lookUp(name: string): string | undefined
}

/**
 * Reads our own settings, and on request what a script names, but sets nothing: a `.env` in an unknown folder must not be able to set a
 * proxy or Node's options. The environment wins over `.env`; an empty value counts as absent.
 * @throws CallError `settings` when `.env` is there but cannot be read, or would send a secret of the environment to a host of its own
 */
export async function readEnvironment(
  environment: NodeJS.ProcessEnv = process.env,
  folder: string = process.cwd(),
): Promise<Environment> {
  const file = await readDotEnv(join(folder, '.env'))
  const settings: Partial<Record<SettingName, string>> = {}
  const sources: Partial<Record<SettingName, 'environment' | '.env'>> = {}
  const from = (place: Readonly<Record<string, string | undefined>>, name: string) =>
    (Object.hasOwn(place, name) && place[name]?.trim()) || undefined
  const lookUp = (name: string) => from(environment, name) ?? from(file, name)
  for (const name of SETTING_NAMES) {
    const value = lookUp(name)
    if (value === undefined) continue
    settings[name] = value
    sources[name] = from(environment, name) ? 'environment' : '.env'
  }
  refuseStrangers(settings, sources)
  const { default: envPaths } = await import('env-paths')
  const { data: defaultHome } = envPaths('ai-caller', { suffix: '' })
  return { settings, sources, defaultHome, nodeVersion: process.version, lookUp }
}

/** Where each secret is sent. */
const RECEIVERS: readonly (readonly [address: SettingName, secrets: readonly SettingName[]])[] = [
  ['TWILIO_BASE_URL', ['TWILIO_AUTH_TOKEN']],
  ['GOOGLE_GEMINI_BASE_URL', ['GOOGLE_API_KEY', 'GEMINI_API_KEY']],
  ['NGROK_SERVER_ADDR', ['NGROK_AUTHTOKEN']],
]

/** A `.env` that came along with somebody else's folder must not get hold of secrets that are not in it. */
function refuseStrangers(settings: Settings, sources: Environment['sources']): void {
  for (const [name, secrets] of RECEIVERS) {
    const address = settings[name]
    if (address === undefined || sources[name] !== '.env') continue
    const secret = secrets.find((one) => sources[one] === 'environment')
    if (secret === undefined || isLoopback(hostOf(address))) continue
    throw new CallError('settings', `${name} of .env would be sent ${secret} of the environment`, {
      hint: `Set both in one place: if you trust the .env of this folder, put ${secret} into it, or ${name} into the environment.`,
    })
  }
}

/** Of an address with or without a scheme. */
function hostOf(address: string): string {
  const url = /^[a-z]+:\/\//i.test(address) ? address : `tcp://${address}`
  return URL.canParse(url) ? new URL(url).hostname : address
}

async function readDotEnv(path: string): Promise<Record<string, string>> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'
    if (code === 'ENOENT') return {}
    throw new CallError('settings', `the file .env in this folder cannot be read (${code})`, {
      hint: 'Make it a readable text file, or remove it.',
    })
  }
  const { default: dotenv } = await import('dotenv')
  return dotenv.parse(text.replace(/^\uFEFF/, ''))
}
