/** The parameters of `POST Calls.json`, checked as Twilio checks them. https://www.twilio.com/docs/voice/api/call-resource#create-a-call-resource */
import { DETECTION_PARAMETERS, type DetectionOrder, readDetection } from './detection-order.ts'
import type { SimulatedAccount } from './exchange.ts'
import type { Action } from './parse-twiml.ts'
import { badRequest, type RestError } from './rest-error.ts'
import type { CallbackOrder } from './status-callbacks.ts'

/** An accepted request for a call. */
export type CallOrder = {
  to: string
  from: string
  /** Every parameter as it came. */
  parameters: Readonly<Record<string, string | readonly string[]>>
  /** What to execute after the answer: a document, or where to fetch it. */
  programme: { twiml: string } | { action: Action }
  timeoutMs: number
  timeLimitMs: number
  callbacks: CallbackOrder | undefined
  /** Keys to be played after the answer and before the programme; may be empty. */
  sendDigits: string
  machineDetection: DetectionOrder | undefined
  /** What Twilio's debugger would note about the accepted request. */
  warnings: readonly { code: number; detail: string }[]
}

/** Longer TwiML comes from a URL. */
export const MAX_TWIML_CHARACTERS = 4000
const EVENTS = ['initiated', 'ringing', 'answered', 'completed']
const TRIAL_PARAMETERS = ['To', 'From', 'Url', 'StatusCallback']
const KNOWN_PARAMETERS = [
  ...['To', 'From', 'Twiml', 'Url', 'Method', 'FallbackUrl', 'FallbackMethod', 'Timeout', 'TimeLimit'],
  ...['StatusCallback', 'StatusCallbackMethod', 'StatusCallbackEvent', 'SendDigits', ...DETECTION_PARAMETERS],
  ...['Record', 'RecordingChannels', 'RecordingTrack', 'RecordingStatusCallback', 'Trim'],
  ...['RecordingStatusCallbackMethod', 'RecordingStatusCallbackEvent', 'CallerId', 'CallReason'],
]
const E164 = /^\+[1-9]\d{6,14}$/
const SIP_OR_CLIENT = /^(sip:[^@\s]+@\S+|client:\S+)$/

/** The order in the form, or Twilio's refusal. */
export function readCallOrder(
  form: URLSearchParams,
  account: SimulatedAccount,
  isTrial: boolean,
): CallOrder | RestError {
  const get = (name: string) => form.get(name) || undefined
  if (isTrial && [...form.keys()].some((name) => !TRIAL_PARAMETERS.includes(name))) {
    return {
      status: 400,
      message: 'Invalid or disallowed parameters provided - trial accounts have limited parameter access',
    }
  }
  const refusal = refuseNumbers(get('To'), get('From'), account) ?? refuseUrls(form) ?? refuseLimits(form)
  if (refusal) return refusal
  const machineDetection = readDetection(form)
  if (machineDetection && 'status' in machineDetection) return machineDetection

  const twiml = get('Twiml')
  const url = get('Url')
  const statusCallback = get('StatusCallback')
  const events = form.has('StatusCallbackEvent') ? form.getAll('StatusCallbackEvent') : ['completed']
  return {
    to: get('To') ?? '',
    from: get('From') ?? '',
    parameters: allParameters(form),
    programme: url ? { action: { url, method: method(get('Method')) } } : { twiml: twiml ?? '' },
    timeoutMs: Number(get('Timeout') ?? 60) * 1000,
    timeLimitMs: Number(get('TimeLimit') ?? 14_400) * 1000,
    callbacks: statusCallback
      ? { url: statusCallback, method: method(get('StatusCallbackMethod')), events }
      : undefined,
    sendDigits: get('SendDigits') ?? '',
    machineDetection,
    warnings: [
      ...unknownParameters(form, KNOWN_PARAMETERS),
      ...(twiml && url ? [{ code: 32019, detail: 'both Url and Twiml: Twiml is ignored' }] : []),
      ...events
        .filter((event) => !EVENTS.includes(event))
        .map((event) => ({ code: 21626, detail: `unknown StatusCallbackEvent ${event}` })),
      ...(machineDetection?.isAsync && !machineDetection.report
        ? [{ code: 21262, detail: 'no AsyncAmdStatusCallback to send the result of machine detection to' }]
        : []),
    ],
  }
}

/** Warnings for parameters that a request does not have. */
export function unknownParameters(form: URLSearchParams, known: readonly string[]): CallOrder['warnings'] {
  return [...new Set(form.keys())]
    .filter((name) => !known.includes(name))
    .map((name) => ({ code: 20001, detail: `unknown parameter ${name}` }))
}

function refuseNumbers(
  to: string | undefined,
  from: string | undefined,
  account: SimulatedAccount,
): RestError | undefined {
  if (!to) return badRequest(21201, "No 'To' number is specified")
  if (!from) return badRequest(21213, "'From' parameter is required")
  if (!E164.test(to) && !SIP_OR_CLIENT.test(to)) {
    return badRequest(21211, `The phone number you are attempting to call, ${to}, is not valid.`)
  }
  if (!E164.test(from)) return badRequest(21212, `The phone number provided, ${from}, is not valid.`)
  if (from !== account.phoneNumber) {
    return badRequest(
      21210,
      `The source phone number provided, ${from}, is not yet verified for your account. You may only make calls from phone numbers that you've verified or purchased from Twilio.`,
    )
  }
  return to === from ? badRequest(21211, `A call from ${from} to itself is not possible.`) : undefined
}

function refuseUrls(form: URLSearchParams): RestError | undefined {
  const twiml = form.get('Twiml') ?? ''
  const url = form.get('Url') ?? ''
  const statusCallback = form.get('StatusCallback')
  if (!twiml && !url) return badRequest(21205, 'Url parameter is required.')
  if (url && !isHttpUrl(url)) return badRequest(21205, `Url is not a valid URL: ${url}`)
  if (twiml.length > MAX_TWIML_CHARACTERS) return badRequest(32018, 'Twiml exceeds 4000 characters')
  if (statusCallback && !isHttpUrl(statusCallback)) {
    return badRequest(21609, `The 'StatusCallback' URL ${statusCallback} is not a valid URL.`)
  }
  const methods = ['Method', 'StatusCallbackMethod', 'AsyncAmdStatusCallbackMethod']
  const wrong = methods.find((name) => !['GET', 'POST'].includes(form.get(name) ?? 'POST'))
  return wrong ? badRequest(21209, `${wrong} must be GET or POST`) : undefined
}

function refuseLimits(form: URLSearchParams): RestError | undefined {
  if (!isWithin(form.get('Timeout'), 1, 600)) return badRequest(21208, 'Invalid Timeout: 1 to 600 seconds')
  if (!isTimeLimit(form.get('TimeLimit'))) return badRequest(13216, 'Invalid TimeLimit: 1 to 14400 seconds')
  const isKeys = /^[0-9A-D#*wW]{0,32}$/.test(form.get('SendDigits') ?? '')
  return isKeys ? undefined : badRequest(21206, 'Invalid SendDigits: at most 32 of 0-9, A-D, #, *, w, W')
}

/** True for a number of seconds that a call may last, and for none. */
export function isTimeLimit(text: string | null): boolean {
  return isWithin(text, 1, 14_400)
}

function isWithin(text: string | null, min: number, max: number): boolean {
  return text === null || (/^\d+$/.test(text) && Number(text) >= min && Number(text) <= max)
}

function isHttpUrl(text: string): boolean {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return false
  return !new URL(text).hostname.includes('_')
}

function allParameters(form: URLSearchParams): CallOrder['parameters'] {
  const parameters = Object.fromEntries<string | readonly string[]>(form)
  if (form.has('StatusCallbackEvent')) parameters.StatusCallbackEvent = form.getAll('StatusCallbackEvent')
  return parameters
}

function method(text: string | undefined): 'GET' | 'POST' {
  return text === 'GET' ? 'GET' : 'POST'
}
