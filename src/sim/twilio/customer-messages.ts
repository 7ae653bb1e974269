/** What a customer may send on a media stream, read as strictly as Twilio reads it. https://www.twilio.com/docs/voice/media-streams/websocket-messages */

/** A message that Twilio acts on. */
type CustomerMessage =
  | { event: 'media'; ulaw: Uint8Array }
  | { event: 'mark'; name: string }
  | { event: 'clear' }

/** Fields of each message besides `event` and `streamSid`; a nested one holds exactly one field of text. */
const NESTED = { media: 'payload', mark: 'name', clear: undefined } as const

/** The message in `text`, or what is wrong with it: Twilio's warning 31951. */
export function readCustomerMessage(text: string, streamSid: string): CustomerMessage | { problem: string } {
  const message = parseObject(text)
  if (!message) return { problem: 'not a JSON object' }
  const { event } = message
  if (event !== 'media' && event !== 'mark' && event !== 'clear') {
    return { problem: `unknown event ${JSON.stringify(event)}` }
  }
  const field = NESTED[event]
  const wrong = differentKeys(message, field ? ['event', 'streamSid', event] : ['event', 'streamSid'])
  if (wrong) return { problem: `${event}: ${wrong}` }
  if (message.streamSid !== streamSid) return { problem: `${event}: wrong streamSid` }
  if (event === 'clear' || !field) return { event: 'clear' }

  const nested = asObject(message[event])
  if (!nested) return { problem: `${event} is not an object` }
  const wrongInside = differentKeys(nested, [field])
  if (wrongInside) return { problem: `${event}: ${wrongInside}` }
  const value = nested[field]
  if (typeof value !== 'string' || value === '') return { problem: `${event}.${field} is not a text` }
  if (event === 'mark') return { event, name: value }

  const ulaw = Buffer.from(value, 'base64')
  if (ulaw.toString('base64') !== value) return { problem: 'media.payload is not base64' }
  return { event, ulaw }
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    return asObject(JSON.parse(text))
  } catch {
    return undefined
  }
}

function asObject(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : undefined
}

function differentKeys(object: Record<string, unknown>, wanted: readonly string[]): string | undefined {
  const missing = wanted.filter((key) => !Object.hasOwn(object, key))
  const extra = Object.keys(object).filter((key) => !wanted.includes(key))
  if (missing.length) return `missing field ${missing.join(', ')}`
  return extra.length ? `extra field ${extra.join(', ')}` : undefined
}
