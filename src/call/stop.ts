/** Being told to stop, by a signal or by a crash of ours, as one ending among the others. */
import type { StopReason } from './end-reason.ts'
import { type CallError, toCallError } from './error.ts'

/** Why `signal` was aborted: a `StopReason`, or whatever else was given as an error. Undefined while it is not. */
export function stopReason(signal: AbortSignal): StopReason | CallError | undefined {
  if (!signal.aborted) return undefined
  const reason: unknown = signal.reason
  return reason === 'sighup' || reason === 'sigint' || reason === 'sigterm' ? reason : toCallError(reason)
}

/** Resolves with the reason once `signal` aborts. */
export function stopped(signal: AbortSignal): Promise<StopReason | CallError> {
  return new Promise((resolve) => {
    const tell = () => resolve(stopReason(signal) ?? 'sigterm')
    if (signal.aborted) tell()
    else signal.addEventListener('abort', tell, { once: true })
  })
}
