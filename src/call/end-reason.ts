/** How a call ended: the word in `call.ended.reason`, from which the exit code follows. */
import type { CallErrorCode } from './error.ts'

/** An ending that is no failure of ours. */
export type NormalEnd =
  | 'person-hung-up'
  | 'agent-hung-up'
  | 'time-limit'
  | 'silence'
  | 'max-turns'
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

/** The reason an AbortSignal of ours carries when the process is told to stop. */
export type StopReason = Extract<NormalEnd, 'sighup' | 'sigint' | 'sigterm'>
