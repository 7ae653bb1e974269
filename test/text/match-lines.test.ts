import { describe, expect, it } from 'vitest'
import { matchLines } from '../../src/text/match-lines.ts'

describe('the lines of matches', () => {
  it('count from 1, one for each match', () => {
    expect(matchLines('x\n\nax x\no\nx', /x/g)).toEqual([1, 3, 3, 5])
    expect(matchLines('o', /x/g)).toEqual([])
  })

  it('are found in one pass', () => {
    expect(matchLines('x\n'.repeat(100_000), /x/g).at(-1)).toBe(100_000)
  })
})
