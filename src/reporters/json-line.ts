/** A stamped event as one line of NDJSON. */
import type { Stamped } from '../call/events.ts'
import { escapeUnsafe } from './clean-text.ts'

/** One line with its newline; `type`, `at` and `seq` come first, and no character in it can steer a terminal or split the line. */
export function jsonLine(event: Stamped): string {
  const { type, at, seq, ...rest } = event
  return `${escapeUnsafe(JSON.stringify({ type, at, seq, ...rest }))}\n`
}
