/** TwiML read into verbs: what Twilio would do, and what its debugger would warn about. */
import type { CallbackOrder } from './status-callbacks.ts'
import { parseXml, type XmlElement, XmlError } from './xml.ts'

/** A media stream to open. https://www.twilio.com/docs/voice/twiml/stream */
export type StreamNoun = {
  url: string
  name: string
  track: string | undefined
  parameters: Readonly<Record<string, string>>
  statusCallback: string | undefined
  statusCallbackMethod: 'GET' | 'POST'
}

/** A webhook that a verb asks for more TwiML when it has ended. */
export type Action = { url: string; method: 'GET' | 'POST' }

/** Somebody to ring. Numbers are as written, in seconds. https://www.twilio.com/docs/voice/twiml/dial */
export type DialVerb = {
  number: string
  callerId: string | undefined
  timeout: string | undefined
  timeLimit: string | undefined
  /** The status callbacks of `<Number>`. */
  callbacks: CallbackOrder | undefined
}

/** The verbs the simulator executes. */
export type Verb =
  | { verb: 'Say'; text: string }
  | { verb: 'Pause'; lengthMs: number }
  | { verb: 'Play'; digits: string | undefined; url: string }
  | ({ verb: 'Dial'; action: Action | undefined } & DialVerb)
  | { verb: 'Connect'; stream: StreamNoun; action: Action | undefined }
  | { verb: 'Redirect'; action: Action }
  | { verb: 'Hangup' }

/** The document cannot be executed: Twilio's error 12100. */
export class TwimlError extends Error {
  override readonly name = 'TwimlError'
}

/** Attributes and nested elements that Twilio's schema knows; anything else is warning 12200. */
const SCHEMA: Readonly<Record<string, { attributes: readonly string[]; children: readonly string[] }>> = {
  Response: {
    attributes: [],
    children: ['Say', 'Pause', 'Play', 'Dial', 'Connect', 'Redirect', 'Hangup'],
  },
  Say: { attributes: ['voice', 'language', 'loop'], children: [] },
  Pause: { attributes: ['length'], children: [] },
  Play: { attributes: ['digits', 'loop'], children: [] },
  Dial: {
    attributes: ['action', 'method', 'timeout', 'callerId', 'answerOnBridge', 'timeLimit', 'hangupOnStar'],
    children: ['Number'],
  },
  Number: {
    attributes: [
      ...['url', 'method', 'sendDigits'],
      ...['statusCallback', 'statusCallbackEvent', 'statusCallbackMethod'],
    ],
    children: [],
  },
  Connect: { attributes: ['action', 'method'], children: ['Stream'] },
  Stream: {
    attributes: ['url', 'name', 'track', 'statusCallback', 'statusCallbackMethod'],
    children: ['Parameter'],
  },
  Parameter: { attributes: ['name', 'value'], children: [] },
  Redirect: { attributes: ['method'], children: [] },
  Hangup: { attributes: [], children: [] },
}

/** Name and value of a `<Parameter>` together must stay below this many characters. */
const PARAMETER_LIMIT = 500

/**
 * The verbs of a TwiML document in order, with a sentence for everything that Twilio's schema does not know: those parts are left out.
 * @throws TwimlError when the document is not well-formed or its root is not `<Response>`
 */
export function parseTwiml(twiml: string): { verbs: Verb[]; warnings: string[] } {
  const root = parseRoot(twiml)
  if (root.name !== 'Response') throw new TwimlError(`the root element is <${root.name}>, not <Response>`)
  const warnings: string[] = []
  const response = keepKnown(root, warnings)
  const verbs = response.children.flatMap((element) => toVerb(element, warnings))
  return { verbs, warnings }
}

function parseRoot(twiml: string): XmlElement {
  try {
    return parseXml(twiml)
  } catch (error) {
    if (error instanceof XmlError) throw new TwimlError(error.message)
    throw error
  }
}

function keepKnown(element: XmlElement, warnings: string[]): XmlElement {
  const known = SCHEMA[element.name]
  for (const name of Object.keys(element.attributes)) {
    if (!known?.attributes.includes(name)) warnings.push(`<${element.name}> has no attribute ${name}`)
  }
  const children = element.children.filter((child) => {
    const allowed = known?.children.includes(child.name)
    if (!allowed) warnings.push(`<${child.name}> is not allowed in <${element.name}>`)
    return allowed
  })
  return { ...element, children: children.map((child) => keepKnown(child, warnings)) }
}

function toVerb(element: XmlElement, warnings: string[]): Verb[] {
  const { attributes, text, children } = element
  switch (element.name) {
    case 'Say':
      return [{ verb: 'Say', text }]
    case 'Pause':
      return [{ verb: 'Pause', lengthMs: Number(attributes.length ?? 1) * 1000 || 0 }]
    case 'Play':
      return [{ verb: 'Play', digits: attributes.digits, url: text }]
    case 'Dial':
      return [{ verb: 'Dial', ...toDial(element), action: toAction(attributes) }]
    case 'Redirect':
      return [{ verb: 'Redirect', action: { url: text, method: toMethod(attributes.method) } }]
    case 'Hangup':
      return [{ verb: 'Hangup' }]
    default: {
      const [noun, ...more] = children
      if (!noun || more.length) {
        warnings.push('<Connect> needs exactly one <Stream>')
        return []
      }
      return [{ verb: 'Connect', stream: toStream(noun, warnings), action: toAction(attributes) }]
    }
  }
}

function toDial({ attributes, text, children: [number] }: XmlElement): DialVerb {
  const { statusCallback: url, statusCallbackEvent: events = 'completed' } = number?.attributes ?? {}
  const method = toMethod(number?.attributes.statusCallbackMethod)
  return {
    number: number?.text ?? text,
    callerId: attributes.callerId,
    timeout: attributes.timeout,
    timeLimit: attributes.timeLimit,
    callbacks: url ? { url, method, events: events.split(/\s+/) } : undefined,
  }
}

function toStream(noun: XmlElement, warnings: string[]): StreamNoun {
  const { url = '', name = '', track, statusCallback, statusCallbackMethod } = noun.attributes
  const parameters: Record<string, string> = {}
  for (const { attributes } of noun.children) {
    const { name: key, value } = attributes
    if (!key || value === undefined) warnings.push('<Parameter> needs a name and a value')
    else if (key.length + value.length >= PARAMETER_LIMIT) warnings.push(`<Parameter> ${key} is too long`)
    else parameters[key] = value
  }
  return {
    url,
    name,
    track,
    parameters,
    statusCallback,
    statusCallbackMethod: toMethod(statusCallbackMethod),
  }
}

function toAction(attributes: Readonly<Record<string, string>>): Action | undefined {
  return attributes.action ? { url: attributes.action, method: toMethod(attributes.method) } : undefined
}

function toMethod(method: string | undefined): 'GET' | 'POST' {
  return method === 'GET' ? 'GET' : 'POST'
}
