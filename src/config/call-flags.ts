/** Flags -> what the call shall be; every problem at once. Pure. */
import type { CallRequest, TransferTarget } from '../call/request.ts'
import { DEFAULTS } from './call-defaults.ts'
import { parseDuration } from './duration.ts'
import {
  parseDigits,
  parseGreeting,
  parseInputRate,
  parseLanguage,
  parseModel,
  parseTurns,
  parseVoice,
} from './flag-values.ts'
import { type MachineFlags, parseMachinePolicy } from './machine-policy.ts'
import type { Parsed } from './parsed.ts'
import { misfits } from './transfer-targets.ts'
import { parseVoiceActivity, type VoiceActivityFlags } from './voice-activity.ts'

/** The flags of `call` as they came from argv; absent ones are undefined. */
export type CallFlags = VoiceActivityFlags &
  MachineFlags & {
    /** The script's file. */
    script?: string
    /** Each `name=value`, for the script. */
    var?: readonly string[]
    voice?: string
    model?: string
    prompt?: string
    /** `none`: the person speaks first. */
    greeting?: string
    language?: string
    from?: string
    maxDuration?: string
    maxTurns?: string
    silenceTimeout?: string
    ringTimeout?: string
    inputRate?: string
    digits?: string
    detectMachine?: boolean
    /** Each `name=number`, or a number alone. */
    transferTo?: readonly string[]
    publicUrl?: string
    port?: string
    out?: string
    /** The scenario's name or file; `default` when the flag stands alone. */
    simulate?: string
    /** Ring also at night, or where the time zone is unknown. */
    allowAnyHour?: boolean
    /** Whatever would be asked at a terminal is answered with yes. */
    yes?: boolean
    /** False: `--no-record`. */
    record?: boolean
    dryRun?: boolean
    json?: boolean
    quiet?: boolean
    verbose?: boolean
  }

/** A flag that cannot be used. `text` completes a sentence that begins with its name; `item`: which one of a flag that may come often. */
export type FlagProblem = { flag: keyof CallFlags; item?: number; text: string }

/** What the flags decide about the call. */
type FlagChoices = Omit<CallRequest, 'to' | 'from' | 'farewells'>

/** A flag as it is written on the command line. */
export function flagName(flag: keyof CallFlags): string {
  return `--${flag.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}

/** Twilio ends a call after 4 hours and lets it ring for 10 minutes at most. https://www.twilio.com/docs/voice/api/call-resource */
const MAX_DURATION = { minMs: 1000, maxMs: 4 * 3_600_000 }
const RING_TIMEOUT = { minMs: 5000, maxMs: 600_000 }
/** In less than 3 s nobody can be asked whether they are still there, and answer. */
const SILENCE_TIMEOUT = { minMs: 3000, maxMs: 600_000 }

/** What the flags decide, and the folder of `--out`. `choices` is undefined exactly when there are problems. */
type ParsedFlags = {
  choices: FlagChoices | undefined
  out: string | undefined
  problems: readonly FlagProblem[]
}

/** What the doors have read for the flags that lead somewhere, and what else the flags must fit. */
export type FlagDoors = {
  prompt: Parsed<string>
  /** The folder of `--out`; undefined without the flag. */
  out: Parsed<string> | undefined
  transferTo: readonly Parsed<TransferTarget>[]
  /** The numbers of the call, as far as they are known. */
  to: string | undefined
  from: string | undefined
}

/** Reads the flags. */
export function parseFlags(flags: CallFlags, doors: FlagDoors): ParsedFlags {
  const problems: FlagProblem[] = []
  const take = <T>(flag: keyof CallFlags, parsed: Parsed<T>, item?: number): T | undefined => {
    if ('value' in parsed) return parsed.value
    problems.push({ flag, text: parsed.wrong, ...(item !== undefined && { item }) })
    return undefined
  }
  const given = <T>(flag: 'maxTurns' | 'language' | 'digits', parse: (text: string) => Parsed<T>) => {
    const text = flags[flag]
    return text === undefined ? undefined : take(flag, parse(text))
  }
  const duration = (
    flag: 'maxDuration' | 'silenceTimeout' | 'ringTimeout',
    limits: { minMs: number; maxMs: number },
  ) => take(flag, parseDuration(flags[flag] ?? DEFAULTS[flag], limits))
  const voice = take('voice', parseVoice(flags.voice ?? DEFAULTS.voice))
  const model = take('model', parseModel(flags.model ?? DEFAULTS.model))
  const maxDurationMs = duration('maxDuration', MAX_DURATION)
  const maxTurns = given('maxTurns', parseTurns)
  const silenceTimeoutMs = duration('silenceTimeout', SILENCE_TIMEOUT)
  const ringTimeoutMs = duration('ringTimeout', RING_TIMEOUT)
  const inputRate = take('inputRate', parseInputRate(flags.inputRate ?? DEFAULTS.inputRate))
  const activity = parseVoiceActivity(flags)
  const startSensitivity = take('startSensitivity', activity.startSensitivity)
  const endSensitivity = take('endSensitivity', activity.endSensitivity)
  const prefixPaddingMs = take('prefixPadding', activity.prefixPaddingMs)
  const silenceDurationMs = take('silenceDuration', activity.silenceDurationMs)
  const prompt = take('prompt', doors.prompt)
  const opening = take('greeting', parseGreeting(flags.greeting))
  const language = given('language', parseLanguage)
  const digits = given('digits', parseDigits)
  const machine = parseMachinePolicy(flags)
  const onMachine = take('onMachine', machine.onMachine)
  take('voicemailMessage', machine.voicemailMessage)
  const transferTo = doors.transferTo.flatMap((target, item) => take('transferTo', target, item) ?? [])
  for (const misfit of misfits(doors.transferTo, doors)) problems.push({ flag: 'transferTo', ...misfit })
  const out = doors.out && take('out', doors.out)
  if (flags.script === undefined && flags.var)
    problems.push({ flag: 'var', text: 'needs --script: it fills the variables of a script' })
  if (flags.simulate === '') problems.push({ flag: 'simulate', text: 'must name a scenario or its file' })
  if (flags.quiet && flags.verbose) problems.push({ flag: 'quiet', text: 'contradicts --verbose' })
  if (silenceTimeoutMs && silenceDurationMs && silenceTimeoutMs <= silenceDurationMs)
    problems.push({ flag: 'silenceTimeout', text: 'must be longer than --silence-duration' })

  const refused = { choices: undefined, out, problems }
  if (problems.length > 0 || !voice || !model || !prompt || !opening || !inputRate || !onMachine)
    return refused
  if (!maxDurationMs || !silenceTimeoutMs || !ringTimeoutMs) return refused
  if (!startSensitivity || !endSensitivity || prefixPaddingMs === undefined || !silenceDurationMs)
    return refused
  return {
    choices: {
      ...{ voice, model, prompt, ...opening, language, inputRate },
      ...{ maxDurationMs, maxTurns, silenceTimeoutMs, ringTimeoutMs },
      ...{ digits, detectMachine: flags.detectMachine ?? false, onMachine },
      transferTo: transferTo.map(({ name, number }) => ({ name, number })),
      voiceActivity: { startSensitivity, endSensitivity, prefixPaddingMs, silenceDurationMs },
    },
    out,
    problems,
  }
}
