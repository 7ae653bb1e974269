/** A failure of Gemini in words for the person at the terminal. Pure; takes only fields that cannot carry the key by accident. */
import { CallError, type CallErrorCode } from '../call/error.ts'
import { codeOf, type Failure, isTroubleOfGemini, type Stage, textOf } from './failure.ts'

/** Whose connection failed, and when. */
type FailureContext = { model: string; apiKey: string; stage: Stage }

const CHECK_NETWORK = 'Check the network, and GOOGLE_GEMINI_BASE_URL if it is set; then try again.'
const NOT_HERE =
  'Gemini is not offered everywhere: https://ai.google.dev/gemini-api/docs/available-regions. Call from a network in one of these places.'
const NOT_THE_SETTINGS =
  'The session began with these settings, so they are not the cause. Call again in a moment.'

const HINTS: Partial<Record<CallErrorCode, string>> = {
  'model-key':
    'Check GOOGLE_API_KEY. Keys are made at https://aistudio.google.com/apikey, for a project with the Gemini API enabled.',
  'model-not-found': 'Choose a Live model with --model; the default is gemini-3.8-live.',
  'model-quota': 'See your limits and billing at https://aistudio.google.com/usage, or try again later.',
  'model-refused': 'Try another --voice (`ai-caller voices` lists them) or another --model.',
  'model-unreachable': CHECK_NETWORK,
  'model-silent': CHECK_NETWORK,
  'model-lost': 'Try again in a moment.',
}

/** What differs once the session has begun: voice and model were good then. */
const LATER_HINTS: typeof HINTS = {
  'model-not-found': NOT_THE_SETTINGS,
  'model-refused': NOT_THE_SETTINGS,
}

/** The failure as an error, the key and control characters taken out. */
export function modelError(failure: Failure, context: FailureContext): CallError {
  const code = codeOf(failure, context.stage)
  const text = plainText(textOf(failure), context.apiKey)
  const hint = hintFor(code, failure, context.stage)
  return new CallError(code, sentence(code, failure, text, context), hint === undefined ? {} : { hint })
}

/**
 * Text of a vendor made fit to be shown: no control, formatting or bidirectional character, no line break, no API key, no key in a
 * URL, at most 300 characters, no full stop at the end.
 */
export function plainText(text: string, apiKey: string): string {
  const redacted = apiKey === '' ? text : text.replaceAll(apiKey, '[key]')
  return redacted
    .replace(/\b(key|access_token)=[^\s&"']+/gi, '$1=[key]')
    .replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}\p{Zl}\p{Zp}]/gu, ' ')
    .replace(/ {2,}/g, ' ')
    .trim()
    .slice(0, 300)
    .replace(/[.\s]+$/, '')
}

function hintFor(code: CallErrorCode, failure: Failure, stage: Stage): string | undefined {
  if (code === 'model-unreachable' && isTroubleOfGemini(failure)) return 'Try again in a minute.'
  if (code === 'model-refused' && /location is not supported/i.test(textOf(failure))) return NOT_HERE
  return (stage === 'starting' ? undefined : LATER_HINTS[code]) ?? HINTS[code]
}

function sentence(code: CallErrorCode, failure: Failure, text: string, context: FailureContext): string {
  const isOpen = context.stage === 'open'
  if (failure.type === 'aborted') return 'connecting to Gemini was cancelled'
  if (failure.type === 'unusable-key') return 'the Gemini API key is empty or has characters that no key has'
  if (failure.type === 'silence') {
    const seconds = `${Math.round(failure.waitedMs / 100) / 10} s`
    return isOpen
      ? `Gemini has given no sign of life for ${seconds}`
      : `Gemini did not answer within ${seconds}`
  }
  const said = signOf(failure) + (text === '' ? '' : `: ${text}`)
  switch (code) {
    case 'model-key':
      return `Gemini does not accept the API key (${said})`
    case 'model-not-found':
      return `Gemini has no live model "${plainText(context.model, context.apiKey)}" for this key (${said})`
    case 'model-quota':
      return `the Gemini quota is used up (${said})`
    case 'model-refused':
      return isOpen ? `Gemini broke the session off (${said})` : `Gemini refused the session (${said})`
    case 'model-lost':
      return `the connection to Gemini was lost (${said})`
    default:
      return isTroubleOfGemini(failure)
        ? `Gemini was reached, but failed to open the session (${said})`
        : `Gemini could not be reached (${said})`
  }
}

function signOf(failure: Extract<Failure, { type: 'http' | 'network' | 'close' }>): string {
  switch (failure.type) {
    case 'http':
      return `HTTP ${failure.status}`
    case 'network':
      return failure.code
    case 'close':
      return failure.code === 1006 ? 'the connection broke' : `closed with ${failure.code}`
    default:
      return failure satisfies never
  }
}
