/** How a connection to Gemini can fail, and which failure of the product each one is. Pure. */
import type { CallErrorCode } from '../call/error.ts'

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

/**
 * What failed: the first connection of a session (`starting`), a later one that was to carry it on (`moving`), or a connection whose setup
 * was confirmed (`open`).
 */
export type Stage = 'starting' | 'moving' | 'open'

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

/** Which failure of the product this is: by the text first, then by the code. Nothing that was open is `unreachable` or `silent`, but `lost`. */
export function codeOf(failure: Failure, stage: Stage): CallErrorCode {
  const trouble = stage === 'open' ? 'model-lost' : 'model-unreachable'
  switch (failure.type) {
    case 'silence':
      return stage === 'open' ? 'model-lost' : 'model-silent'
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

/** True when Gemini was reached but could not serve: a trouble of its own, which may be over in a moment. */
export function isTroubleOfGemini(failure: Failure): boolean {
  if (codeOf(failure, 'starting') !== 'model-unreachable') return false
  // Any other HTTP answer that says nothing we know is not Gemini's: a wrong address, or a proxy in between. 1006 is no close at all.
  if (failure.type === 'http') return failure.status >= 500 || failure.text !== ''
  return failure.type === 'close' && failure.code !== 1006
}

/** What Gemini said; empty when it said nothing. */
export function textOf(failure: Failure): string {
  if (failure.type === 'http') return failure.text
  return failure.type === 'close' ? failure.reason : ''
}
