/** Gemini Live as a LiveModel: sessions that outlive their connections. */
import type { LiveModel } from '../call/live-model.ts'
import { type Clock, createClock } from '../flow/clock.ts'
import { type ConnectionOptions, type Opening, openConnection } from './connection.ts'
import { isTroubleOfGemini } from './failure.ts'
import { withRecap } from './recap.ts'
import type { OpenNext } from './reopen.ts'
import { createSession } from './session.ts'

/** How to reach Gemini and how to stay with it. Deadlines of a connection are in real milliseconds. */
export type GeminiOptions = ConnectionOptions & {
  /**
   * A connection older than this is left at the next good moment, never at a bad one (default 9 minutes): Google documents connections
   * of about 10 minutes, but such of 58 have been seen too.
   */
  restAfterMs?: number
  /** Paces the moves between connections (default: real time). */
  clock?: Clock
}

/** Before the second try, when Gemini itself failed at the first; and the least time that a second try is worth making in. */
const PAUSE_MS = 500
const SHORTEST_TRY_MS = 1000

/** A model service: each `connect` opens one session, which then lives over as many connections as it needs. */
export function createGeminiModel(options: GeminiOptions): LiveModel {
  const { connectTimeoutMs = 10_000, restAfterMs = 9 * 60_000, clock = createClock() } = options
  return {
    async connect(setup, signal) {
      const start = (withinMs: number) =>
        openConnection({ ...options, connectTimeoutMs: withinMs }, setup, { stage: 'starting' }, signal)
      const open: OpenNext = (handle, withinMs, stop) => {
        const told = handle === undefined ? withRecap(setup) : setup
        const purpose = { stage: 'moving', handle } as const
        return openConnection({ ...options, connectTimeoutMs: withinMs }, told, purpose, stop)
      }
      const first = await startTwice(start, connectTimeoutMs, clock, signal)
      if ('error' in first) throw first.error
      const { inputRate } = setup
      return createSession(first.connection, { inputRate, open, restAfterMs, clock })
    },
  }
}

/** Nobody has been dialled yet, so a trouble of Gemini's own is met with a second try, within the same `withinMs` of real time. */
async function startTwice(
  start: (withinMs: number) => Promise<Opening>,
  withinMs: number,
  clock: Clock,
  signal: AbortSignal,
): Promise<Opening> {
  const beganAtMs = performance.now()
  const first = await start(withinMs)
  if ('connection' in first || !first.failure || !isTroubleOfGemini(first.failure)) return first
  await clock.sleep(PAUSE_MS, signal)
  const leftMs = withinMs - (performance.now() - beganAtMs)
  return leftMs < SHORTEST_TRY_MS ? first : start(leftMs)
}
