import { describe, expect, it } from 'vitest'
import { boundOutput } from '../../src/tools/bound-output.ts'
import { cleanWords, createRedactor } from '../../src/tools/clean-words.ts'

describe('what a function brings', () => {
  it.each([[{ free: ['10:30'] }], ['10:30'], [0], [false], ['x'.repeat(16_000)]])(
    'stays as it is: %j',
    (value) => {
      expect(boundOutput(value)).toEqual(value)
    },
  )

  it.each([[''], ['  \n'], [null], [undefined], [{}]])(
    'says that it is done when it is empty: %j',
    (value) => {
      expect(boundOutput(value)).toEqual({ status: 'done' })
    },
  )

  it('says that nothing was found when it is an empty list', () => {
    expect(boundOutput([])).toMatchObject({ status: 'no_results' })
  })

  it.each([
    ['text', 'word '.repeat(100_000)],
    ['text that doubles as JSON', '"\\'.repeat(50_000)],
    ['text that grows sixfold as JSON', '\u0001'.repeat(50_000)],
    ['a list', Array.from({ length: 10_000 }, (_, n) => ({ n }))],
  ])('is cut to 16 KB when it is too long: %s', (_what, value) => {
    const bounded = boundOutput(value)
    const length = JSON.stringify(bounded).length
    expect(length).toBeGreaterThan(12_000)
    expect(length).toBeLessThanOrEqual(16 * 1024)
    expect(bounded).toMatchObject({ note: expect.stringMatching(/only the beginning: \d+ characters/) })
  })

  it('is not passed on when it nests without end', () => {
    const deep: unknown = JSON.parse(`${'['.repeat(5000)}${']'.repeat(5000)}`)
    expect(boundOutput(deep)).toEqual({ status: 'unreadable', note: expect.any(String) })
  })
})

describe('words of a stranger', () => {
  it('come on one line, without what steers a terminal, and short', () => {
    expect(cleanWords('  a\r\n\u001b[31mb\u202e\u0000c  ', 100)).toBe('a [31mb c')
    expect([...cleanWords('é😀'.repeat(300), 200)]).toHaveLength(200)
  })

  it('come without our secrets, whole or after their scheme', () => {
    const redact = createRedactor(['Bearer sk-123456', 'no', 'sk-123456-longer'])
    expect(redact('no sk-123456-longer, Bearer sk-123456 or sk-123456')).toBe(
      'no [redacted], [redacted] or [redacted]',
    )
  })
})
