/** Results in words. Pure, but for the paint. */
import { cleanLine } from '../../reporters/clean-text.ts'
import type { Paint } from '../../reporters/paint.ts'
import { formatTimeSpan } from '../../reporters/quantity.ts'
import { wrap } from '../help/blocks.ts'
import type { CheckState, Result } from './check.ts'

const MARKS = {
  ok: '✓',
  warning: '!',
  failed: '✗',
  unknown: '?',
  skipped: '–',
} as const satisfies Record<CheckState, string>

const STROKES = {
  ok: 'good',
  warning: 'caution',
  failed: 'bad',
  unknown: 'caution',
  skipped: 'faint',
} as const satisfies Record<CheckState, keyof Paint>

const TITLE_WIDTH = 14
const TIME_WIDTH = 7
/** Where the words begin: after the mark, the title and the time. */
const TEXT_AT = 2 + TITLE_WIDTH + 1 + TIME_WIDTH + 2
/** With less room beside the title the words stand below it. */
const LEAST_TEXT = 30
const INDENT = '    '

/** One check in lines of at most so many columns: how it came out, and below it what to do and what else there is to say. */
export function resultLines(
  { title, state, ms, detail, hint, rows = [] }: Result,
  paint: Paint,
  columns: number,
): string {
  const time = (ms === null ? '' : formatTimeSpan(ms)).padStart(TIME_WIDTH)
  const head = `${paint[STROKES[state]](MARKS[state])} ${title.padEnd(TITLE_WIDTH)} ${paint.faint(time)}`
  const text = state === 'skipped' ? `skipped: ${cleanLine(detail)}` : cleanLine(detail)
  const isNarrow = columns < TEXT_AT + LEAST_TEXT
  const [gap, indent] = isNarrow ? [`\n${INDENT}`, INDENT] : ['  ', ' '.repeat(TEXT_AT)]
  const words = indented(text, columns, indent, '').map((line) =>
    state === 'skipped' ? paint.faint(line) : line,
  )
  const below = rows.flatMap((row) => indented(cleanLine(row), columns, `${INDENT}  `, INDENT))
  const remedy = hint === undefined ? [] : indented(`→ ${cleanLine(hint)}`, columns, `${INDENT}  `, INDENT)
  return `${head}${gap}${[...words, ...below, ...remedy.map((line) => paint.faint(line))].join('\n')}\n`
}

/** As many lines as it takes; the first one may begin elsewhere. */
function indented(text: string, columns: number, indent: string, firstIndent = indent): string[] {
  const lines = wrap(text, columns - indent.length)
  return lines.map((line, at) => (at === 0 ? firstIndent : indent) + line)
}

/** The last word. */
export function verdict(results: readonly Result[], offline: boolean): string {
  const count = (state: CheckState) => results.filter((result) => result.state === state).length
  const failed = count('failed')
  const skips = count('skipped')
  if (failed > 0) {
    const more = skips > 0 ? `, ${skips} had to be skipped` : ''
    return `Not ready: ${failed} ${failed === 1 ? 'check' : 'checks'} failed${more}.`
  }
  if (offline) return 'Ready, as far as can be seen without the network.'
  if (count('warning') > 0) return 'Ready, but see what is marked with ! above.'
  if (count('unknown') > 0) return 'Ready, as far as could be found out.'
  return 'Ready: a call would work.'
}
