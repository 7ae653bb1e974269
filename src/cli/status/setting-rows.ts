/** How each setting stands, for people and programs. Pure. */
import { quoted } from '../../config/parsed.ts'
import type { SettingProblem } from '../../config/services.ts'
import { SETTING_NAMES, SETTINGS, type SettingName, type Settings } from '../../config/settings.ts'
import type { Finding } from './check.ts'

/** How one setting stands. `default`: not set, and not needed. */
export type SettingRow = {
  name: SettingName
  state: 'set' | 'missing' | 'wrong' | 'default'
  /** Where it was found; null when it was not. */
  source: 'environment' | '.env' | null
  /** The value or, of a secret, its length; what is wrong; where to get it; what holds without it. */
  detail: string
}

const MARKS = { set: '✓', missing: '✗', wrong: '✗', default: '·' } as const satisfies Record<
  SettingRow['state'],
  string
>

const WHERE =
  "Settings go into the environment or a file named .env in this folder: 'ai-caller init' asks for them."

/** A row for every setting there is, in the order in which people meet them. */
export function settingRows(
  settings: Settings,
  sources: Readonly<Partial<Record<SettingName, 'environment' | '.env'>>>,
  problems: readonly SettingProblem[],
): SettingRow[] {
  return SETTING_NAMES.map((name) => {
    const source = sources[name] ?? null
    const problem = problems.find(({ setting }) => setting === name)
    if (problem) return { name, state: problem.state, source, detail: problem.text }
    const value = settings[name]
    if (value === undefined) return { name, state: 'default', source, detail: withoutIt(name, settings) }
    const detail = SETTINGS[name].secret ? `${value.length} characters, not shown` : quoted(value)
    return { name, state: 'set', source, detail }
  })
}

/** All of them in one finding: what is wrong is always named, what is right only when `verbose`. */
export function settingsFinding(rows: readonly SettingRow[], verbose: boolean): Finding {
  const bad = rows.filter(({ state }) => state === 'missing' || state === 'wrong')
  const shown = (verbose ? rows : bad).map(rowLine)
  if (bad.length > 0) {
    const detail = `${bad.length} ${bad.length === 1 ? 'is' : 'are'} missing or wrong`
    return { state: 'failed', detail, hint: WHERE, rows: shown }
  }
  const set = rows.filter(({ state }) => state === 'set')
  const inFile = set.filter(({ source }) => source === '.env').length
  const places = [
    ...(set.length > inFile ? [`${set.length - inFile} in the environment`] : []),
    ...(inFile > 0 ? [`${inFile} in .env`] : []),
  ]
  return { state: 'ok', detail: `all that a call needs are set (${places.join(', ')})`, rows: shown }
}

function rowLine({ name, state, source, detail }: SettingRow): string {
  const nameWidth = Math.max(...SETTING_NAMES.map((each) => each.length))
  const from = source ? ` (from ${source})` : ''
  return `${MARKS[state]} ${state.padEnd(7)} ${name.padEnd(nameWidth)} ${detail}${from}`
}

/** What holds without a setting that is not missed. */
function withoutIt(name: SettingName, settings: Settings): string {
  if (name === 'GOOGLE_API_KEY') return 'GEMINI_API_KEY is there'
  if (name === 'NGROK_AUTHTOKEN' && settings.PUBLIC_WS_URL) return 'not needed: PUBLIC_WS_URL is there'
  return SETTINGS[name].without
}
