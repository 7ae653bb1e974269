/** A carrier on a stage: the fake REST API, the real listener with its doors, and the hands of Twilio that knock at them. */
import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { WebSocket } from 'ws'
import type { DialRequest, OutboundCall, PhoneEvent, PhoneLeg, StatusNews } from '../../src/call/carrier.ts'
import { createClock } from '../../src/flow/clock.ts'
import { createDoors } from '../../src/ingress/doors.ts'
import { openListener } from '../../src/ingress/listener.ts'
import { createTwilioCarrier } from '../../src/twilio/carrier.ts'
import { ACCOUNT_SID, AUTH_TOKEN, CALL_SID, openFakeRest } from './fake-rest.ts'

export const REQUEST: DialRequest = {
  to: '+14155550123',
  from: '+14155550100',
  ringTimeoutMs: 30_000,
  timeLimitMs: 315_000,
  digits: undefined,
  detectMachine: false,
}
export const STREAM_SID = 'MZ0123456789abcdef0123456789abcdef'
/** Of a second stream of the same call. */
export const NEXT_STREAM_SID = 'MZ1123456789abcdef0123456789abcdef'

export type Stage = Awaited<ReturnType<typeof openStage>>

/** `speed`: of the call's clock. Close it after the test. */
export async function openStage({ speed = 20 } = {}) {
  const rest = await openFakeRest()
  const listener = await openListener({ port: 0 })
  const doors = createDoors(listener.doors, `ws://127.0.0.1:${listener.port}/ws`)
  const carrier = createTwilioCarrier({
    accountSid: ACCOUNT_SID,
    authToken: AUTH_TOKEN,
    baseUrl: rest.baseUrl,
    clock: createClock(speed),
  })
  const calls: OutboundCall[] = []
  const sockets: WebSocket[] = []
  /** Where Twilio was told to knock, from the newest POST that places a call. */
  const told = () => {
    const form = rest.seen.findLast(({ route }) => route === 'create')?.form
    return { ...streamIn(form?.get('Twiml') ?? ''), statusUrl: form?.get('StatusCallback') ?? '' }
  }
  return {
    rest,
    doors,
    carrier,
    told,
    async dial(signal = new AbortController().signal, request = REQUEST) {
      const call = await carrier.dial(request, doors, signal)
      calls.push(call)
      return call
    },
    /** Sends a signed status callback; resolves with the HTTP status of our answer. */
    callback: (status: string, more: Record<string, string> = {}) =>
      postForm(told().statusUrl, statusForm(status, more)),
    /** Opens the media stream as Twilio does, signed, the first one unless told; resolves when it is open. */
    async openStream(headers?: Record<string, string>, streamUrl = told().streamUrl) {
      const socket = new WebSocket(streamUrl, {
        headers: headers ?? { 'x-twilio-signature': sign(streamUrl), 'user-agent': 'Twilio.TmeWs/1.0' },
      })
      sockets.push(socket)
      await once(socket, 'open')
      return socket
    },
    async close() {
      for (const socket of sockets) socket.terminate()
      for (const call of calls) await call.close()
      await listener.close()
      await rest.close()
    },
  }
}

/** The address and the token of the stream in a TwiML document. */
export function streamIn(twiml: string): { streamUrl: string; token: string } {
  const streamUrl = /<Stream url="([^"]+)">/.exec(twiml)?.[1] ?? ''
  const token = /name="token" value="([^"]+)"/.exec(twiml)?.[1] ?? ''
  return { streamUrl, token }
}

/** The form of a status callback. */
export function statusForm(status: string, more: Record<string, string> = {}): Record<string, string> {
  return {
    CallSid: CALL_SID,
    AccountSid: ACCOUNT_SID,
    CallStatus: status,
    To: REQUEST.to,
    From: REQUEST.from,
    Direction: 'outbound-api',
    CallbackSource: 'call-progress-events',
    SequenceNumber: '0',
    ...more,
  }
}

/** Twilio's signature, by the recipe of its documentation and not by its SDK. */
export function sign(url: string, form: Record<string, string> = {}, token = AUTH_TOKEN): string {
  const fields = Object.keys(form)
    .sort()
    .map((name) => `${name}${form[name]}`)
  return createHmac('sha1', token)
    .update(`${url}${fields.join('')}`)
    .digest('base64')
}

/** POSTs a form, signed unless told otherwise; resolves with the HTTP status. */
export async function postForm(
  url: string,
  form: Record<string, string>,
  signature: string | undefined = sign(url, form),
): Promise<number> {
  return (await post(url, form, signature)).status
}

/** POSTs a signed form; resolves with the whole answer. */
export function post(
  url: string,
  form: Record<string, string>,
  signature: string | undefined = sign(url, form),
): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    body: new URLSearchParams(form),
    headers: signature ? { 'x-twilio-signature': signature } : {},
  })
}

/** The `start` message of our call, with changes to its inner part. */
export function startMessage(token: string, changes: Record<string, unknown> = {}): string {
  const start = {
    accountSid: ACCOUNT_SID,
    streamSid: STREAM_SID,
    callSid: CALL_SID,
    tracks: ['inbound'],
    mediaFormat: { encoding: 'audio/x-mulaw', sampleRate: 8000, channels: 1 },
    customParameters: { token },
    ...changes,
  }
  return JSON.stringify({ event: 'start', sequenceNumber: '1', start, streamSid: start.streamSid })
}

/** Reads statuses until the sequence ends. */
export async function allOf(statuses: AsyncIterable<StatusNews>): Promise<StatusNews[]> {
  const all: StatusNews[] = []
  for await (const news of statuses) all.push(news)
  return all
}

/** A reader that takes one status at a time. */
export function reader<T>(items: AsyncIterable<T>): () => Promise<T | undefined> {
  const iterator = items[Symbol.asyncIterator]()
  return async () => {
    const { value, done } = await iterator.next()
    return done ? undefined : value
  }
}

/** Reads a leg until it is closed. */
export async function eventsOf(leg: PhoneLeg): Promise<PhoneEvent[]> {
  const events: PhoneEvent[] = []
  for await (const event of leg.events) events.push(event)
  return events
}
