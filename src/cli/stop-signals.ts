/** Ctrl-C, SIGTERM and SIGHUP: the first asks the call to hang up, the second leaves as soon as that request has had its chance. */
import type { StopReason } from '../call/end-reason.ts'

const REASONS = { SIGINT: 'sigint', SIGTERM: 'sigterm', SIGHUP: 'sighup' } as const satisfies Record<
  string,
  StopReason
>

/** How long the request that hangs up may take to leave before an impatient user is let go. */
const GRACE_MS = 1000

/** One Ctrl-C under npx arrives twice: from the terminal, and passed on by npm. */
const SAME_PRESS_MS = 100

/** Where signals come from. */
type SignalSource = Pick<NodeJS.EventEmitter, 'on'>

/** Listens from now on until the process ends; `abort` is called once, then `leave` once when a second signal insists. */
export function listenForStop(on: {
  source: SignalSource
  abort: (reason: StopReason) => void
  leave: (reason: StopReason) => void
}): void {
  let askedAtMs: number | undefined
  let leaving = false

  const stop = (reason: StopReason) => {
    const nowMs = performance.now()
    if (askedAtMs === undefined) {
      askedAtMs = nowMs
      on.abort(reason)
    } else if (!leaving && nowMs - askedAtMs > SAME_PRESS_MS) {
      leaving = true
      setTimeout(() => on.leave(reason), Math.max(0, askedAtMs + GRACE_MS - nowMs))
    }
  }
  for (const [signal, reason] of Object.entries(REASONS)) on.source.on(signal, () => stop(reason))
}
