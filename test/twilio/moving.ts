/** A call in the middle of a conversation that is led away from its media stream, with Twilio's side of it in the test's hands. */
import type { WebSocket } from 'ws'
import type { DialRequest, OutboundCall, PhoneEvent, PhoneLeg } from '../../src/call/carrier.ts'
import { createLater } from '../../src/flow/later.ts'
import { callResource, type Reply } from './fake-rest.ts'
import { NEXT_STREAM_SID, REQUEST, STREAM_SID, type Stage, startMessage, streamIn } from './stage.ts'

export const IN_PROGRESS: Reply = { status: 200, body: callResource({ status: 'in-progress' }) }

/** The first stream of a call, and what becomes of it. */
export type Talk = {
  call: OutboundCall
  leg: PhoneLeg
  socket: WebSocket
  /** What the leg has told so far. */
  events: PhoneEvent[]
  /** The code with which our side has closed the first stream, once it has. */
  closeCode(): number | undefined
}

/** Dials and connects the first stream. */
export async function talk(stage: Stage, request: DialRequest = REQUEST): Promise<Talk> {
  stage.rest.on('fetch', () => IN_PROGRESS)
  const call = await stage.dial(undefined, request)
  const socket = await stage.openStream()
  let closeCode: number | undefined
  socket.once('close', (code) => {
    closeCode = code
  })
  socket.send(startMessage(stage.told().token))
  const leg = await call.media
  const events: PhoneEvent[] = []
  const read = async () => {
    for await (const event of leg.events) events.push(event)
  }
  void read()
  return { call, leg, socket, events, closeCode: () => closeCode }
}

/** Twilio's `stop` on the first stream. */
export function stop(socket: WebSocket): void {
  socket.send(JSON.stringify({ event: 'stop', sequenceNumber: '9', streamSid: STREAM_SID, stop: {} }))
}

/** The form of the next redirection, which is answered with `reply`. */
export function nextRedirect(stage: Stage, reply: Reply | (() => Promise<Reply>) = IN_PROGRESS) {
  const form = createLater<URLSearchParams>()
  stage.rest.on('update', (seen) => {
    form.resolve(seen.form)
    return typeof reply === 'function' ? reply() : reply
  })
  return form.promise
}

/** Opens the stream that a TwiML document asks for, and starts it. */
export async function startNext(stage: Stage, twiml: string): Promise<WebSocket> {
  const { streamUrl, token } = streamIn(twiml)
  const socket = await stage.openStream(undefined, streamUrl)
  socket.send(startMessage(token, { streamSid: NEXT_STREAM_SID }))
  return socket
}

/** What a promise has come to so far. */
export async function stateOf(promise: Promise<unknown>): Promise<'pending' | 'resolved' | 'rejected'> {
  const pending = new Promise<'pending'>((resolve) => setTimeout(resolve, 0, 'pending'))
  return Promise.race([
    promise.then(
      () => 'resolved' as const,
      () => 'rejected' as const,
    ),
    pending,
  ])
}

/** Real time goes by. */
export function pass(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
