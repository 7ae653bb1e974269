import { describe, expect, it } from 'vitest'
import { formatFlagDuration, parseDuration } from '../../src/config/duration.ts'

const LIMITS = { minMs: 1, maxMs: 4 * 3_600_000 }

describe('a duration', () => {
  it.each([
    ['500ms', 500],
    ['90s', 90_000],
    ['5m', 300_000],
    ['1h30m', 5_400_000],
    ['1m30s', 90_000],
    ['1s500ms', 1500],
    ['4h', 14_400_000],
    [' 5m ', 300_000],
  ])('reads %s as %d ms', (text, ms) => {
    expect(parseDuration(text, LIMITS)).toEqual({ value: ms })
  })

  it.each(['', '90', '5 m', 'm', '1.5h', '-5s', '5M', '30m1h', '5s5s', 'five minutes'])(
    'refuses %j',
    (text) => {
      expect(parseDuration(text, LIMITS)).toEqual({
        wrong: expect.stringContaining('such as 90s, 5m or 1h30m'),
      })
    },
  )

  it('must lie within its limits, and the message names them', () => {
    const limits = { minMs: 5000, maxMs: 600_000 }
    expect(parseDuration('5s', limits)).toEqual({ value: 5000 })
    expect(parseDuration('10m', limits)).toEqual({ value: 600_000 })
    expect(parseDuration('4s', limits)).toEqual({ wrong: "must be from 5s to 10m, not '4s'" })
    expect(parseDuration('10m1ms', limits)).toEqual({ wrong: "must be from 5s to 10m, not '10m1ms'" })
  })

  it.each([0, 1, 1500, 90_000, 5_400_000, 14_400_000])('%d ms is written so that it reads back', (ms) => {
    expect(parseDuration(formatFlagDuration(ms), { minMs: 0, maxMs: 1e9 })).toEqual({ value: ms })
  })
})
