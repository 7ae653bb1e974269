/** The words of Twilio's Media Streams WebSocket, JSON text on one side and typed values on the other. https://www.twilio.com/docs/voice/media-streams/websocket-messages */
import { isSid } from './sid.ts'

/** The first message of a stream that says anything: whose it is and what its sound is like. */
export type StreamStart = {
  event: 'start'
  streamSid: string
  accountSid: string
  callSid: string
  /** Twilio always sends mu-law, 8000 Hz, one channel; undefined when the message told nothing. */
  format: { encoding: string; sampleRate: number; channels: number } | undefined
  /** The `<Parameter>`s of the TwiML. */
  parameters: ReadonlyMap<string, string>
}

/** What Twilio says on a stream. */
export type MediaMessage =
  | { event: 'connected' }
  | StreamStart
  /** The person's sound in mu-law, 8000 bytes a second. `atMs`: since stream start, when the message told. */
  | { event: 'media'; streamSid: string; mulaw: Uint8Array; atMs: number | undefined }
  | { event: 'mark'; streamSid: string; name: string }
  | { event: 'dtmf'; streamSid: string; digit: string }
  | { event: 'stop'; streamSid: string }

/** Reads one text frame. Undefined for what is not JSON, lacks a field that we need, or is an event that we do not know. Never throws. */
export function readMediaMessage(text: string): MediaMessage | undefined {
  const message = parseObject(text)
  if (!message) return undefined
  if (message.event === 'connected') return { event: 'connected' }
  const { streamSid } = message
  if (!isSid('MZ', streamSid)) return undefined
  switch (message.event) {
    case 'media':
      return readMedia(streamSid, message.media)
    case 'mark':
      return readMark(streamSid, message.mark)
    case 'dtmf':
      return readDtmf(streamSid, message.dtmf)
    case 'start':
      return readStart(streamSid, message.start)
    case 'stop':
      return { event: 'stop', streamSid }
    default:
      return undefined
  }
}

/** Sound for the phone: base64 of raw mu-law without a header. A template, for it runs 50 times a second; a stream SID and base64 need no escaping. */
export function mediaJson(streamSid: string, payload: string): string {
  return `{"event":"media","streamSid":"${streamSid}","media":{"payload":"${payload}"}}`
}

/** Asks for an echo of `name` when playback gets here. */
export function markJson(streamSid: string, name: string): string {
  return `{"event":"mark","streamSid":"${streamSid}","mark":{"name":${JSON.stringify(name)}}}`
}

/** Empties the playback buffer; marks still waiting in it come back at once. */
export function clearJson(streamSid: string): string {
  return `{"event":"clear","streamSid":"${streamSid}"}`
}

type Fields = Readonly<Record<string, unknown>>

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function parseObject(text: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isFields(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** A stream that is connected both ways only ever carries the `inbound` track; sound of another track would be our own. */
function readMedia(streamSid: string, media: unknown): MediaMessage | undefined {
  if (!isFields(media) || typeof media.payload !== 'string') return undefined
  if (media.track !== undefined && media.track !== 'inbound') return undefined
  const atMs = toNumber(media.timestamp)
  return {
    event: 'media',
    streamSid,
    mulaw: Buffer.from(media.payload, 'base64'),
    atMs: Number.isFinite(atMs) && atMs >= 0 ? atMs : undefined,
  }
}

function readMark(streamSid: string, mark: unknown): MediaMessage | undefined {
  if (!isFields(mark) || typeof mark.name !== 'string') return undefined
  return { event: 'mark', streamSid, name: mark.name }
}

function readDtmf(streamSid: string, dtmf: unknown): MediaMessage | undefined {
  if (!isFields(dtmf) || typeof dtmf.digit !== 'string' || !/^[0-9*#A-D]$/.test(dtmf.digit)) return undefined
  return { event: 'dtmf', streamSid, digit: dtmf.digit }
}

function readStart(streamSid: string, start: unknown): MediaMessage | undefined {
  if (!isFields(start) || typeof start.accountSid !== 'string' || !isSid('CA', start.callSid))
    return undefined
  return {
    event: 'start',
    streamSid,
    accountSid: start.accountSid,
    callSid: start.callSid,
    format: readFormat(start.mediaFormat),
    parameters: readParameters(start.customParameters),
  }
}

function readFormat(format: unknown): StreamStart['format'] {
  if (!isFields(format)) return undefined
  return {
    encoding: typeof format.encoding === 'string' ? format.encoding : '',
    sampleRate: toNumber(format.sampleRate),
    channels: toNumber(format.channels),
  }
}

/** Twilio writes some numbers as text. Of anything else NaN, never by the value's own `toString`, which may be no function. */
function toNumber(value: unknown): number {
  return typeof value === 'number' || typeof value === 'string' ? Number(value) : Number.NaN
}

function readParameters(parameters: unknown): ReadonlyMap<string, string> {
  if (!isFields(parameters)) return new Map()
  return new Map(
    Object.entries(parameters).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  )
}
