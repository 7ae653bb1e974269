/** Flags -> what the call shall be; every problem at once. Pure. */
import type { CallRequest, InputRate } from '../call/request.ts'
import { parseDuration } from './duration.ts'
import { type Parsed, quoted } from './parsed.ts'

/** The flags of `call` as they came from argv; absent ones are undefined. */
export type CallFlags = {
  voice?: string
  model?: string
  prompt?: string
  greeting?: string
  language?: string
  from?: string
  maxDuration?: string
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
  /** False: `--no-color`. */
  color: boolean
}

/** A flag that cannot be used. `text` completes a sentence that begins with its name. */
export type FlagProblem = { flag: string; text: string }

/** What the flags decide about the call. */
export type FlagChoices = Omit<CallRequest, 'to' | 'from'>

/** What holds when a flag is absent, written as on the command line. */
export const DEFAULTS = {
  voice: 'Kore',
  model: 'gemini-3.8-live',
  maxDuration: '5m',
  ringTimeout: '45s',
  inputRate: '16000',
} as const

/** Twilio ends a call after 4 hours and lets it ring for 10 minutes at most. https://www.twilio.com/docs/voice/api/call-resource */
const MAX_DURATION = { minMs: 1000, maxMs: 4 * 3_600_000 }
const RING_TIMEOUT = { minMs: 5000, maxMs: 600_000 }

const INPUT_RATES = { '8000': 8000, '16000': 16_000, '24000': 24_000 } as const satisfies Record<
  string,
  InputRate
>

/** What the flags decide, and the folder of `--out`. `choices` is undefined exactly when there are problems. */
export type ParsedFlags = {
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
  const voice = take('--voice', parseVoice(flags.voice ?? DEFAULTS.voice))
  const model = take('--model', parseModel(flags.model ?? DEFAULTS.model))
  const maxDurationMs = take(
    '--max-duration',
    parseDuration(flags.maxDuration ?? DEFAULTS.maxDuration, MAX_DURATION),
  )
  const ringTimeoutMs = take(
    '--ring-timeout',
    parseDuration(flags.ringTimeout ?? DEFAULTS.ringTimeout, RING_TIMEOUT),
  )
  const inputRate = take('--input-rate', parseInputRate(flags.inputRate ?? DEFAULTS.inputRate))
  const words = take('--prompt', prompt)
  const greeting =
    flags.greeting === undefined ? undefined : take('--greeting', parseGreeting(flags.greeting))
  const language =
    flags.language === undefined ? undefined : take('--language', parseLanguage(flags.language))
  const out = outFolder && take('--out', outFolder)
  if (flags.simulate === '') problems.push({ flag: '--simulate', text: 'must name a scenario or its file' })
  if (flags.quiet && flags.verbose) problems.push({ flag: '--quiet', text: 'contradicts --verbose' })

  if (problems.length > 0 || !voice || !model || !maxDurationMs || !ringTimeoutMs || !inputRate || !words) {
    return { choices: undefined, out, problems }
  }
  return {
    choices: { voice, model, prompt: words, greeting, language, maxDurationMs, ringTimeoutMs, inputRate },
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

function parseGreeting(text: string): Parsed<string> {
  return text.trim() === '' ? { wrong: 'must not be empty' } : { value: text.trim() }
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
