/** How a call ended: the word in `call.ended.reason`, from which the exit code follows. */
import type { CallError, CallErrorCode } from './error.ts'
import type { CallStatus } from './status.ts'

/** An ending that is no failure of ours. */
export type NormalEnd =
  | 'person-hung-up'
  | 'agent-hung-up'
  | 'time-limit'
  | 'silence'
  | 'max-turns'
  | 'transferred'
  | 'tool-loop'
  | 'machine'
  | 'busy'
  | 'no-answer'
  | 'failed'
  | 'canceled'
  | 'sighup'
  | 'sigint'
  | 'sigterm'

/** A normal ending, or the code of the error that ended the call. */
export type EndReason = NormalEnd | CallErrorCode

/** How a call ended: in the normal course of things, or by a failure. */
export type End = NormalEnd | CallError

/** The reason an AbortSignal of ours carries when the process is told to stop. */
export type StopReason = Extract<NormalEnd, 'sighup' | 'sigint' | 'sigterm'>

/** The carrier's last word as an ending: a completed call that we did not end was ended by the person. */
export function endByStatus(status: CallStatus): NormalEnd {
  switch (status) {
    case 'busy':
    case 'no-answer':
    case 'failed':
    case 'canceled':
      return status
    default:
      return 'person-hung-up'
  }
}

/** However the talk with a machine came to a normal end: nobody was reached. */
export function endWithMachine(end: End): End {
  switch (end) {
    case 'person-hung-up':
    case 'agent-hung-up':
    case 'silence':
    case 'max-turns':
    case 'time-limit':
      return 'machine'
    default:
      return end
  }
}
