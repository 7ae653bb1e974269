/** Why a server could not be asked, in words without the path or the query of its address. */
import { PrivateAddressError } from './guarded-request.ts'

/** A deadline has passed, in ms. */
export class TooLateError extends Error {
  readonly afterMs: number

  constructor(afterMs: number) {
    super('too late')
    this.name = 'TooLateError'
    this.afterMs = afterMs
  }
}

/** One sentence for the model. `error`: what `sendGuarded` or reading its answer threw, or a TooLateError. */
export function connectionFailure(error: unknown, host: string): string {
  return `The server ${host} ${whyUnreached(error)}.`
}

/** The end of a sentence that begins with the server. */
export function whyUnreached(error: unknown): string {
  if (error instanceof PrivateAddressError) return 'is at a private address, which is not allowed'
  if (error instanceof TooLateError)
    return `did not answer within ${Math.round(error.afterMs / 100) / 10} seconds`
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown cause'
  return BY_CODE[code] ?? `cannot be asked (${code})`
}

const BY_CODE: Readonly<Record<string, string>> = {
  ENOTFOUND: 'has a name that cannot be resolved',
  EAI_AGAIN: 'has a name that cannot be resolved',
  ECONNREFUSED: 'refuses connections',
  ECONNRESET: 'broke off the connection',
}
