/** The TwiML of our calls, written by hand: a few verbs are not worth the SDK's 30 ms of loading. */
import { isDigits } from './digits.ts'

/** White space too: in an attribute a reader would turn it into blanks. */
const ENTITIES = {
  ...{ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' },
  ...{ '\t': '&#9;', '\n': '&#10;', '\r': '&#13;' },
} as const

/** What XML cannot hold, in whatever spelling: https://www.w3.org/TR/xml/#charsets */
const NO_XML = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu

/** Where a stream is to connect. The token is a part of the URL's path. */
export type StreamTarget = { streamUrl: string; token: string }

/** Whom to put the person through to. Numbers in E.164, URLs `http(s)`. */
export type DialOrder = {
  to: string
  callerId: string
  ringSeconds: number
  /** The longest that the two may talk. */
  timeLimitSeconds: number
  /** Asked for more TwiML when the two have done talking, or never began. */
  actionUrl: string
  /** Told when somebody has answered at `to`. */
  statusUrl: string
}

/** The end of the call. */
export const HANGUP_TWIML = document('<Hangup/>')

/**
 * What Twilio does once the callee answers, or when it comes back to us: press keys, if there are any, connect the sound to us, and
 * hang up when that ends. The keys are not `SendDigits` of the request, which would turn machine detection off.
 *
 * `<Hangup/>` is the dead-man's switch: when this process dies, its socket closes, `<Connect>` is over, and Twilio goes on to the next
 * verb; without one that ends the call a person could sit on a silent line.
 * The token travels in the path of `streamUrl` and once more as a parameter, which comes back in `start`.
 * https://www.twilio.com/docs/voice/twiml/stream
 * @throws RangeError when `streamUrl` has a query or a fragment: Twilio refuses or strips them (error 31920); or when `digits` are none
 */
export function connectStreamTwiml({ streamUrl, token }: StreamTarget, digits?: string): string {
  if (/[?#]/.test(streamUrl)) throw new RangeError('a Media Streams URL carries no query and no fragment')
  if (digits !== undefined && !isDigits(digits)) throw new RangeError('no keys of a telephone')
  const stream = element('Stream', { url: streamUrl }, element('Parameter', { name: 'token', value: token }))
  return document(
    `${digits === undefined ? '' : element('Play', { digits })}<Connect>${stream}</Connect><Hangup/>`,
  )
}

/**
 * Rings somebody else and joins the two.
 *
 * No verb follows `<Dial>`: with an `action` Twilio never comes to it, since the answer from there takes over the call. When the action
 * cannot be fetched (we may be dead by then), Twilio logs 11200, tells whoever is left on the line that an application error has
 * occurred, and ends the call: a last resort in itself.
 * https://www.twilio.com/docs/voice/twiml/dial
 */
export function dialTwiml(order: DialOrder): string {
  const number = element(
    'Number',
    {
      statusCallback: order.statusUrl,
      statusCallbackEvent: 'answered completed',
      statusCallbackMethod: 'POST',
    },
    escapeXml(order.to),
  )
  const how = {
    callerId: order.callerId,
    timeout: String(order.ringSeconds),
    timeLimit: String(order.timeLimitSeconds),
    answerOnBridge: 'true',
    action: order.actionUrl,
    method: 'POST',
  }
  return document(element('Dial', how, number))
}

function document(verbs: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?><Response>${verbs}</Response>`
}

/** `content` is XML already. */
function element(name: string, attributes: Readonly<Record<string, string>>, content?: string): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escapeXml(value)}"`)
  const open = `<${name}${written.join('')}`
  return content === undefined ? `${open}/>` : `${open}>${content}</${name}>`
}

function escapeXml(text: string): string {
  return text.replace(NO_XML, '').replace(/[&<>"'\t\n\r]/g, (mark) => ENTITIES[mark as keyof typeof ENTITIES])
}
