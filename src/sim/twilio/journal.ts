/** The simulator's own record, and how a test waits for the next thing to happen in it. */
import { withDeadline } from '../../flow/deadline.ts'
import type { AccountWarning, RestRequest } from './observations.ts'

/** What all parts of the simulator write down, and the bell they ring. */
export type Journal = {
  readonly warnings: readonly AccountWarning[]
  readonly requests: readonly RestRequest[]
  warn(warning: AccountWarning): void
  request(request: RestRequest): void
  /** Something observable changed. */
  changed(): void
  /** See `SimulatedTwilio.watch`. */
  watch(look: () => void): void
  /** See `SimulatedTwilio.waitFor`. */
  waitFor<T>(look: () => T, withinMs?: number): Promise<NonNullable<T>>
  /** Rejects everybody who still waits, or will. */
  close(): void
}

/** An empty journal. */
export function createJournal(): Journal {
  const warnings: AccountWarning[] = []
  const requests: RestRequest[] = []
  const waiting = new Set<{ lookAgain(): void; reject(error: Error): void }>()
  const watchers: (() => void)[] = []

  let isClosed = false

  const changed = () => {
    for (const waiter of [...waiting]) waiter.lookAgain()
    for (const look of watchers) look()
  }
  const waitFor = async <T>(look: () => T, withinMs = 10_000): Promise<NonNullable<T>> => {
    let waiter: { lookAgain(): void; reject(error: Error): void } | undefined
    const found = new Promise<NonNullable<T>>((resolve, reject) => {
      const lookAgain = () => {
        try {
          const seen = look()
          if (seen) resolve(seen)
        } catch (error) {
          reject(error)
        }
      }
      waiter = { lookAgain, reject }
      waiting.add(waiter)
      lookAgain()
      if (isClosed) reject(closedError())
    })
    const late = () => new Error(`not seen by the simulated Twilio within ${withinMs} ms: ${look}`)
    try {
      return await withDeadline(found, withinMs, late)
    } finally {
      if (waiter) waiting.delete(waiter)
    }
  }
  return {
    warnings,
    requests,
    warn(warning) {
      warnings.push(warning)
      changed()
    },
    request(request) {
      requests.push(request)
      changed()
    },
    changed,
    watch: (look) => void watchers.push(look),
    waitFor,
    close() {
      isClosed = true
      for (const waiter of [...waiting]) waiter.reject(closedError())
    },
  }
}

function closedError(): Error {
  return new Error('the simulated Twilio was closed')
}
