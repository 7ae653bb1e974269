/** The door of one media stream: `/{token}`, used once. */
import { randomBytes } from 'node:crypto'
import { createLater } from '../flow/later.ts'
import type { MediaLeg } from './live-leg.ts'
import { acceptMediaLeg } from './media-leg.ts'
import type { StreamStart } from './media-messages.ts'
import { type DoorKeys, isOurCall } from './signed-door.ts'
import type { StreamTarget } from './twiml.ts'

/** An open door, and the stream that comes through it. */
export type StreamDoor = StreamTarget & {
  /** Resolves at the stream's `start`. Pending when none comes; never rejects. */
  readonly started: Promise<MediaLeg>
  /**
   * Resolves when a stream has come that was refused, or went away before its `start`: Twilio tries once, so there will be none. Pending
   * otherwise; never rejects.
   */
  readonly failed: Promise<void>
  /** Lets no stream in any more, nor one begin that has not yet; one that has begun goes on. */
  close(): void
}

/** Whom to tell of the stream, before anybody who waits for `started`. */
export type StreamOwner = { started(leg: MediaLeg): void; ended(leg: MediaLeg): void }

/** 256 bits that nobody can guess: what they open dies with the call, and a captured request can be replayed to nobody. */
export function newToken(): string {
  return randomBytes(32).toString('hex')
}

/** Opens a door with a token of its own. To be called before Twilio is told of it, which may be quicker at the door than with its answer. */
export function openStreamDoor(keys: DoorKeys, owner: StreamOwner): StreamDoor {
  const { doors, isSigned, ledger } = keys
  const token = newToken()
  const streamUrl = `${doors.publicUrl}/${token}`
  const started = createLater<MediaLeg>()
  const failed = createLater<void>()
  let isTaken = false
  let isClosed = false

  const belongs = ({ accountSid, callSid, parameters }: StreamStart) => {
    const told = parameters.get('token')
    if (isClosed || (told !== undefined && told !== token)) return false
    return isOurCall(keys, accountSid, callSid) && ledger.learn(callSid)
  }
  const close = doors.onSocket(
    `/${token}`,
    ({ headers, form }) => {
      if (isTaken || ledger.isOver) return false
      if (!isSigned(streamUrl, headers['x-twilio-signature'], form)) {
        // Only whom Twilio has told of it knows this path, so that is Twilio itself, with the key of an account that has got another.
        failed.resolve()
        return false
      }
      isTaken = true
      return true
    },
    (socket) =>
      acceptMediaLeg(socket, {
        belongs,
        started(leg) {
          // A stream proves the answer, whether or not the callback that says so ever comes.
          ledger.note({ status: 'in-progress' })
          owner.started(leg)
          started.resolve(leg)
        },
        ended: owner.ended,
        failed: () => failed.resolve(),
      }),
  )
  return {
    token,
    streamUrl,
    started: started.promise,
    failed: failed.promise,
    close() {
      isClosed = true
      close()
    },
  }
}
