/** What a failure of Gemini means to the person at the terminal. Pure; takes only fields that cannot carry the key by accident. */
import { CallError, type CallErrorCode } from '../call/error.ts'

/** How a connection could not begin, or how it ended. */
export type Failure =
  /** An HTTP answer instead of what was asked for. `text` is the message of Google's error body, or empty. */
  | { type: 'http'; status: number; text: string }
  /** No connection. `code` is the system's word, such as ECONNREFUSED. */
  | { type: 'network'; code: string }
  /** The WebSocket was closed. Google has no error messages: its reasons (123 bytes at most, cut off) are all we get. */
  | { type: 'close'; code: number; reason: string }
  /** Nothing came for so long. */
  | { type: 'silence'; waitedMs: number }
  /** The caller's signal aborted while connecting. */
  | { type: 'aborted' }
  /** The key cannot even be sent. */
  | { type: 'unusable-key' }

/** Which session failed. `ready` tells whether the model had already confirmed the setup. */
type FailureContext = { model: string; apiKey: string; ready: boolean }

/** The words in Google's reasons, which say more than their codes: 1007, 1008 and 1011 each stand for several things. */
const BY_TEXT: readonly (readonly [RegExp, CallErrorCode | 'trouble'])[] = [
  [/quota|billing|resource.?exhausted|rate.?limit|too many requests|prepayment|credits/i, 'model-quota'],
  [/model.*not (found|supported|available)|not supported for bidi|entity was not found/i, 'model-not-found'],
  [
    /api.?key|unregistered caller|credential|unauthenticated|permission|access.?token|used in project/i,
    'model-key',
  ],
  [/deadline|internal error|unavailable|overloaded|try again/i, 'trouble'],
]

const BY_STATUS: Readonly<Record<number, CallErrorCode>> = {
  400: 'model-refused',
  401: 'model-key',
  403: 'model-key',
  429: 'model-quota',
}

const BY_CLOSE_CODE: Readonly<Record<number, CallErrorCode>> = {
  1003: 'model-refused',
  1007: 'model-refused',
  1008: 'model-refused',
}

const HINTS: Partial<Record<CallErrorCode, string>> = {
  'model-key':
    'Check GOOGLE_API_KEY. Keys are made at https://aistudio.google.com/apikey, for a project with the Gemini API enabled.',
  'model-not-found': 'Choose a Live model with --model; the default is gemini-3.8-live.',
  'model-quota': 'See your limits and billing at https://aistudio.google.com/usage, or try again later.',
  'model-refused': 'Try another --voice (`ai-caller voices` lists them) or another --model.',
  'model-unreachable': 'Check the network, and GOOGLE_GEMINI_BASE_URL if it is set; then try again.',
  'model-silent': 'Check the network, and GOOGLE_GEMINI_BASE_URL if it is set; then try again.',
  'model-lost': 'Try again in a moment.',
}

/** The failure as an error: classified by the text first, then by the code; the key and control characters taken out. */
export function modelError(failure: Failure, context: FailureContext): CallError {
  const code = classify(failure, context.ready)
  const text = plainText(textOf(failure), context.apiKey)
  const hint = HINTS[code]
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

function classify(failure: Failure, ready: boolean): CallErrorCode {
  const trouble = ready ? 'model-lost' : 'model-unreachable'
  switch (failure.type) {
    case 'silence':
      return ready ? 'model-lost' : 'model-silent'
    case 'network':
    case 'aborted':
      return trouble
    case 'unusable-key':
      return 'model-key'
    case 'http':
    case 'close': {
      const text = textOf(failure)
      const told = BY_TEXT.find(([words]) => words.test(text))?.[1]
      const byCode = failure.type === 'http' ? BY_STATUS[failure.status] : BY_CLOSE_CODE[failure.code]
      const code = told ?? byCode ?? 'trouble'
      return code === 'trouble' ? trouble : code
    }
    default:
      return failure satisfies never
  }
}

function textOf(failure: Failure): string {
  if (failure.type === 'http') return failure.text
  return failure.type === 'close' ? failure.reason : ''
}

function sentence(code: CallErrorCode, failure: Failure, text: string, context: FailureContext): string {
  if (failure.type === 'aborted') return 'Connecting to Gemini was cancelled'
  if (failure.type === 'unusable-key') return 'The Gemini API key is empty or has characters that no key has'
  if (failure.type === 'silence') {
    const seconds = `${Math.round(failure.waitedMs / 100) / 10} s`
    return context.ready
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
      return `The Gemini quota is used up (${said})`
    case 'model-refused':
      return `Gemini refused the session (${said})`
    case 'model-lost':
      return `The connection to Gemini was lost (${said})`
    default:
      return `Gemini could not be reached (${said})`
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
