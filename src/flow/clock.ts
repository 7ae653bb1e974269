/** Time as a dependency: the real clock, and a faster one so that a long call can be lived through in seconds. */
import { createSteadyTimers, type TimeSource } from './steady-timers.ts'

/** Everything that waits or measures inside a conversation asks a Clock; deadlines on network input and output stay in real time. */
export type Clock = {
  /** Monotonic time in milliseconds; only differences mean anything. */
  nowMs(): number
  /** Wall-clock time, for stamps that people read, never for logic. */
  date(): Date
  /** Calls `fn` once after `ms`; the returned function cancels it and may be called at any time, any number of times. */
  after(ms: number, fn: () => void): () => void
  /** Resolves after `ms`, or as soon as `signal` aborts: look at `signal.aborted` afterwards. Never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

/**
 * A clock that runs `speed` times as fast as real time (1 = real time). A faster clock waits for a program that falls behind: time
 * inside a simulated call must not depend on how busy the machine is.
 * @throws RangeError when `speed` is not a positive number
 */
export function createClock(speed = 1): Clock {
  if (!(speed > 0)) throw new RangeError(`speed must be positive, not ${speed}`)
  const { nowMs, after } = speed === 1 ? realTime : createSteadyTimers(speed)
  const startedOn = Date.now() - nowMs()
  return {
    nowMs,
    after,
    date: () => new Date(startedOn + nowMs()),
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve()
        const wake = () => {
          cancel()
          signal?.removeEventListener('abort', wake)
          resolve()
        }
        const cancel = after(ms, wake)
        signal?.addEventListener('abort', wake, { once: true })
      }),
  }
}

const realTime: TimeSource = {
  nowMs: () => performance.now(),
  after(ms, fn) {
    const timer = setTimeout(fn, Math.max(0, ms))
    return () => clearTimeout(timer)
  },
}
