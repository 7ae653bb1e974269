/** Argv and settings -> Config: everything decided, or every problem at once, each by name with its remedy. Pure. */
import { join, resolve } from 'node:path'
import { CallError, type CallErrorCode } from '../call/error.ts'
import type { CallRequest } from '../call/request.ts'
import type { ToolSources } from '../call/tools.ts'
import { type CallFlags, parseFlags } from './call-flags.ts'
import type { GivenFlags } from './given-flags.ts'
import type { Parsed, Warning } from './parsed.ts'
import { asE164, type CheckedNumber } from './phone-number.ts'
import type { Script } from './script/script.ts'
import { parseServices, type Services, type SettingProblem } from './services.ts'
import type { SettingName, Settings } from './settings.ts'
import type { CheckedTarget } from './transfer-targets.ts'

/** What a call shall be, before it is known who rings and by which services. */
export type Plan = {
  request: Omit<CallRequest, 'from'>
  /** The functions that the script gives the agent. */
  tools: ToolSources
  /** The script's file, as it was named. */
  script: string | undefined
  /** What the script took from the environment: never to be shown. */
  secrets: readonly string[]
  /** The folder of this program's files, absolute. */
  home: string
  /** The folder that `--out` named, absolute. */
  out: string | undefined
  /** Whether the sound is kept. */
  record: boolean
  output: OutputChoice
  /** What the user should know but what does not stop the call. */
  warnings: readonly Warning[]
}

/** Everything one call needs to know. */
export type Config = Plan &
  Pick<Services, 'carrier' | 'model' | 'ingress'> & {
    request: CallRequest
  }

/** How the call is told. */
type OutputChoice = { json: boolean; quiet: boolean; verbose: boolean }

/** What the doors have read: argv, the script, the environment, the prompt's file, the check of the numbers. */
export type ConfigInput = GivenFlags & {
  number: CheckedNumber | CallError
  prompt: Parsed<string>
  script: Script
  /** What is wrong with the script, each by its line. */
  scriptProblems: readonly string[]
  transferTo: readonly Parsed<CheckedTarget>[]
  /** The folder of `--out`; undefined without the flag. */
  out: Parsed<string> | undefined
  /** What is wrong with the scenario of `--simulate`. */
  scenario: CallError | undefined
  settings: Settings
  /** Where files are kept when `AI_CALLER_HOME` does not say. */
  defaultHome: string
  /** What the doors already found worth saying. */
  warnings: readonly Warning[]
}

/** The flags that stand for a setting. */
const FLAGS_OF_SETTINGS: Partial<Record<SettingName, string>> = {
  TWILIO_PHONE_NUMBER: '--from',
  PUBLIC_WS_URL: '--public-url',
  PORT: '--port',
}

const SETTINGS_HINT =
  "Settings go into the environment or a file named .env in this folder: 'ai-caller init' asks for them."

/**
 * Decides everything. `simulated` are the settings of a running simulation: they stand for the user's own, and nothing leaves this machine.
 * @throws CallError `settings`, `usage` or `number-refused`, with one line for each problem
 */
export function parseConfig(input: ConfigInput, simulated?: Settings): Config {
  const settings = { ...(simulated ?? input.settings), ...settingsOf(input.flags) }
  const { services, problems } = parseServices(settings, simulated ? 'loopback' : 'public')
  const plan = parsePlan(input, settings, problems)
  if (!services) throw new CallError('internal', 'settings without a problem gave no services')
  const { from, ...rooms } = services
  return {
    ...plan,
    ...rooms,
    request: { ...plan.request, from },
    warnings: [...plan.warnings, ...portWarning(services)],
  }
}

/**
 * Decides what can be decided before a simulation runs and gives its settings.
 * @throws CallError as `parseConfig` does
 */
export function parseSimulatedPlan(input: ConfigInput): Plan {
  const settings = settingsOf(input.flags)
  const { problems } = parseServices(settings, 'loopback')
  return parsePlan(
    input,
    settings,
    problems.filter((problem) => problem.state === 'wrong'),
  )
}

/** The folder in which each call gets a folder of its own. */
export function callsFolder({ home, out }: Pick<Plan, 'home' | 'out'>): string {
  return out ?? join(home, 'calls')
}

/** The folder of this program's files, absolute. */
export function homeFolder({ settings, defaultHome }: Pick<ConfigInput, 'settings' | 'defaultHome'>): string {
  return resolve(settings.AI_CALLER_HOME ?? defaultHome)
}

/** `settings` are those of this call; the folder of files is the user's own in any case. */
function parsePlan(
  input: ConfigInput,
  { TWILIO_PHONE_NUMBER: from }: Settings,
  settingProblems: readonly SettingProblem[],
): Plan {
  const { flags, number, script, transferTo } = input
  const to = number instanceof CallError ? undefined : number.e164
  const { choices, out, problems } = parseFlags(flags, { ...input, to, from: from && asE164(from) })
  const refused = [number, input.scenario].filter((door) => door instanceof CallError)
  const lines = [
    ...input.scriptProblems,
    ...problems.flatMap((problem) => {
      const name = input.nameOf(problem)
      return name === undefined ? [] : [`${name} ${problem.text}`]
    }),
    ...settingProblems.map((problem) => settingLine(problem, flags)),
  ]
  if (refused[0] && refused.length + lines.length === 1) throw refused[0]
  const asLine = (text: string) => text.replaceAll('\n', '\n  ')
  lines.unshift(...refused.map(({ message, hint }) => asLine(hint ? `${message}. ${hint}` : message)))
  if (lines.length > 0) throw refusal(settingProblems.length > 0 ? 'settings' : 'usage', lines)
  if (!choices || number instanceof CallError)
    throw new CallError('internal', 'flags without a problem gave no call')
  return {
    request: { to: number.e164, farewells: script.farewells, ...choices },
    tools: script.tools,
    script: script.file,
    secrets: script.secrets,
    home: homeFolder(input),
    out,
    record: flags.record ?? true,
    output: {
      json: flags.json ?? false,
      quiet: flags.quiet ?? false,
      verbose: flags.verbose ?? false,
    },
    warnings: [
      ...input.warnings,
      ...number.warnings,
      ...transferTo.flatMap((target) => ('value' in target ? target.value.warnings : [])),
    ],
  }
}

function refusal(code: CallErrorCode, lines: readonly string[]): CallError {
  const message =
    lines.length === 1
      ? lines.join()
      : [`${lines.length} things are missing or wrong:`, ...lines].join('\n  ')
  return new CallError(code, message, code === 'settings' ? { hint: SETTINGS_HINT } : {})
}

function settingLine({ setting, state, text }: SettingProblem, flags: CallFlags): string {
  const fromFlag = Object.hasOwn(settingsOf(flags), setting)
  const name = (fromFlag && FLAGS_OF_SETTINGS[setting]) || setting
  return state === 'missing' ? `${name} is missing: ${text}` : `${name} ${text}`
}

function settingsOf({ from, publicUrl, port }: CallFlags): Settings {
  return {
    ...(from !== undefined && { TWILIO_PHONE_NUMBER: from }),
    ...(publicUrl !== undefined && { PUBLIC_WS_URL: publicUrl }),
    ...(port !== undefined && { PORT: port }),
  }
}

/** An own address leads to one port, and a port that changes with every call is not that one. */
export function portWarning({ ingress }: Pick<Services, 'ingress'>): Warning[] {
  if (ingress.address.via !== 'own' || ingress.port !== 0) return []
  return [
    {
      code: 'port-not-set',
      message: 'the public address is your own, but the listener takes any free port',
      hint: 'Set PORT or --port to the port that your address leads to.',
    },
  ]
}
