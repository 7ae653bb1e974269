/** Gemini Live as a LiveModel: sessions that outlive their connections. */
import type { LiveModel } from '../call/ports.ts'
import { type Clock, createClock } from '../flow/clock.ts'
import { type ConnectionOptions, openConnection } from './connection.ts'
import { createLink } from './link.ts'
import { withRecap } from './recap.ts'
import type { OpenNext } from './reopen.ts'

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

/** A model service: each `connect` opens one session, which then lives over as many connections as it needs. */
export function createGeminiModel(options: GeminiOptions): LiveModel {
  const { connectTimeoutMs = 10_000, restAfterMs = 9 * 60_000, clock = createClock() } = options
  return {
    async connect(setup, signal) {
      const open: OpenNext = (handle, withinMs, stop) => {
        const told = handle === undefined ? withRecap(setup) : setup
        return openConnection({ ...options, connectTimeoutMs: withinMs }, told, handle, stop)
      }
      const first = await open(undefined, connectTimeoutMs, signal)
      if ('error' in first) throw first.error
      const { inputRate } = setup
      return createLink(first.connection, { inputRate, open, restAfterMs, clock })
    },
  }
}
