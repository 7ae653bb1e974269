/** What `hangup` prints of a call. Pure. */
import { whenOf } from '../journal/notice-leftovers.ts'
import { cleanLine, escapeUnsafe } from '../reporters/clean-text.ts'
import type { LeftoverEnd } from '../twilio/end-leftover.ts'

/** A call and what became of it. `to` and `startedAt` are absent when only its SID is known. */
export type Hangup = { callSid: string | null; to?: string; startedAt?: Date; end: LeftoverEnd }

const WORDS = {
  ended: 'ended',
  'was-over': 'was over already',
  'not-found': 'was never placed',
  unknown: 'may still be running',
} as const satisfies Record<LeftoverEnd['result'], string>

/** One line for people. */
export function hangupLine({ callSid, to, startedAt, end }: Hangup, now: Date): string {
  const whom = to && startedAt ? `to ${to} of ${whenOf(startedAt, now)}` : undefined
  const call = [callSid ?? 'call', whom].filter(Boolean).join(' ')
  const why = end.result === 'unknown' ? ` (${end.reason})` : ''
  return `${cleanLine(`${call}: ${WORDS[end.result]}${why}`)}\n`
}

/** One line for programs. */
export function hangupJson({ callSid, to, startedAt, end }: Hangup): string {
  const doubt = end.result === 'unknown' ? { reason: end.reason, hint: end.hint } : {}
  const told = {
    callSid,
    to: to ?? null,
    startedAt: startedAt?.toISOString() ?? null,
    result: end.result,
    ...doubt,
  }
  return `${escapeUnsafe(JSON.stringify(told))}\n`
}
