/** What pressing keys and transferring have in common: the call leaves its media stream, and another one is waited for. */
import { CallError } from '../call/error.ts'
import type { Clock } from '../flow/clock.ts'
import type { CallStreams } from './call-streams.ts'
import type { MediaLeg } from './live-leg.ts'
import type { TwilioRest } from './rest.ts'
import type { StatusWatch } from './status-watch.ts'
import type { StreamDoor } from './stream-door.ts'

/** What a move works with. */
export type MoveParts = {
  callSid: string
  rest: TwilioRest
  streams: CallStreams
  watch: StatusWatch
  clock: Clock
  /** Aborts when the call is over or given up: nothing is waited for any more, and nothing comes of the move. */
  ended: AbortSignal
}

/** For a move of which nothing comes, because its call is over. */
export function never(): Promise<never> {
  return new Promise(() => {})
}

/** The result of `work`, or undefined when there is none within `ms` of the call's clock. Pending when the call ends meanwhile. */
export async function within<T>(
  ms: number,
  work: Promise<T>,
  { clock, ended }: Pick<MoveParts, 'clock' | 'ended'>,
): Promise<T | undefined> {
  const done = new AbortController()
  const late = clock
    .sleep(ms, AbortSignal.any([done.signal, ended]))
    .then(() => (ended.aborted ? never() : undefined))
  try {
    return await Promise.race([work, late])
  } finally {
    done.abort()
  }
}

/** Gives up: no stream has come through `door`, and the one of `leg` is left. */
export function mediaLost(leg: MediaLeg, door: StreamDoor, { watch }: MoveParts): CallError {
  door.close()
  leg.stay()
  void leg.close()
  watch.streamEnded()
  return new CallError('media-lost', 'the audio connection to the phone did not come back', {
    hint: 'Look at the network of this machine, and at the tunnel if there is one.',
  })
}
