/** What becomes of a call that a machine has answered: it is ended, gets a message, or goes on as if a person were there. */
import type { Emit } from '../events.ts'
import type { MachinePolicy } from '../request.ts'
import type { Floor } from './floor.ts'

/** A machine that says nothing for this long has said its greeting. */
const GREETING_OVER_MS = 1500
/** One that never falls silent is spoken into. */
const LONGEST_GREETING_MS = 30_000
/** A message that does not begin in this time, or that was cut, is asked for once more. */
const BEGIN_WITHIN_MS = 4000
const TRIES = 2

/** Watches for a machine. */
export type MachineAnswer = {
  /** A message waits for the machine to record: nothing else ends the call. */
  readonly waiting: boolean
  /** It is a machine, as `by` found out. `records`: its greeting is over for certain. */
  detected(answeredBy: string, by: 'carrier' | 'agent', records: boolean): void
  /** The agent is heard. */
  agentSpoke(): void
  /** What the agent was saying was cut. */
  cut(): void
  /** To be called often. */
  progress(): void
}

type Message = { text: string; sinceMs: number; tries: number; begun: boolean; cut: boolean }

/** `hangUp` is called once at most; `leave` has the message said, after which the call is to end, and perhaps once more. */
export function createMachineAnswer(
  policy: MachinePolicy,
  deps: { floor: Floor; nowMs: () => number; emit: Emit },
  then: { hangUp: () => void; leave: (message: string) => void },
): MachineAnswer {
  const { floor, nowMs, emit } = deps
  let known = false
  let message: Message | undefined

  const leave = (again: Message) => {
    message = { ...again, sinceMs: nowMs(), tries: again.tries + 1, begun: false, cut: false }
    then.leave(again.text)
  }
  /** A fax hears no message. */
  const act = (answeredBy: string) => {
    if (policy.type === 'continue') return
    if (policy.type === 'hangup' || answeredBy === 'fax') return then.hangUp()
    message = { text: policy.message, sinceMs: nowMs(), tries: 0, begun: false, cut: false }
  }
  return {
    get waiting() {
      return message?.tries === 0
    },
    detected(answeredBy, by, records) {
      emit({ type: 'machine.detected', answeredBy, by })
      if (!known) act(answeredBy)
      known = true
      if (records && message?.tries === 0) leave(message)
    },
    agentSpoke() {
      if (message) message.begun = true
    },
    cut() {
      if (message?.begun) message.cut = true
    },
    progress() {
      if (!message) return
      const sinceMs = nowMs() - message.sinceMs
      if (message.tries === 0) {
        const silentMs = Math.min(floor.quietMs, sinceMs)
        if (silentMs >= GREETING_OVER_MS || sinceMs >= LONGEST_GREETING_MS) leave(message)
      } else if (message.tries < TRIES && (message.cut || (!message.begun && sinceMs >= BEGIN_WITHIN_MS))) {
        leave(message)
      }
    },
  }
}
