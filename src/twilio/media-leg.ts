/** One Media Streams socket as a PhoneLeg: waits for a `start` that is truly ours, then speaks PCM16 to the house and mu-law to Twilio. */
import { decodeMulaw, encodeMulaw } from '../audio/mulaw.ts'
import type { PhoneEvent, PhoneLeg } from '../call/carrier.ts'
import type { DoorSocket, DoorSocketSink } from '../call/public-address.ts'
import { createQueue } from '../flow/queue.ts'
import {
  clearJson,
  type MediaMessage,
  markJson,
  mediaJson,
  readMediaMessage,
  type StreamStart,
} from './media-messages.ts'

/** Media Streams is mu-law at 8 kHz, one channel, in both directions: nothing else is on offer. */
const SAMPLE_RATE = 8000

/** Twilio sends `start` right after the upgrade; whoever is silent for longer is not Twilio. */
const START_WITHIN_MS = 5000

/** Sound nobody has fetched for 10 s is no conversation any more: drop it rather than grow. */
const MAX_WAITING_EVENTS = 500

/** 20 ms and 100 ms of mu-law. A model takes sound in small pieces only; of a longer one it would hear everything at once. */
const FRAME_BYTES = 160
const LONGEST_PIECE_BYTES = 800

const CLOSE_NORMAL = 1000
const CLOSE_BINARY = 1003
const CLOSE_POLICY = 1008
/** Codes of a peer that took its leave: done, going away, or a close frame without a code. */
const IN_GOOD_ORDER: ReadonlySet<number> = new Set([CLOSE_NORMAL, 1001, 1005])

/** What makes a stream ours, and whom to tell. */
export type MediaLegOwner = {
  /** True when this `start` belongs to our call. Asked once. */
  belongs(start: StreamStart): boolean
  /** The stream has started. */
  started(leg: PhoneLeg): void
  /** The stream that had started is over, in whatever way. */
  ended(): void
}

/**
 * Takes over a socket at the media door. Closes it with 1008 when no `start` of ours comes within 5 s; whatever cannot be read is passed
 * over, since a live call outweighs a strange message.
 */
export function acceptMediaLeg(socket: DoorSocket, owner: MediaLegOwner): DoorSocketSink {
  let live: LiveLeg | undefined
  let decided = false
  const refuse = (code: number) => {
    decided = true
    void socket.close(code)
  }
  const startTimer = setTimeout(() => refuse(CLOSE_POLICY), START_WITHIN_MS)
  const start = (message: StreamStart) => {
    clearTimeout(startTimer)
    decided = true
    if (!isTelephoneSound(message) || !owner.belongs(message)) return refuse(CLOSE_POLICY)
    live = createLiveLeg(socket, message.streamSid, owner.ended)
    owner.started(live.leg)
  }
  return {
    text(frame) {
      const message = readMediaMessage(frame)
      if (!message) return
      if (live) live.hear(message)
      else if (message.event === 'start' && !decided) start(message)
    },
    binary() {
      if (!live) refuse(CLOSE_BINARY)
    },
    closed(code) {
      clearTimeout(startTimer)
      live?.end(IN_GOOD_ORDER.has(code) ? 'stopped' : 'dropped')
    },
  }
}

function isTelephoneSound({ format }: StreamStart): boolean {
  if (!format) return true
  return format.encoding === 'audio/x-mulaw' && format.sampleRate === SAMPLE_RATE && format.channels === 1
}

/** How long so many bytes of mu-law sound. */
function durationMs(bytes: number): number {
  return (bytes * 1000) / SAMPLE_RATE
}

type LiveLeg = {
  leg: PhoneLeg
  hear(message: MediaMessage): void
  end(how: 'stopped' | 'dropped'): void
}

function createLiveLeg(socket: DoorSocket, streamSid: string, ended: () => void): LiveLeg {
  const events = createQueue<PhoneEvent>()
  let open = true
  let heardBytes = 0

  const end = (how: 'stopped' | 'dropped') => {
    if (!open) return
    open = false
    events.push({ type: 'closed', how })
    events.end()
    ended()
  }
  const pushSound = (mulaw: Uint8Array, atMs: number) => {
    if (mulaw.length === 0 || events.size >= MAX_WAITING_EVENTS) return
    events.push({ type: 'audio', pcm: decodeMulaw(mulaw), atMs })
  }
  const hearSound = (mulaw: Uint8Array, toldAtMs: number | undefined) => {
    const atMs = toldAtMs ?? durationMs(heardBytes)
    heardBytes += mulaw.length
    if (mulaw.length <= LONGEST_PIECE_BYTES) return pushSound(mulaw, atMs)
    for (let from = 0; from < mulaw.length; from += FRAME_BYTES)
      pushSound(mulaw.subarray(from, from + FRAME_BYTES), atMs + durationMs(from))
  }
  const hear = (message: MediaMessage) => {
    if (message.event === 'connected' || message.event === 'start' || message.streamSid !== streamSid) return
    switch (message.event) {
      case 'media':
        hearSound(message.mulaw, message.atMs)
        break
      case 'mark':
        events.push({ type: 'mark', name: message.name })
        break
      case 'dtmf':
        events.push({ type: 'digit', digit: message.digit })
        break
      case 'stop':
        end('stopped')
        void socket.close(CLOSE_NORMAL)
        break
      default:
        message satisfies never
    }
  }
  const send = (text: string) => {
    if (open) socket.send(text)
  }
  const leg: PhoneLeg = {
    streamId: streamSid,
    sampleRate: SAMPLE_RATE,
    events,
    get bufferedBytes() {
      return socket.bufferedBytes
    },
    play(pcm) {
      if (!open || pcm.length === 0) return
      const { buffer, byteOffset, byteLength } = encodeMulaw(pcm)
      socket.send(mediaJson(streamSid, Buffer.from(buffer, byteOffset, byteLength).toString('base64')))
    },
    mark: (name) => send(markJson(streamSid, name)),
    clear: () => send(clearJson(streamSid)),
    close() {
      end('stopped')
      return socket.close(CLOSE_NORMAL)
    },
  }
  return { leg, hear, end }
}
