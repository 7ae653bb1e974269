/** What becomes of a call that a machine has answered: it is ended, gets a message, or goes on as if a person were there. */
import type { Emit } from '../events.ts'
import type { MachinePolicy } from '../request.ts'
import type { Floor } from './floor.ts'

/** A machine that says nothing for this long has said its greeting. */
const GREETING_OVER_MS = 1500
/** One that never falls silent is spoken into. */
const LONGEST_GREETING_MS = 30_000

/** Watches for a machine. */
export type MachineAnswer = {
  /** A message is waiting for the machine to record. */
  readonly waiting: boolean
  /** It is a machine, as `by` found out. `records`: its greeting is over for certain. */
  detected(answeredBy: string, by: 'carrier' | 'agent', records: boolean): void
  /** To be called often. */
  progress(): void
}

/** `leave` says the message and then ends the call. Both are called once at most. */
export function createMachineAnswer(
  policy: MachinePolicy,
  deps: { floor: Floor; nowMs: () => number; emit: Emit },
  then: { hangUp: () => void; leave: (message: string) => void },
): MachineAnswer {
  const { floor, nowMs, emit } = deps
  let known = false
  let waiting: { message: string; sinceMs: number } | undefined

  const leave = () => {
    if (!waiting) return
    then.leave(waiting.message)
    waiting = undefined
  }
  return {
    get waiting() {
      return waiting !== undefined
    },
    detected(answeredBy, by, records) {
      emit({ type: 'machine.detected', answeredBy, by })
      if (!known && policy.type === 'hangup') then.hangUp()
      if (!known && policy.type === 'leave-message') waiting = { message: policy.message, sinceMs: nowMs() }
      known = true
      if (records) leave()
    },
    progress() {
      if (!waiting) return
      const silentMs = Math.min(floor.quietMs, nowMs() - waiting.sinceMs)
      if (silentMs >= GREETING_OVER_MS || nowMs() - waiting.sinceMs >= LONGEST_GREETING_MS) leave()
    },
  }
}
