/** From the first sound to the end of the conversation: everything that can end it is a promise of its own, and one race joins them. */
import type { Clock } from '../flow/clock.ts'
import type { Bridge } from './bridge.ts'
import type { NormalEnd } from './end-reason.ts'
import { CallError } from './error.ts'
import type { Line } from './line.ts'
import type { PhoneLeg } from './ports.ts'
import type { CallStatus } from './status.ts'
import { stopped } from './stop.ts'

/** How a call ended: in the normal course of things, or by a failure. */
export type End = NormalEnd | CallError

/** After the media stream is gone: how long the carrier gets to say that the call is over. */
const OVER_PATIENCE_MS = { stopped: 1000, dropped: 3000 } as const

/** Lives through the conversation. Nothing rejects. A lost tunnel alone ends nothing: the media connection may outlive it. */
export async function talk(
  on: { phone: PhoneLeg; line: Line; bridge: Bridge; clock: Clock; maxDurationMs: number },
  signal: AbortSignal,
): Promise<End> {
  const { phone, line, bridge, clock } = on
  const done = new AbortController()
  const over = line.final.then(endByStatus)
  const phoneGone = async (): Promise<End> => {
    const how = await bridge.attach(phone)
    const patience = clock.sleep(OVER_PATIENCE_MS[how], done.signal)
    return Promise.race([over, patience.then(() => (how === 'stopped' ? 'person-hung-up' : mediaLost()))])
  }
  try {
    return await Promise.race([
      over,
      phoneGone(),
      stopped(signal),
      bridge.modelLost,
      bridge.farewell.then((): End => 'agent-hung-up'),
      clock.sleep(on.maxDurationMs, done.signal).then((): End => 'time-limit'),
    ])
  } finally {
    done.abort()
  }
}

/** The carrier's last word as an ending: a completed call that we did not end was ended by the person. */
export function endByStatus(status: CallStatus): NormalEnd {
  switch (status) {
    case 'busy':
    case 'no-answer':
    case 'failed':
    case 'canceled':
      return status
    default:
      return 'person-hung-up'
  }
}

function mediaLost(): CallError {
  return new CallError('media-lost', 'the audio connection to the phone broke during the call', {
    hint: 'The call was hung up. Look at the network of this machine, and at the tunnel if there is one.',
  })
}
