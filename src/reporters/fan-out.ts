/** One stream of news to many reporters: stamps the events, keeps their order, and drops a reporter that fails. */
import type { CallEvent, Emit, JournalEvent } from '../call/events.ts'
import type { Clock } from '../flow/clock.ts'
import { settledWithin } from '../flow/deadline.ts'
import type { Reporter } from './reporter.ts'

/** How long one reporter may take to write out what it holds, in real ms. */
const CLOSE_WITHIN_MS = 2000

/** The way in for news, and the end of it. */
type FanOut = {
  readonly emit: Emit
  /** Lets every reporter write out what it holds, 2 s each, all at once. Never rejects; may be called twice. Later events are ignored. */
  close(): Promise<void>
}

/**
 * Hands each event to the reporters in their order. Journal events get `at` from the clock and `seq` without gaps from 1; nothing is
 * journalled after `call.ended`, which is therefore always the last. An event emitted by a reporter while it takes another one (a
 * warning) waits until all have taken that one.
 */
export function createFanOut(clock: Clock, reporters: readonly Reporter[]): FanOut {
  const listening = new Set(reporters)
  const waiting: CallEvent[] = []
  let seq = 0
  let delivering = false
  let ended = false
  let closing: Promise<void> | undefined

  const tell = (take: (reporter: Reporter) => void) => {
    for (const reporter of listening) {
      try {
        take(reporter)
      } catch (error) {
        listening.delete(reporter)
        const why = error instanceof Error ? error.message : String(error)
        waiting.push({
          type: 'warning',
          code: 'reporter-failed',
          message: `the reporter "${reporter.name}" failed and gets no more news: ${why}`,
        })
      }
    }
  }
  const journal = (event: JournalEvent) => {
    if (ended) return
    ended = event.type === 'call.ended'
    seq += 1
    const stamped = { ...event, at: clock.date().toISOString(), seq }
    tell((reporter) => reporter.journal?.(stamped))
  }
  const deliver = (event: CallEvent) => {
    switch (event.type) {
      case 'sound.person':
      case 'sound.agent':
      case 'sound.cut':
        return tell((reporter) => reporter.sound?.(event))
      default:
        return journal(event)
    }
  }
  const closeAll = async () => {
    await Promise.all(reporters.map((reporter) => settledWithin(flush(reporter), CLOSE_WITHIN_MS)))
  }
  return {
    emit(event) {
      if (closing) return
      waiting.push(event)
      if (delivering) return
      delivering = true
      for (let next = waiting.shift(); next; next = waiting.shift()) deliver(next)
      delivering = false
    },
    close() {
      closing ??= closeAll()
      return closing
    },
  }
}

/** Also for a dropped reporter: what it opened must be closed. Async, so that a throw becomes a rejection. */
async function flush(reporter: Reporter): Promise<void> {
  await reporter.close?.()
}
