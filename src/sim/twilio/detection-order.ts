/** The parameters of machine detection in `POST Calls.json`. https://www.twilio.com/docs/voice/answering-machine-detection */
import type { Action } from './parse-twiml.ts'
import { badRequest, type RestError } from './rest-error.ts'

/** What was asked for. Detection that is not `isAsync` holds up the TwiML. */
export type DetectionOrder = {
  mode: 'Enable' | 'DetectMessageEnd'
  isAsync: boolean
  /** Where the verdict of asynchronous detection goes. */
  report: Action | undefined
  /** Without a verdict in this time it is `unknown`. */
  timeoutMs: number
}

/** Names and limits of the parameters that are numbers. */
const RANGES = {
  MachineDetectionTimeout: [3, 59],
  MachineDetectionSpeechThreshold: [1000, 6000],
  MachineDetectionSpeechEndThreshold: [500, 5000],
  MachineDetectionSilenceTimeout: [2000, 10_000],
} as const

/** All parameters of detection. */
export const DETECTION_PARAMETERS = [
  ...['MachineDetection', 'AsyncAmd', 'AsyncAmdStatusCallback', 'AsyncAmdStatusCallbackMethod'],
  ...Object.keys(RANGES),
]

/** The order, undefined when there is none, or Twilio's refusal. Keys to be sent after the answer switch detection off. */
export function readDetection(form: URLSearchParams): DetectionOrder | RestError | undefined {
  for (const [name, [min, max]] of Object.entries(RANGES)) {
    const value = form.get(name)
    const isGood = value === null || (/^\d+$/.test(value) && Number(value) >= min && Number(value) <= max)
    if (!isGood) return badRequest(21234, `Invalid ${name}: ${min} to ${max}`)
  }
  const mode = form.get('MachineDetection') || undefined
  const isAsync = form.get('AsyncAmd') ?? 'false'
  if (mode !== undefined && mode !== 'Enable' && mode !== 'DetectMessageEnd')
    return badRequest(21234, `Invalid MachineDetection: ${mode}`)
  if (isAsync !== 'true' && isAsync !== 'false') return badRequest(21234, `Invalid AsyncAmd: ${isAsync}`)
  if (mode === undefined || form.get('SendDigits')) return undefined

  const url = form.get('AsyncAmdStatusCallback')
  const method = form.get('AsyncAmdStatusCallbackMethod') === 'GET' ? 'GET' : 'POST'
  return {
    mode,
    isAsync: isAsync === 'true',
    report: url ? { url, method } : undefined,
    timeoutMs: Number(form.get('MachineDetectionTimeout') ?? 30) * 1000,
  }
}
