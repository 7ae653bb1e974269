/** How a call ended -> the process's exit code. Pure. */
import type { EndReason } from '../call/end-reason.ts'
import type { CallReport } from '../call/report.ts'

/** Every ending's exit code. */
export const EXIT_CODES = {
  'person-hung-up': 0,
  'agent-hung-up': 0,
  'time-limit': 0,
  silence: 0,
  'max-turns': 0,
  transferred: 0,
  internal: 1,
  usage: 2,
  settings: 2,
  'number-refused': 2,
  'tools-failed': 2,
  busy: 3,
  'no-answer': 4,
  failed: 5,
  canceled: 5,
  'carrier-auth': 5,
  'carrier-refused': 5,
  'carrier-unreachable': 5,
  machine: 6,
  'model-key': 7,
  'model-not-found': 7,
  'model-quota': 7,
  'model-refused': 7,
  'model-unreachable': 7,
  'model-silent': 7,
  'model-lost': 7,
  'model-stalled': 7,
  'tool-loop': 7,
  'listener-failed': 8,
  'tunnel-failed': 8,
  'tunnel-lost': 8,
  'public-url-unreachable': 8,
  'media-never-connected': 8,
  'media-lost': 8,
  'dial-unknown': 10,
  sighup: 129,
  sigint: 130,
  sigterm: 143,
} as const satisfies Record<EndReason, number>

/** What the process says to its caller; 10 whenever a phone might still be ringing or talking, whatever the reason. */
export function exitCodeOf({
  reason,
  dialled,
  hungUp,
}: Pick<CallReport, 'reason' | 'dialled' | 'hungUp'>): number {
  return dialled === 'unknown' || hungUp === 'unknown' ? 10 : exitCodeOfEnd(reason)
}

/** The exit code of an ending of which nothing is in doubt. */
export function exitCodeOfEnd(reason: EndReason): number {
  return EXIT_CODES[reason]
}
