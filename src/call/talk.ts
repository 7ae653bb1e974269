/** From the first sound to the end of the conversation: everything that can end it is a promise of its own, and one race joins them. */
import type { Clock } from '../flow/clock.ts'
import type { Bridge } from './bridge.ts'
import type { Detection } from './carrier.ts'
import { type End, endByStatus } from './end-reason.ts'
import { CallError } from './error.ts'
import type { Line } from './line.ts'
import type { Phone } from './phone.ts'
import { stopped } from './stop.ts'

/** The carrier's word that the call is over and the end of its stream belong together; either may come this much later. */
const BELONGS_TOGETHER_MS = 1000

/** Lives through the conversation. Nothing rejects. A lost tunnel alone ends nothing: the media connection may outlive it. */
export async function talk(
  on: {
    phone: Phone
    detected: Promise<Detection>
    line: Line
    bridge: Bridge
    clock: Clock
    maxDurationMs: number
  },
  signal: AbortSignal,
): Promise<End> {
  const { phone, line, bridge, clock } = on
  const done = new AbortController()
  const late = () => clock.sleep(BELONGS_TOGETHER_MS, done.signal)
  const gone = bridge.attach(phone, on.detected)

  const phoneGone = async (): Promise<End> => {
    // A broken stream lets the call fall through to the hang-up behind it, so the carrier's word would only hide what happened.
    if ((await gone) === 'dropped') return mediaLost()
    return Promise.race([line.final.then(endByStatus), late().then((): End => 'person-hung-up')])
  }
  const over = async (): Promise<End> => {
    const status = await line.final
    const how = await Promise.race([gone, late().then(() => 'stopped' as const)])
    return how === 'dropped' ? mediaLost() : endByStatus(status)
  }
  /** A person who is being put through to somebody is not to be cut off by what happens to the agent. */
  const atHome = async (end: Promise<End>): Promise<End> => {
    const reason = await end
    await phone.atHome
    return reason
  }
  try {
    return await Promise.race([
      phoneGone(),
      over(),
      stopped(signal),
      atHome(bridge.modelLost),
      bridge.concluded,
      atHome(clock.sleep(on.maxDurationMs, done.signal).then((): End => 'time-limit')),
    ])
  } finally {
    done.abort()
  }
}

function mediaLost(): CallError {
  return new CallError('media-lost', 'the audio connection to the phone broke during the call', {
    hint: 'The call was hung up. Look at the network of this machine, and at the tunnel if there is one.',
  })
}
