/** The border between the SDK's errors and ours: nothing of an SDK error crosses it but a few fields that are known to be clean. */
import { CallError } from '../call/error.ts'
import { knownError } from './errors.ts'
import { vendorText } from './vendor-text.ts'

/**
 * Why a request gave no result.
 * `refused`: Twilio answered no (4xx). `not-sent`: the request never left. `unknown`: it left, and nobody knows what became of it
 * (5xx, reset, timeout, an answer that cannot be read): Twilio may have acted on it.
 */
export type RestFailure = {
  kind: 'refused' | 'not-sent' | 'unknown'
  error: CallError
  /** HTTP status and Twilio's error code, when there was an answer. */
  status: number | undefined
  code: number | undefined
}

/** Failures before the first byte of a request: name resolution, connecting, TLS. */
const BEFORE_SENDING: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
])

const REACH_HINT = 'Check the network, HTTP_PROXY and TWILIO_BASE_URL, and https://status.twilio.com.'

/**
 * Converts whatever the SDK threw. An AxiosError holds the whole request with its Authorization header, so the original is never kept,
 * not even as `cause`; the text of a REST error is Twilio's and passes through `vendorText` with `secrets`.
 */
export function restFailure(thrown: unknown, secrets: readonly string[]): RestFailure {
  const status = field(thrown, 'status')
  if (typeof status === 'number' && isAnswer(thrown)) return answered(thrown, status, secrets)
  const systemCode = field(thrown, 'code')
  const code =
    typeof systemCode === 'string' && /^[A-Z][A-Z0-9_]{2,50}$/.test(systemCode) ? systemCode : undefined
  if (code && (BEFORE_SENDING.has(code) || failedToConnect(thrown))) {
    return { ...nothing, kind: 'not-sent', error: unreachable(`Twilio could not be reached (${code})`) }
  }
  // The first is our own deadline for a request, the second the SDK's for its socket.
  const late = code === 'ERR_CANCELED' || code === 'ECONNABORTED'
  const what = late ? 'did not answer in time' : `gave no readable answer${code ? ` (${code})` : ''}`
  return { ...nothing, kind: 'unknown', error: unreachable(`Twilio ${what}`) }
}

/** For a request whose answer nobody waits for any more. */
export function unanswered(): RestFailure {
  return { ...nothing, kind: 'unknown', error: unreachable('Twilio had not answered yet when we stopped') }
}

const nothing = { status: undefined, code: undefined }

function unreachable(sentence: string): CallError {
  return new CallError('carrier-unreachable', sentence, { hint: REACH_HINT })
}

/** RestException and TwilioServiceException, told by shape (the second is not exported): an HTTP status, and no trace of axios. */
function isAnswer(thrown: unknown): boolean {
  return field(thrown, 'isAxiosError') !== true
}

function answered(thrown: unknown, status: number, secrets: readonly string[]): RestFailure {
  const twilioCode = field(thrown, 'code')
  const code =
    typeof twilioCode === 'number' && Number.isInteger(twilioCode) && twilioCode > 0 ? twilioCode : undefined
  if (status >= 500 || status === 408 || status < 300) {
    return { kind: 'unknown', status, code, error: unreachable(`Twilio answered with HTTP ${status}`) }
  }
  const message = field(thrown, 'message')
  const words = vendorText(typeof message === 'string' ? message : '', secrets)
  return { kind: 'refused', status, code, error: refusal(status, code, words) }
}

function refusal(status: number, code: number | undefined, words: string): CallError {
  const told = code === undefined ? `HTTP ${status}` : `Twilio error ${code}`
  const entry = knownError(status, code, words)
  if (entry) return new CallError(entry.code, `${entry.sentence} (${told})`, { hint: entry.remedy })
  const sentence = words ? `Twilio refused: ${words} (${told})` : `Twilio refused (${told})`
  const hint = code === undefined ? REACH_HINT : `See https://www.twilio.com/docs/api/errors/${code}.`
  return new CallError('carrier-refused', sentence, { hint })
}

/** A connect that failed for another reason, such as ETIMEDOUT. Node tries several addresses and then wraps the errors of all. */
function failedToConnect(thrown: unknown): boolean {
  const cause = field(thrown, 'cause') ?? thrown
  const tried = field(cause, 'errors')
  const failures = Array.isArray(tried) && tried.length > 0 ? tried : [cause]
  return failures.every((failure) => field(failure, 'syscall') === 'connect')
}

/** A property of something unknown. */
function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && name in value ? Reflect.get(value, name) : undefined
}
