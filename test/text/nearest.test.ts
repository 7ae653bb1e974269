import { describe, expect, it } from 'vitest'
import { nearest } from '../../src/text/nearest.ts'

const WORDS = ['exit-codes', 'events', 'settings', 'scripts']

describe('the word that was probably meant', () => {
  it.each([
    ['exit-code', 'exit-codes'],
    ['EVENTS', 'events'],
    ['setings', 'settings'],
    ['ex', 'exit-codes'],
    ['evetns', 'events'],
    ['esttings', 'settings'],
  ])('%s: %s', (typed, meant) => {
    expect(nearest(typed, WORDS)).toBe(meant)
  })

  it.each(['', ' ', 'e', 's', 'nonsense', '\u001b[2J', 'x'.repeat(500)])('%j: none', (typed) => {
    expect(nearest(typed, WORDS)).toBeUndefined()
  })
})
