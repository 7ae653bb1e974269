import { describe, expect, it } from 'vitest'
import { CallError } from '../../src/call/error.ts'
import { assertDigits, isDigits } from '../../src/twilio/digits.ts'

describe('keys', () => {
  it.each(['0', '0123456789*#ABCDwW', 'w'.repeat(64)])('may be %s', (text) => {
    expect(isDigits(text)).toBe(true)
    expect(() => assertDigits(text)).not.toThrow()
  })

  it.each(['', ' ', '1 2', 'a', 'E', '1\n', '1"', '٣', '1'.repeat(65)])('may not be %j', (text) => {
    expect(isDigits(text)).toBe(false)
    expect(() => assertDigits(text)).toThrow(CallError)
  })
})
