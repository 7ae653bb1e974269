/** Flags -> what the call shall be; every problem at once. Pure. */
import type { CallRequest, InputRate } from '../call/request.ts'
import { parseDuration } from './duration.ts'
import { type Parsed, quoted } from './parsed.ts'
import { parseVoiceActivity, TELEPHONE_VOICE_ACTIVITY, type VoiceActivityFlags } from './voice-activity.ts'

/** The flags of `call` as they came from argv; absent ones are undefined. */
export type CallFlags = VoiceActivityFlags & {
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
  publicUrl?: string
  port?: string
  out?: string
  /** The scenario's name or file; `default` when the flag stands alone. */
  simulate?: string
  /** False: `--no-record`. */
  record?: boolean
  dryRun?: boolean
  json?: boolean
  quiet?: boolean
  verbose?: boolean
}

/** A flag that cannot be used. `text` completes a sentence that begins with its name. */
type FlagProblem = { flag: string; text: string }

/** What the flags decide about the call. */
type FlagChoices = Omit<CallRequest, 'to' | 'from'>

/** What holds when a flag is absent, written as on the command line. */
export const DEFAULTS = {
  voice: 'Kore',
  model: 'gemini-3.8-live',
  maxDuration: '5m',
  silenceTimeout: '15s',
  ringTimeout: '45s',
  inputRate: '16000',
  ...TELEPHONE_VOICE_ACTIVITY,
} as const

/** Twilio ends a call after 4 hours and lets it ring for 10 minutes at most. https://www.twilio.com/docs/voice/api/call-resource */
const MAX_DURATION = { minMs: 1000, maxMs: 4 * 3_600_000 }
const RING_TIMEOUT = { minMs: 5000, maxMs: 600_000 }
/** In less than 3 s nobody can be asked whether they are still there, and answer. */
const SILENCE_TIMEOUT = { minMs: 3000, maxMs: 600_000 }
const MOST_TURNS = 1000

const INPUT_RATES = { '8000': 8000, '16000': 16_000, '24000': 24_000 } as const satisfies Record<
  string,
  InputRate
>

/** What the flags decide, and the folder of `--out`. `choices` is undefined exactly when there are problems. */
type ParsedFlags = {
  choices: FlagChoices | undefined
  out: string | undefined
  problems: readonly FlagProblem[]
}

/** Reads the flags; `prompt` and `out` are what those two led to. */
export function parseFlags(
  flags: CallFlags,
  { prompt, out: outFolder }: { prompt: Parsed<string>; out: Parsed<string> | undefined },
): ParsedFlags {
  const problems: FlagProblem[] = []
  const take = <T>(flag: string, parsed: Parsed<T>): T | undefined => {
    if ('value' in parsed) return parsed.value
    problems.push({ flag, text: parsed.wrong })
    return undefined
  }
  const duration = (flag: string, text: string, limits: { minMs: number; maxMs: number }) =>
    take(flag, parseDuration(text, limits))
  const voice = take('--voice', parseVoice(flags.voice ?? DEFAULTS.voice))
  const model = take('--model', parseModel(flags.model ?? DEFAULTS.model))
  const maxDurationMs = duration('--max-duration', flags.maxDuration ?? DEFAULTS.maxDuration, MAX_DURATION)
  const maxTurns = flags.maxTurns === undefined ? undefined : take('--max-turns', parseTurns(flags.maxTurns))
  const silenceTimeoutMs = duration(
    '--silence-timeout',
    flags.silenceTimeout ?? DEFAULTS.silenceTimeout,
    SILENCE_TIMEOUT,
  )
  const ringTimeoutMs = duration('--ring-timeout', flags.ringTimeout ?? DEFAULTS.ringTimeout, RING_TIMEOUT)
  const inputRate = take('--input-rate', parseInputRate(flags.inputRate ?? DEFAULTS.inputRate))
  const activity = parseVoiceActivity(flags)
  const startSensitivity = take('--start-sensitivity', activity.startSensitivity)
  const endSensitivity = take('--end-sensitivity', activity.endSensitivity)
  const prefixPaddingMs = take('--prefix-padding', activity.prefixPaddingMs)
  const silenceDurationMs = take('--silence-duration', activity.silenceDurationMs)
  const words = take('--prompt', prompt)
  const opening = take('--greeting', parseGreeting(flags.greeting))
  const language =
    flags.language === undefined ? undefined : take('--language', parseLanguage(flags.language))
  const out = outFolder && take('--out', outFolder)
  if (flags.simulate === '') problems.push({ flag: '--simulate', text: 'must name a scenario or its file' })
  if (flags.quiet && flags.verbose) problems.push({ flag: '--quiet', text: 'contradicts --verbose' })
  if (silenceTimeoutMs && silenceDurationMs && silenceTimeoutMs <= silenceDurationMs)
    problems.push({ flag: '--silence-timeout', text: 'must be longer than --silence-duration' })

  const refused = { choices: undefined, out, problems }
  if (problems.length > 0 || !voice || !model || !words || !opening || !inputRate) return refused
  if (!maxDurationMs || !silenceTimeoutMs || !ringTimeoutMs) return refused
  if (!startSensitivity || !endSensitivity || prefixPaddingMs === undefined || !silenceDurationMs)
    return refused
  return {
    choices: {
      ...{ voice, model, prompt: words, ...opening, language, inputRate },
      ...{ maxDurationMs, maxTurns, silenceTimeoutMs, ringTimeoutMs },
      voiceActivity: { startSensitivity, endSensitivity, prefixPaddingMs, silenceDurationMs },
    },
    out,
    problems,
  }
}

/** Any name may pass: Google adds voices, and the service knows best. */
function parseVoice(text: string): Parsed<string> {
  if (/^[\w-]{1,64}$/.test(text)) return { value: text }
  return { wrong: `must be the name of a voice, such as Kore, not ${quoted(text)}` }
}

function parseModel(text: string): Parsed<string> {
  const id = text.replace(/^models\//, '')
  if (/^[\w.-]{1,128}$/.test(id)) return { value: id }
  return { wrong: `must be a model id, such as ${DEFAULTS.model}, not ${quoted(text)}` }
}

function parseInputRate(text: string): Parsed<InputRate> {
  for (const [name, rate] of Object.entries(INPUT_RATES)) if (name === text) return { value: rate }
  return { wrong: `must be 8000, 16000 or 24000, not ${quoted(text)}` }
}

/** The one word `none` is no greeting but the wish for none: "None." would be spoken. */
function parseGreeting(text: string | undefined): Parsed<Pick<CallRequest, 'speaksFirst' | 'greeting'>> {
  const greeting = text?.trim()
  if (greeting === '') return { wrong: 'must not be empty; none lets the person speak first' }
  if (greeting === 'none') return { value: { speaksFirst: 'person', greeting: undefined } }
  return { value: { speaksFirst: 'agent', greeting } }
}

function parseTurns(text: string): Parsed<number> {
  const turns = /^\d{1,4}$/.test(text) ? Number(text) : 0
  if (turns >= 1 && turns <= MOST_TURNS) return { value: turns }
  return { wrong: `must be a number from 1 to ${MOST_TURNS}, not ${quoted(text)}` }
}

/** BCP 47, in its canonical form. */
function parseLanguage(text: string): Parsed<string> {
  try {
    const [tag] = Intl.getCanonicalLocales(text)
    if (tag) return { value: tag }
  } catch {
    // Not a well-formed tag: said below.
  }
  return { wrong: `must be a language tag such as en-US, not ${quoted(text)}` }
}
