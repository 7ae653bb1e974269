/** Puts the person through to somebody else: the call leaves its stream for a `<Dial>`, and gets a new one if nobody is reached. */
import type { Transfer, TransferOrder } from '../call/carrier.ts'
import type { MediaLeg } from './live-leg.ts'
import { backWithin, ledAway, type MoveParts, mediaLost } from './move.ts'
import { redirect } from './redirect.ts'
import type { Redirection } from './rest.ts'
import { LONGEST_CALL_SECONDS, timeLimitSeconds } from './time-limit.ts'
import type { TransferDoors } from './transfer-doors.ts'
import { dialTwiml } from './twiml.ts'

/** In ms of the call's clock: for the stream of a person who comes back. */
const BACK_WITHIN_MS = 10_000

/** Twilio lets no phone ring for less or longer. */
const RING_SECONDS = { min: 5, max: 600 }

/** The call that is to be put through: its calling number, how long ago it was dialled, and what opens the doors of a transfer. */
export type TransferParts = MoveParts & {
  from: string
  sinceDialledMs(): number
  openTransfer(): TransferDoors
}

/**
 * Resolves when somebody has answered, or when the person is back because nobody has. While neither is known it waits: the two may have
 * been talking for long when the word of it is lost.
 * @throws CallError as `OutboundCall.transfer` does
 */
export async function transfer(leg: MediaLeg, order: TransferOrder, parts: TransferParts): Promise<Transfer> {
  const { rest, callSid } = parts
  const doors = parts.openTransfer()
  const redirected = redirect(rest, callSid, redirectionTo(order, doors, parts))
  await ledAway(redirected, { leg, door: doors, news: doors.news }, parts)
  leg.agreed()
  const news = await doors.news
  if (news.type === 'connected') {
    leg.left()
    return news
  }
  const back = await backWithin(BACK_WITHIN_MS, news.door, parts)
  if (!back) throw mediaLost(leg, news.door, parts)
  return { type: 'failed', why: news.why, leg: back }
}

/** The limit of the whole call has to make room for the new conversation. */
function redirectionTo(
  { to, ringTimeoutMs, timeLimitMs }: TransferOrder,
  { actionUrl, statusUrl }: TransferDoors,
  { from, sinceDialledMs }: TransferParts,
): Redirection {
  const ringSeconds = Math.min(Math.max(Math.ceil(ringTimeoutMs / 1000), RING_SECONDS.min), RING_SECONDS.max)
  const talkSeconds = timeLimitSeconds(timeLimitMs)
  const wholeSeconds = Math.ceil(sinceDialledMs() / 1000) + ringSeconds + talkSeconds
  return {
    twiml: dialTwiml({
      ...{ to, callerId: from, ringSeconds, timeLimitSeconds: talkSeconds },
      ...{ actionUrl, statusUrl },
    }),
    timeLimitSeconds: Math.min(wholeSeconds, LONGEST_CALL_SECONDS),
  }
}
