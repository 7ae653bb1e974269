/** The end of a call in words: how it went, what went wrong, and the figures. */
import type { EndReason } from '../call/end-reason.ts'
import type { CallReport } from '../call/report.ts'
import { whoAnswered } from './chatter.ts'
import { cleanLine } from './clean-text.ts'
import { formatMoney, formatTimeSpan } from './quantity.ts'

/** What a view prints after a call; every text is clean and one line. */
export type Summary = {
  /** True when the call went as it should: exit code 0. */
  ok: boolean
  headline: string
  /** What to do, when something failed. */
  hint: string | undefined
  /** Figures as pairs of a name and a value. */
  rows: readonly (readonly [name: string, value: string])[]
}

const REASONS = {
  'person-hung-up': 'The person hung up.',
  'agent-hung-up': 'The agent ended the call.',
  'time-limit': 'The call reached its longest duration.',
  silence: 'Nobody spoke any more.',
  'max-turns': 'The call reached its number of turns.',
  transferred: 'The person was put through.',
  machine: 'A machine or voicemail answered.',
  busy: 'The line was busy.',
  'no-answer': 'Nobody answered.',
  failed: 'The carrier could not put the call through.',
  canceled: 'The call was canceled before anybody answered.',
  sighup: 'The terminal went away.',
  sigint: 'Stopped by Ctrl-C.',
  sigterm: 'Stopped from outside (SIGTERM).',
  usage: 'The command was not understood.',
  settings: 'The settings are not complete.',
  'number-refused': 'This number may not be called.',
  'tools-failed': 'The functions of the agent could not be made ready.',
  'listener-failed': 'The local listener could not be opened.',
  'tunnel-failed': 'The tunnel could not be opened.',
  'tunnel-lost': 'The tunnel broke.',
  'public-url-unreachable': 'The public address does not reach this program.',
  'media-never-connected': "The call was answered, but the carrier's audio never arrived.",
  'media-lost': 'The audio connection to the phone broke.',
  'carrier-auth': 'The carrier did not accept the credentials.',
  'carrier-refused': 'The carrier refused the call.',
  'carrier-unreachable': 'The carrier could not be reached.',
  'dial-unknown': 'It could not be proved whether the call was placed.',
  'model-key': 'The AI service did not accept the key.',
  'model-not-found': 'The AI service does not know this model or voice.',
  'model-quota': 'The quota of the AI service is used up.',
  'model-refused': 'The AI service refused the session.',
  'model-unreachable': 'The AI service could not be reached, or failed.',
  'model-silent': 'The AI service did not answer.',
  'model-lost': 'The connection to the AI service broke.',
  'model-stalled': 'The AI service no longer answered.',
  'tool-loop': 'The agent called the same function over and over.',
  internal: 'Something unexpected happened.',
} as const satisfies Record<EndReason, string>

/** `keptIn`: the folder in which the call was kept. Figures that say nothing (a call that nobody answered has no turns) are left out. */
export function summarize(report: CallReport & { exitCode: number }, keptIn: string | undefined): Summary {
  const { error } = report
  const waits = responses(report)
  const rows: [string, string][] = []
  if (!['human', 'unknown'].includes(report.answeredBy))
    rows.push(['answered by', whoAnswered(report.answeredBy)])
  if (report.messageLeft) rows.push(['message', 'left, whole'])
  if (report.durationMs > 0) rows.push(['duration', formatTimeSpan(report.durationMs)])
  if (report.turns > 0) rows.push(['turns', turns(report)])
  if (waits !== '') rows.push(['response', waits])
  if (report.estimatedCostUsd > 0)
    rows.push(['cost', `${formatMoney(report.estimatedCostUsd)} for the model`])
  if (report.dialled === 'unknown') rows.push(['dialled', 'unknown: a phone may have rung'])
  if (report.hungUp === 'unknown') rows.push(['hung up', 'unknown: the call may still be running'])
  if (report.callSid !== null && (report.dialled === 'unknown' || report.hungUp === 'unknown'))
    rows.push(['call', cleanLine(report.callSid)])
  if (keptIn !== undefined) rows.push(['kept in', cleanLine(keptIn)])
  return {
    ok: report.exitCode === 0,
    headline: cleanLine(error?.message ?? REASONS[report.reason]),
    hint: error?.hint === undefined ? undefined : cleanLine(error.hint),
    rows,
  }
}

function turns({ turns, interruptions }: CallReport): string {
  if (interruptions === 0) return String(turns)
  return `${turns}, ${interruptions} interruption${interruptions === 1 ? '' : 's'}`
}

/** How long the person waited for answers: until their first sound was sent, and until it could be heard in the recording. */
function responses(report: CallReport): string {
  const measured = [
    ['sent', report.latencyP50Ms, report.latencyP95Ms],
    ['heard', report.heardLatencyP50Ms, report.heardLatencyP95Ms],
  ] as const
  return measured
    .flatMap(([how, p50, p95]) =>
      p50 === null || p95 === null ? [] : `${how} p50 ${formatTimeSpan(p50)}, p95 ${formatTimeSpan(p95)}`,
    )
    .join('; ')
}

/** The rows as lines, values below each other. */
export function rowLines({ rows }: Summary, paintName = (name: string) => name): string[] {
  const columns = Math.max(8, ...rows.map(([name]) => name.length))
  return rows.map(([name, value]) => `  ${paintName(name.padEnd(columns))}  ${value}`)
}
