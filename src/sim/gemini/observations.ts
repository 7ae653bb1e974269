/** What the simulated Gemini saw of its clients: the record that tests and the `simulator` command read. */

/** One answer to a tool call, as it came. */
export type ReceivedToolResponse = {
  id: string
  name: string | undefined
  response: unknown
  scheduling: string | undefined
}

/** One call of a function, as it was sent. */
type SentToolCall = { id: string; name: string; args: Record<string, unknown> }

/** Everything one WebSocket session brought. Grows while the session lives. */
export type SessionRecord = {
  /** The `setup` object as received, before it was judged. */
  setup: Record<string, unknown> | undefined
  /**
   * Sound received in all: messages, samples, and what they last in ms; `rate` is the last one declared, in Hz. `prints` has one number
   * for each 20 ms of it, and one for what is left when the connection is over: compare with `soundPrints` of what should have come.
   */
  audio: { messages: number; samples: number; ms: number; rate: number; prints: number[] }
  /** Stretches of speech that the voice detector began to hear in that sound. */
  speechStarts: number
  /** Text triggers, by `realtimeInput.text` or `clientContent`. */
  texts: string[]
  /** The functions that the model called over this connection, and the ids of those calls that it took back. */
  toolCalls: SentToolCall[]
  cancelledCalls: string[]
  toolResponses: ReceivedToolResponse[]
  /** What the client did that the real service forbids: sentences, in order. Those that the service refuses also closed the session. */
  violations: string[]
  /** Agent turns begun and person turns heard, by their words, in order; a turn that had to start over is there twice. */
  said: string[]
  heard: string[]
  /** How many agent turns were cut by the person. */
  interruptions: number
  /** The client was told that the connection would be closed. */
  goAway: boolean
  /** How the connection ended; `by` tells who closed. Undefined while it is open. */
  closed: { code: number; reason: string; by: 'server' | 'client' } | undefined
}

/** The records, and a way to wait for what they will show. */
export type Observations = {
  readonly sessions: readonly SessionRecord[]
  /** Opens the record of a new session. */
  open(): SessionRecord
  /** Tells waiting readers that a record has changed. */
  changed(): void
  /**
   * Resolves with the first truthy result of `look`, which is asked now and at every change.
   * Rejects after `withinMs` of real time (default 10 s) and when the simulator closes.
   */
  waitFor<T>(look: (sessions: readonly SessionRecord[]) => T, withinMs?: number): Promise<NonNullable<T>>
  /** See `SimulatedGemini.watch`. */
  watch(look: () => void): void
  /** Rejects everybody who still waits. */
  close(): void
}

/** No sessions yet. */
export function createObservations(): Observations {
  const sessions: SessionRecord[] = []
  const waiting = new Set<{ check: () => void; giveUp: () => void }>()
  const watchers: (() => void)[] = []
  return {
    sessions,
    open() {
      const record = emptyRecord()
      sessions.push(record)
      return record
    },
    changed() {
      for (const waiter of [...waiting]) waiter.check()
      for (const look of watchers) look()
    },
    watch: (look) => void watchers.push(look),
    waitFor(look, withinMs = 10_000) {
      return new Promise((resolve, reject) => {
        const settle = (end: () => void) => {
          clearTimeout(timer)
          waiting.delete(waiter)
          end()
        }
        const fail = (why: string) =>
          settle(() => reject(new Error(`not seen by the simulated Gemini: ${why}`)))
        const waiter = {
          check() {
            const found = look(sessions)
            if (found) settle(() => resolve(found))
          },
          giveUp: () => fail('it was closed before'),
        }
        const timer = setTimeout(() => fail(`nothing within ${withinMs} ms`), withinMs)
        waiting.add(waiter)
        waiter.check()
      })
    },
    close() {
      for (const waiter of [...waiting]) waiter.giveUp()
    },
  }
}

function emptyRecord(): SessionRecord {
  return {
    setup: undefined,
    audio: { messages: 0, samples: 0, ms: 0, rate: 0, prints: [] },
    speechStarts: 0,
    texts: [],
    toolCalls: [],
    cancelledCalls: [],
    toolResponses: [],
    violations: [],
    said: [],
    heard: [],
    interruptions: 0,
    goAway: false,
    closed: undefined,
  }
}
