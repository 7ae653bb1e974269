/** One Media Streams socket until it is a leg: waits for a `start` that is truly ours. */
import type { DoorSocket, DoorSocketSink } from '../call/public-address.ts'
import { createLiveLeg, type LiveLeg, type MediaLeg, SAMPLE_RATE } from './live-leg.ts'
import { readMediaMessage, type StreamStart } from './media-messages.ts'

/** Twilio sends `start` right after the upgrade; whoever is silent for longer is not Twilio. */
const START_WITHIN_MS = 5000

const CLOSE_BINARY = 1003
const CLOSE_POLICY = 1008

/** What makes a stream ours, and whom to tell. */
export type MediaLegOwner = {
  /** True when this `start` belongs to our call. Asked once. */
  belongs(start: StreamStart): boolean
  /** The stream has started. */
  started(leg: MediaLeg): void
  /** The stream that had started is over, in whatever way. */
  ended(leg: MediaLeg): void
  /** It will not start: it has been refused, or has gone before. May be told more than once. */
  failed?(): void
}

/**
 * Takes over a socket at the media door. Closes it with 1008 when no `start` of ours comes within 5 s; whatever cannot be read is passed
 * over, since a live call outweighs a strange message.
 */
export function acceptMediaLeg(socket: DoorSocket, owner: MediaLegOwner): DoorSocketSink {
  let live: LiveLeg | undefined
  let decided = false
  const refuse = (code: number) => {
    clearTimeout(startTimer)
    decided = true
    owner.failed?.()
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
      if (live) live.socketClosed(code)
      else owner.failed?.()
    },
  }
}

function isTelephoneSound({ format }: StreamStart): boolean {
  if (!format) return true
  return format.encoding === 'audio/x-mulaw' && format.sampleRate === SAMPLE_RATE && format.channels === 1
}
