/** The one error of the product: a closed code, one sentence, and what to do about it. */

/** Why we failed. Endings that are nobody's failure (busy, no answer, time limit) are `EndReason`s, not errors. */
export type CallErrorCode =
  | 'usage'
  | 'settings'
  | 'number-refused'
  | 'tools-failed'
  | 'listener-failed'
  | 'tunnel-failed'
  | 'tunnel-lost'
  | 'public-url-unreachable'
  | 'media-never-connected'
  | 'media-lost'
  | 'carrier-auth'
  | 'carrier-refused'
  | 'carrier-unreachable'
  | 'dial-unknown'
  | 'model-key'
  | 'model-not-found'
  | 'model-quota'
  | 'model-refused'
  | 'model-unreachable'
  | 'model-silent'
  | 'model-lost'
  | 'model-stalled'
  | 'internal'

/**
 * A failure of ours or of a vendor, in words for the person at the terminal. `message` is one sentence without a secret, a URL with a
 * key, or a control character; `hint` says what to do next.
 */
export class CallError extends Error {
  readonly code: CallErrorCode
  readonly hint: string | undefined

  constructor(code: CallErrorCode, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'CallError'
    this.code = code
    this.hint = options.hint
  }
}

/** `error` itself when it is a CallError, else an 'internal' one that keeps it as its cause. */
export function toCallError(error: unknown): CallError {
  if (error instanceof CallError) return error
  const message = error instanceof Error ? error.message : String(error)
  return new CallError('internal', `something unexpected happened: ${message}`, {
    hint: 'This is a bug in ai-caller; please report it.',
    cause: error,
  })
}
