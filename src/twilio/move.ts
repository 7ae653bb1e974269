/** What pressing keys and transferring have in common: the call leaves its media stream, and another one is waited for. */
import { CallError } from '../call/error.ts'
import type { Clock } from '../flow/clock.ts'
import type { CallStreams } from './call-streams.ts'
import type { MediaLeg } from './live-leg.ts'
import type { Redirected } from './redirect.ts'
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

/** In ms of the call's clock: Twilio stops the old stream within a second or two of leading the call away from it. */
const SIGN_WITHIN_MS = 3000

/**
 * Resolves when the call is being led away from the stream of `leg`: `agreed`, says Twilio's answer, or `news` that is quicker and proves it;
 * or `acted`, when Twilio gave no clear answer, but has done it. When it has not, the stream stays in use and `door` is shut. Pending
 * when the call is over.
 * @throws CallError of the refusal, or of the answer that is missing
 */
export async function ledAway(
  redirected: Promise<Redirected>,
  { leg, door, news }: { leg: MediaLeg; door: { close(): void }; news: Promise<unknown> },
  parts: MoveParts,
): Promise<'agreed' | 'acted'> {
  const answer = await Promise.race([redirected, news.then(() => ({ type: 'agreed' as const }))])
  switch (answer.type) {
    case 'agreed':
      return 'agreed'
    case 'over':
      leg.stay()
      parts.watch.streamEnded()
      return never()
    case 'unknown':
      if (await hasActed(leg, news, parts)) return 'acted'
      break
    case 'refused':
      break
    default:
      answer satisfies never
  }
  door.close()
  leg.stay()
  throw answer.error
}

/**
 * Whether Twilio has done what it gave no clear answer to: the stream of `leg` ends first, before any key is pressed or phone rung, unless
 * `news` is quicker. Meanwhile nothing that is said reaches the person, so that no more time than this is given to it.
 *
 * Twilio may still act after that. The stream of `leg` then ends with `stopped` and with it the conversation, which hangs up: nobody is
 * left on a silent line. There is no door open for what Twilio would have gone on to, since no one waits for it: the agent has been told
 * that nothing came of it, and may have asked for something else.
 */
async function hasActed(leg: MediaLeg, news: Promise<unknown>, parts: MoveParts): Promise<boolean> {
  const sign = Promise.race([news, leg.gone]).then(() => true)
  return (await within(SIGN_WITHIN_MS, sign, parts)) ?? false
}

/** The leg of the stream that comes through `door` within `ms`; undefined when none does, at once when it fails there. */
export async function backWithin(
  ms: number,
  { started, failed }: StreamDoor,
  parts: MoveParts,
): Promise<MediaLeg | undefined> {
  return await within(ms, Promise.race([started, failed.then(() => undefined)]), parts)
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
