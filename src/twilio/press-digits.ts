/** Presses keys on the line: Twilio sends no tones for a media stream, so the call leaves its stream, plays them, and connects a new one. */
import { pressingMs } from '../call/digits.ts'
import type { MediaLeg } from './live-leg.ts'
import { backWithin, ledAway, type MoveParts, mediaLost } from './move.ts'
import { redirect } from './redirect.ts'
import { connectStreamTwiml } from './twiml.ts'

/** How long the new stream may take once the keys are pressed, in ms of the call's clock. */
const BACK_WITHIN_MS = 10_000

/**
 * Resolves with the new leg at its `start`. A new stream proves that Twilio has done it, also when its answer is lost or still to come, and
 * even one that fails at the door.
 * @throws CallError as `OutboundCall.pressDigits` does
 */
export async function pressDigits(leg: MediaLeg, digits: string, parts: MoveParts): Promise<MediaLeg> {
  const { rest, callSid, streams } = parts
  const door = streams.openDoor()
  const came = Promise.race([door.started, door.failed])
  const redirected = redirect(rest, callSid, { twiml: connectStreamTwiml(door, digits) })
  const led = await ledAway(redirected, { leg, door, news: came }, parts)
  if (led === 'agreed') leg.agreed()
  const back = await backWithin(pressingMs(digits) + BACK_WITHIN_MS, door, parts)
  if (!back) throw mediaLost(leg, door, parts)
  return back
}
