/** One thing that `status` looks at: what it is called, how long it may take, and what it found. */
import type { CallError } from '../../call/error.ts'

/**
 * How a check came out. `warning`: a call would work, but the user should know. `unknown`: it could not be found out, and need not be known.
 * `skipped`: something that it needs is missing.
 */
export type CheckState = 'ok' | 'warning' | 'failed' | 'unknown' | 'skipped'

/** What was found. `rows`: more lines of it, for people only. */
export type Finding = { state: CheckState; detail: string; hint?: string; rows?: readonly string[] }

/** A check. `name` is for programs, `title` for people. */
export type Check = {
  name: string
  title: string
  /** Of real time. */
  withinMs: number
  /** What it is when there is no answer in that time. */
  late: 'failed' | 'unknown'
  /** Rejects with a CallError when the check fails. `signal` aborts when nobody waits any more. */
  look(signal: AbortSignal): Promise<Finding>
}

/** A check that is done. `ms`: how long it took; null when it was skipped. */
export type Result = Finding & { name: string; title: string; ms: number | null }

/** All is well. */
export function fine(detail: string): Finding {
  return { state: 'ok', detail }
}

/** A failure of ours or a vendor's, in a state that may be milder than failed. */
export function told({ message, hint }: CallError, state: CheckState = 'failed'): Finding {
  return { state, detail: message, ...(hint !== undefined && { hint }) }
}

/** Nothing was looked at. */
export function skipped(needed: string): Finding {
  return { state: 'skipped', detail: `needs ${needed}` }
}
