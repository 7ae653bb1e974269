import { stripVTControlCharacters } from 'node:util'
import { describe, expect, it } from 'vitest'
import type { Result } from '../../src/cli/status/check.ts'
import { resultLines } from '../../src/cli/status/result-lines.ts'
import { createPaint, noPaint } from '../../src/reporters/paint.ts'

const RESULT: Result = {
  ...{ name: 'files', title: 'Files', state: 'warning', ms: 12 },
  detail: 'calls are kept in /home/dana/calls, where only 3 MB are free',
  hint: 'Make room, or see https://example.com/a-page-whose-address-is-long.',
  rows: ['✓ set     PORT  8080'],
}

const lines = (columns: number) => resultLines(RESULT, noPaint, columns).split('\n')

describe('a check in lines', () => {
  it('has its words beside the title, and further lines of them below those', () => {
    expect(lines(64)).toEqual([
      '! Files            12 ms  calls are kept in /home/dana/calls,',
      '                          where only 3 MB are free',
      '    ✓ set     PORT  8080',
      '    → Make room, or see',
      '      https://example.com/a-page-whose-address-is-long.',
      '',
    ])
  })

  it('has its words below the title where there is no room beside it', () => {
    expect(lines(40).slice(0, 3)).toEqual([
      '! Files            12 ms',
      '    calls are kept in /home/dana/calls,',
      '    where only 3 MB are free',
    ])
  })

  it.each(['warning', 'skipped'] as const)('says the same in colour: %s', async (state) => {
    const result = { ...RESULT, state }
    const coloured = resultLines(result, await createPaint(1), 64)
    expect(coloured).toContain('\u001b[2m')
    expect(stripVTControlCharacters(coloured)).toBe(resultLines(result, noPaint, 64))
  })

  it('is never wrapped in a pipe', () => {
    expect(lines(Number.POSITIVE_INFINITY)).toHaveLength(4)
  })
})
