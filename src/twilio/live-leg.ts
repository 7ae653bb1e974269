/** A media stream that has started, as a PhoneLeg: PCM16 for the house, mu-law for Twilio. It can be left for another stream. */
import { decodeMulaw, encodeMulaw } from '../audio/mulaw.ts'
import type { PhoneEvent, PhoneLeg } from '../call/carrier.ts'
import type { DoorSocket } from '../call/public-address.ts'
import { createLater } from '../flow/later.ts'
import { createQueue } from '../flow/queue.ts'
import { clearJson, type MediaMessage, markJson, mediaJson } from './media-messages.ts'

/** Media Streams is mu-law at 8 kHz, one channel, in both directions: nothing else is on offer. */
export const SAMPLE_RATE = 8000

/** Sound nobody has fetched for 10 s is no conversation any more: drop it rather than grow. */
const MAX_WAITING_EVENTS = 500

/** 20 ms and 100 ms of mu-law. A model takes sound in small pieces only; of a longer one it would hear everything at once. */
const FRAME_BYTES = 160
const LONGEST_PIECE_BYTES = 800

/** Twilio closes a stream that its call has left; one that it forgets is closed by us after this long, in real ms. */
const FORGOTTEN_AFTER_MS = 15_000

const CLOSE_NORMAL = 1000
/** Codes of a peer that took its leave: done, going away, or a close frame without a code. */
const IN_GOOD_ORDER: ReadonlySet<number> = new Set([CLOSE_NORMAL, 1001, 1005])

/**
 * A leg with what only this wing knows: Twilio may lead the call away from its stream. We never close the socket for that: Twilio could
 * take it for the end of `<Connect>`, go on to the `<Hangup/>` behind it, and be quicker with that than with the new TwiML.
 */
export type MediaLeg = PhoneLeg & {
  /** False once the connection is gone, also when that has not been told yet. */
  readonly isOpen: boolean
  /** Resolves when `isOpen` has become false; never rejects. */
  readonly gone: Promise<void>
  /** Between `depart()` and `stay()`, or for good: its end is no sign that the call is over. */
  readonly isDeparting: boolean
  /** Twilio is being asked to lead the call away. A connection that breaks now may mean that it does: nothing is told of it yet. */
  depart(): void
  /** It does not, so what broke is `dropped` after all. Without effect once `agreed()` or `left()`. */
  stay(): void
  /** It does, so the connection ends with `stopped` however it ends: by Twilio, or after 15 s by us. */
  agreed(): void
  /** It has: `closed` is told now at the latest. */
  left(): void
}

/** The leg and the two ways in which its socket feeds it. */
export type LiveLeg = {
  leg: MediaLeg
  hear(message: MediaMessage): void
  socketClosed(code: number): void
}

/** The leg of a stream whose `start` has come. `ended` is called once, when `closed` is told. */
export function createLiveLeg(
  socket: DoorSocket,
  streamSid: string,
  ended: (leg: MediaLeg) => void,
): LiveLeg {
  const events = createQueue<PhoneEvent>()
  const gone = createLater<void>()
  let isConnected = true
  let isTold = false
  let departure: 'none' | 'asked' | 'agreed' = 'none'
  let forgotten: NodeJS.Timeout | undefined
  let heardBytes = 0

  const end = (how: 'stopped' | 'dropped') => {
    if (isTold) return
    isTold = true
    gone.resolve()
    events.push({ type: 'closed', how })
    events.end()
    ended(leg)
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
        void leg.close()
        break
      default:
        message satisfies never
    }
  }
  const send = (text: string) => {
    if (leg.isOpen) socket.send(text)
  }
  const leg: MediaLeg = {
    streamId: streamSid,
    sampleRate: SAMPLE_RATE,
    events,
    get bufferedBytes() {
      return socket.bufferedBytes
    },
    play(pcm) {
      if (!leg.isOpen || pcm.length === 0) return
      const { buffer, byteOffset, byteLength } = encodeMulaw(pcm)
      socket.send(mediaJson(streamSid, Buffer.from(buffer, byteOffset, byteLength).toString('base64')))
    },
    mark: (name) => send(markJson(streamSid, name)),
    clear: () => send(clearJson(streamSid)),
    close() {
      end('stopped')
      return socket.close(CLOSE_NORMAL)
    },
    get isOpen() {
      return isConnected && !isTold
    },
    gone: gone.promise,
    get isDeparting() {
      return departure !== 'none'
    },
    depart() {
      departure = 'asked'
    },
    stay() {
      if (departure !== 'asked') return
      departure = 'none'
      if (!isConnected) end('dropped')
    },
    agreed() {
      departure = 'agreed'
      if (isConnected) forgotten ??= setTimeout(() => void leg.close(), FORGOTTEN_AFTER_MS)
      else end('stopped')
    },
    left() {
      leg.agreed()
      end('stopped')
    },
  }
  return {
    leg,
    hear,
    socketClosed(code) {
      isConnected = false
      gone.resolve()
      clearTimeout(forgotten)
      if (IN_GOOD_ORDER.has(code) || departure === 'agreed') end('stopped')
      else if (departure === 'none') end('dropped')
    },
  }
}

/** How long so many bytes of mu-law sound. */
function durationMs(bytes: number): number {
  return (bytes * 1000) / SAMPLE_RATE
}
