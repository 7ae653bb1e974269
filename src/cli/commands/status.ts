/** `ai-caller status`: is every setting in place that a call needs? Looks at settings only; opens nothing. */
import { readEnvironment } from '../../config/env.ts'
import { quoted } from '../../config/parsed.ts'
import { parseServices } from '../../config/services.ts'
import { SETTING_NAMES, SETTINGS, type SettingName, type Settings } from '../../config/settings.ts'
import { escapeUnsafe } from '../../reporters/clean-text.ts'
import type { Io } from '../context.ts'
import { exitCodeOfEnd } from '../exit-code.ts'

/** How one setting stands. `default`: not set, and not needed. */
type Row = {
  name: SettingName
  state: 'set' | 'missing' | 'wrong' | 'default'
  /** Where it was found; null when it was not. */
  source: 'environment' | '.env' | null
  /** The value or, of a secret, its length; what is wrong; where to get it; what holds without it. */
  detail: string
}

const MARKS = { set: '✓', missing: '✗', wrong: '✗', default: '·' } as const satisfies Record<
  Row['state'],
  string
>

/** Prints a line for each setting, with `json` one object. Resolves with 0 when a call could work, else 2. */
export async function status(options: { json?: boolean }, { stdout }: Io): Promise<number> {
  const rows = await readRows()
  const bad = rows.filter(({ state }) => state === 'missing' || state === 'wrong').length
  const ready = bad === 0
  stdout.write(
    options.json ? `${escapeUnsafe(JSON.stringify({ ready, settings: rows }))}\n` : table(rows, bad),
  )
  return ready ? 0 : exitCodeOfEnd('settings')
}

async function readRows(): Promise<Row[]> {
  const { settings, sources } = await readEnvironment()
  const { problems } = parseServices(settings)
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

/** What holds without a setting that is not missed. */
function withoutIt(name: SettingName, settings: Settings): string {
  if (name === 'GOOGLE_API_KEY') return 'GEMINI_API_KEY is there'
  if (name === 'NGROK_AUTHTOKEN' && settings.PUBLIC_WS_URL) return 'not needed: PUBLIC_WS_URL is there'
  return SETTINGS[name].without
}

function table(rows: readonly Row[], bad: number): string {
  const nameWidth = Math.max(...rows.map(({ name }) => name.length))
  const lines = rows.map(({ name, state, source, detail }) =>
    [
      MARKS[state],
      state.padEnd(7),
      name.padEnd(nameWidth),
      source ? `${detail} (from ${source})` : detail,
    ].join(' '),
  )
  const verdict =
    bad === 0
      ? 'Ready: every setting that a call needs is there.'
      : `Not ready: ${bad} ${bad === 1 ? 'setting is' : 'settings are'} missing or wrong. Put them into the environment or a file named .env in this folder.`
  return `${lines.join('\n')}\n\n${verdict}\n`
}
