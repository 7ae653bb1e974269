/** Finds the next connection of a session: by its handle, again after a pause, in the end as a fresh session. */
import { CallError, type CallErrorCode } from '../call/error.ts'
import type { Clock } from '../flow/clock.ts'
import type { Connection, Opening } from './connection.ts'

/** Opens a connection within so many real ms: the session's next by its handle, or a fresh session that is told what was said. Never rejects. */
export type OpenNext = (handle: string | undefined, withinMs: number, signal: AbortSignal) => Promise<Opening>

/** The next connection; or why there is none. `failures` is to be passed on to the next time. */
export type Reopened = { connection: Connection; fresh: boolean; failures: number } | { error: CallError }

/** Pauses before a try, by how many have failed in a row; there is no try after the last. */
const PAUSES_MS = [0, 250, 500, 1000, 2000]
/** After so many failures in a row the handle is not tried any more. */
const BY_HANDLE = 3
/** For everything together, and for one try. */
const WITHIN_MS = 10_000
const TRY_MS = 4000

/** What another try cannot change. */
const FINAL: ReadonlySet<CallErrorCode> = new Set(['model-key', 'model-not-found', 'model-quota', 'internal'])
/** What says that the handle is no good; it may well bring silence instead of an answer. */
const HANDLE_REFUSED: ReadonlySet<CallErrorCode> = new Set([
  'model-refused',
  'model-not-found',
  'model-silent',
])

/** True when another try could not change this error: a wrong key or model, an exhausted quota. */
export function isFinal(error: CallError): boolean {
  return FINAL.has(error.code)
}

/**
 * Opens the connection that takes over from `old`. Where `old` is open it stays so, and serves on, until the new one is ready. Some
 * servers refuse a session whose connection is open (reported with 1011): then `old` is closed and the handle tried again. Any other
 * failure while `old` is open is returned at once, since nothing is lost yet. Without `old`, a few tries are made by handle, the last
 * ones and any after a refused handle with a fresh session. `failures` counts the failures in a row before this; `loss` is why `old`
 * broke, if it did. Resolves within about 10 s, at once when `signal` aborts; never rejects.
 */
export async function reopen(session: {
  old: Pick<Connection, 'open' | 'close'>
  /** The newest handle: an open connection may still give one. */
  handle: () => string | undefined
  open: OpenNext
  failures: number
  loss: CallError | undefined
  clock: Clock
  signal: AbortSignal
}): Promise<Reopened> {
  const { old, open, loss, clock, signal } = session
  const untilMs = clock.nowMs() + WITHIN_MS
  let { failures } = session
  let handleRefused = false
  let error = loss ?? new CallError('model-lost', 'no new connection to Gemini could be opened')

  for (;;) {
    const pauseMs = PAUSES_MS[failures]
    if (pauseMs === undefined) return { error }
    if (pauseMs > 0) await clock.sleep(pauseMs, signal)
    const leftMs = untilMs - clock.nowMs()
    if (signal.aborted || leftMs <= 0) return { error }
    const handle = handleRefused || failures >= BY_HANDLE ? undefined : session.handle()
    const next = await open(handle, Math.min(TRY_MS, leftMs), signal)
    if ('connection' in next) return { ...next, fresh: handle === undefined, failures }

    const byHandle = handle !== undefined
    if (isHopeless(next.error, byHandle)) return next
    error = loss ?? next.error
    if (old.open) {
      if (!byHandle || next.failure?.type !== 'close') return next
      await old.close()
    } else if (byHandle && HANDLE_REFUSED.has(next.error.code)) {
      handleRefused = true
    } else {
      failures += 1
    }
  }
}

/** In a session that was open a moment ago it is not the model that was not found but what the handle stands for. */
function isHopeless(error: CallError, byHandle: boolean): boolean {
  if (byHandle) return isFinal(error) && error.code !== 'model-not-found'
  return isFinal(error) || error.code === 'model-refused'
}
