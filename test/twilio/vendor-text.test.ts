import { describe, expect, it } from 'vitest'
import { maskNumber, vendorText } from '../../src/twilio/vendor-text.ts'

describe('words of Twilio, made fit to be shown', () => {
  it('hides the middle of telephone numbers, however they are written', () => {
    expect(vendorText('The number +14155550123 is unverified.', [])).toBe(
      'The number +1••••••0123 is unverified.',
    )
    expect(vendorText('Call to +44 20 7946 0958 failed', [])).toBe('Call to +44••••••0958 failed')
    expect(vendorText('14155550123, is not valid', [])).toBe('•••••••0123, is not valid')
    expect(vendorText('(415) 555-0123', [])).not.toContain('555')
  })

  it('leaves error codes, dates and identifiers alone', () => {
    const text =
      'Error 21211, see https://www.twilio.com/docs/errors/21211 for CA12345678901234567890123456789012'
    expect(vendorText(text, [])).toBe(text)
  })

  it('removes what a terminal would obey or a reader could not see', () => {
    expect(vendorText('a\u001b[2Jb\u0007\r\nc\u009bd\u202ee\u200bf\u2028g', [])).toBe('a [2Jb c d e f g')
  })

  it('replaces secrets and cuts what is long', () => {
    expect(vendorText('Basic c2VjcmV0 and c2VjcmV0', ['c2VjcmV0', ''])).toBe(
      'Basic [redacted] and [redacted]',
    )
    expect(vendorText('x'.repeat(5000), [])).toHaveLength(240)
  })

  it('is quick about text made to be slow', () => {
    const startedAt = performance.now()
    vendorText('1 '.repeat(200_000), [])
    vendorText(`+${'1-'.repeat(200_000)}`, [])
    expect(performance.now() - startedAt).toBeLessThan(2000)
  })
})

describe('a masked number', () => {
  it.each([
    ['+14155550123', '+1••••••0123'],
    ['+442079460958', '+44••••••0958'],
    ['+79261234567', '+7••••••4567'],
  ])('of %s is %s', (number, masked) => {
    expect(maskNumber(number)).toBe(masked)
  })
})
