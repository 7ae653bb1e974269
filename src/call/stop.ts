/** Being told to stop: Ctrl-C and its kin as one ending among the others. */
import type { StopReason } from './end-reason.ts'

/** Why `signal` was aborted; undefined while it is not. */
export function stopReason(signal: AbortSignal): StopReason | undefined {
  if (!signal.aborted) return undefined
  const reason: unknown = signal.reason
  return reason === 'sighup' || reason === 'sigint' ? reason : 'sigterm'
}

/** Resolves with the reason once `signal` aborts. */
export function stopped(signal: AbortSignal): Promise<StopReason> {
  return new Promise((resolve) => {
    const tell = () => resolve(stopReason(signal) ?? 'sigterm')
    if (signal.aborted) tell()
    else signal.addEventListener('abort', tell, { once: true })
  })
}
