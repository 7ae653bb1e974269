/** The two doors of one transfer: at `/{token}/transfer` Twilio asks what comes after it, at `/{token}/transfer/status` it tells that somebody has answered. */
import { createLater } from '../flow/later.ts'
import { type DoorKeys, isOurCall, openSignedDoor } from './signed-door.ts'
import { newToken, type StreamDoor } from './stream-door.ts'
import { type DialEnd, readChildStatus, readDialEnd } from './transfer-webhooks.ts'
import { connectStreamTwiml, HANGUP_TWIML } from './twiml.ts'

/** What became of the attempt. `door`: for the stream on which the person comes back. */
export type TransferNews =
  | { type: 'connected' }
  | { type: 'failed'; why: Exclude<DialEnd['outcome'], 'connected'>; door: StreamDoor }

/** The open doors. */
export type TransferDoors = {
  actionUrl: string
  statusUrl: string
  /** Pending while it is not known; never rejects. */
  readonly news: Promise<TransferNews>
  close(): void
}

/**
 * Opens both doors, with a token of their own: what comes late from an earlier transfer is no news of this one. `openStream` gives the
 * door for a person who comes back, or undefined when nobody wants them back. Every repetition of a request gets the same answer.
 */
export function openTransferDoors(keys: DoorKeys, openStream: () => StreamDoor | undefined): TransferDoors {
  const token = newToken()
  const news = createLater<TransferNews>()
  let isConnected = false
  let answer: string | undefined

  const connected = () => {
    isConnected = true
    news.resolve({ type: 'connected' })
  }
  const answerTo = ({ outcome }: DialEnd): string => {
    if (outcome === 'connected') connected()
    if (isConnected || outcome === 'connected') return HANGUP_TWIML
    const door = openStream()
    if (!door) return HANGUP_TWIML
    news.resolve({ type: 'failed', why: outcome, door })
    return connectStreamTwiml(door)
  }
  const action = openSignedDoor(
    keys,
    `/${token}/transfer`,
    (form) => {
      const end = readDialEnd(form)
      return end !== undefined && isOurCall(keys, end.accountSid, end.callSid)
    },
    (form) => {
      const end = readDialEnd(form)
      if (end) answer ??= answerTo(end)
      return answer
    },
  )
  const status = openSignedDoor(
    keys,
    `/${token}/transfer/status`,
    (form) => {
      const child = readChildStatus(form)
      return child !== undefined && isOurCall(keys, child.accountSid, child.parentCallSid)
    },
    (form) => {
      if (readChildStatus(form)?.isAnswered) connected()
      return undefined
    },
  )
  return {
    actionUrl: action.url,
    statusUrl: status.url,
    news: news.promise,
    close() {
      action.close()
      status.close()
    },
  }
}
