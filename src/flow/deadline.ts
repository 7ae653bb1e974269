/** Bounds on waiting, in real time: what talks to a network must not wait for ever, however fast the call's clock runs. */

/**
 * The result of `work`, or a rejection with `late()` when it takes longer than `ms`, or with `signal.reason` when aborted first.
 * `work` itself goes on; a late rejection of it is swallowed, so it needs its own way to be stopped.
 */
export function withDeadline<T>(
  work: Promise<T>,
  ms: number,
  late: () => Error,
  signal?: AbortSignal,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const settle = (end: () => void) => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', aborted)
      end()
    }
    const aborted = () => settle(() => reject(signal?.reason))
    const timer = setTimeout(() => settle(() => reject(late())), ms)
    work.then(
      (value) => settle(() => resolve(value)),
      (error: unknown) => settle(() => reject(error)),
    )
    if (signal?.aborted) aborted()
    else signal?.addEventListener('abort', aborted, { once: true })
  })
}

/** True when `work` settled (either way) within `ms` of real time, false when it did not. Never rejects. */
export function settledWithin(work: Promise<unknown>, ms: number): Promise<boolean> {
  return withDeadline(
    work.then(
      () => true,
      () => true,
    ),
    ms,
    () => new Error('late'),
  ).catch(() => false)
}
