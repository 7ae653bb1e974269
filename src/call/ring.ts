/** From the placed call to the standing media connection, or to the reason why there is none. */
import type { Clock } from '../flow/clock.ts'
import type { Bridge } from './bridge.ts'
import type { OutboundCall, PhoneLeg } from './carrier.ts'
import { pressingMs } from './digits.ts'
import { type End, endByStatus } from './end-reason.ts'
import { CallError } from './error.ts'
import type { Line } from './line.ts'
import type { Ingress } from './public-address.ts'
import { stopped } from './stop.ts'

/** The carrier ends the ringing itself, some seconds late at times; when it does not, we give up after this much more. */
const RING_MARGIN_MS = 15_000
/** From the answer until the media stream must stand. */
const MEDIA_PATIENCE_MS = 8000

/** Waits for the callee. Nothing rejects; hanging up is the caller's part. */
export async function ring(
  on: {
    call: OutboundCall
    line: Line
    bridge: Bridge
    ingress: Ingress
    clock: Clock
    ringTimeoutMs: number
    /** Keys that are pressed before the media connects. */
    digits: string | undefined
  },
  signal: AbortSignal,
): Promise<{ leg: PhoneLeg } | { end: End }> {
  const { call, line, bridge, ingress, clock } = on
  const done = new AbortController()
  const patience = async (): Promise<End> => {
    const answered = line.answered.then(() => true)
    const rungOut = clock.sleep(on.ringTimeoutMs + RING_MARGIN_MS, done.signal).then(() => false)
    if (!(await Promise.race([answered, rungOut]))) return 'no-answer'
    await clock.sleep(MEDIA_PATIENCE_MS + pressingMs(on.digits ?? ''), done.signal)
    return mediaNeverConnected()
  }
  // A stream that cannot be opened lets the call fall through to the hang-up behind it: that is no conversation.
  const over = line.final.then(
    (status): End => (status === 'completed' ? mediaNeverConnected() : endByStatus(status)),
  )
  const end = (reason: End) => ({ end: reason })
  try {
    return await Promise.race([
      call.media.then((leg) => ({ leg })),
      stopped(signal).then(end),
      over.then(end),
      bridge.modelLost.then(end),
      ingress.lost.then(end),
      patience().then(end),
    ])
  } finally {
    done.abort()
  }
}

function mediaNeverConnected(): CallError {
  return new CallError(
    'media-never-connected',
    'the call was answered, but its audio never reached this machine',
    {
      hint: 'Check that the public address is reachable from the internet (wss on port 443). Twilio names the cause in its console, under Monitor > Logs > Errors.',
    },
  )
}
