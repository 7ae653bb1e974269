/** Results in words. Pure, but for the paint. */
import { cleanLine } from '../../reporters/clean-text.ts'
import type { Paint } from '../../reporters/paint.ts'
import { formatTimeSpan } from '../../reporters/quantity.ts'
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

/** One check: a line, and below it what to do and what else there is to say. */
export function resultLines({ title, state, ms, detail, hint, rows = [] }: Result, paint: Paint): string {
  const mark = paint[STROKES[state]](MARKS[state])
  const time = paint.faint((ms === null ? '' : formatTimeSpan(ms)).padStart(TIME_WIDTH))
  const text = state === 'skipped' ? paint.faint(`skipped: ${cleanLine(detail)}`) : cleanLine(detail)
  const below = [
    ...rows.map((row) => `    ${cleanLine(row)}`),
    ...(hint === undefined ? [] : [`    ${paint.faint(`→ ${cleanLine(hint)}`)}`]),
  ]
  return `${[`${mark} ${title.padEnd(TITLE_WIDTH)} ${time}  ${text}`, ...below].join('\n')}\n`
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
