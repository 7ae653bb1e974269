import { describe, expect, it } from 'vitest'
import { CallError } from '../../src/call/error.ts'
import { asE164, checkPhoneNumber } from '../../src/config/phone-number.ts'

async function refusal(text: string): Promise<CallError> {
  const error = await checkPhoneNumber(text).catch((thrown: unknown) => thrown)
  if (!(error instanceof CallError)) throw new Error(`${text} was not refused`)
  return error
}

describe('a number to ring', () => {
  it.each([
    ['+12025550123', '+12025550123', 'US'],
    ['+1 (202) 555-0123', '+12025550123', 'US'],
    ['+1.202.555.0123', '+12025550123', 'US'],
    ['+1\u00A0202\u2011555\u20110123', '+12025550123', 'US'],
    ['+44 (0)20 7946 0958', '+442079460958', 'GB'],
    ['+39 06 1234 5678', '+390612345678', 'IT'],
    ['+44 300 123 1234', '+443001231234', 'GB'],
    // Begins with India's emergency number 112 and is an ordinary number in Delhi.
    ['+91 11 2345 6789', '+911123456789', 'IN'],
    ['+18002255288', '+18002255288', 'US'],
  ])('%s passes as %s', async (text, e164, country) => {
    expect(await checkPhoneNumber(text)).toEqual({ e164, country, warnings: [] })
  })

  it('passes with a warning when it has the right length but nobody has it', async () => {
    const checked = await checkPhoneNumber('+15551234567')
    expect(checked).toMatchObject({ e164: '+15551234567', country: undefined })
    expect(checked.warnings).toEqual([expect.objectContaining({ code: 'number-unassigned' })])
  })

  it('passes with a warning when it looks like home and is abroad', async () => {
    const { warnings } = await checkPhoneNumber('+18765551234')
    expect(warnings).toEqual([expect.objectContaining({ code: 'number-abroad' })])
    expect(warnings[0]?.message).toContain('Jamaica')
  })

  it.each([
    ...['911', '9-1-1', ' 911 ', '112', '999', '000', '110', '118', '119', '08', '15', '17', '18', '933'],
    ...['+911', '+1911', '+112', '+999', '+44999', '+49112', '+61000', '+1 911', '+19115551234'],
  ])('A13 %s is refused as an emergency number', async (text) => {
    const error = await refusal(text)
    expect(error.code).toBe('number-refused')
    expect(error.message).toContain('is an emergency number')
  })

  it.each([
    ['+1 900 234 5678', 'premium-rate'],
    ['+19001234567', 'premium-rate'],
    ['+19765551234', 'premium-rate'],
    ['+449098790000', 'premium-rate'],
    ['+33899123456', 'premium-rate'],
    ['+33810123456', 'shared-cost'],
    ['+611300123456', 'shared-cost'],
    ['+447012345678', 'a personal number'],
    ['+881612345678', 'satellite'],
    ['+870773111632', 'satellite'],
    ['+88212345678', 'satellite'],
    ['+979123456789', 'premium-rate'],
  ])('A14 %s is refused as %s', async (text, kind) => {
    const error = await refusal(text)
    expect(error.code).toBe('number-refused')
    expect(error.message).toContain(kind)
  })

  it.each([
    ['2025550123', 'perhaps you mean +12025550123'],
    ['12025550123', 'perhaps you mean +12025550123'],
    ['0049 30 901820', 'perhaps you mean +4930901820'],
    ['-12025550123', 'perhaps you mean +12025550123'],
    ['0301234', 'such as +12025550123'],
    ['22000', 'such as +12025550123'],
  ])('%s lacks the plus, and the hint says how to write it', async (text, hint) => {
    expect((await refusal(text)).hint).toContain(hint)
  })

  it.each([
    ...[
      '',
      '+',
      'mother',
      '+1800FLOWERS',
      '+12025550123;ext=5',
      '+12025550123x5',
      '++12025550123',
      'tel:+12025550123',
    ],
    ...[
      '+1202555',
      '+1234567',
      '+120255501234',
      '+999123456789',
      '+0123456789',
      '+12000',
      '+491512',
      '+1202555012345678',
    ],
  ])('%s is refused', async (text) => {
    const error = await refusal(text)
    expect(error.code).toBe('number-refused')
    expect(error.message.length).toBeLessThan(120)
  })

  it.each(['', ' ', '+', 'abc', '911 please', '+1-800-FLOWERS', '١٢٣'])(
    '"%s" is said to be no phone number, and nothing else',
    async (text) => {
      expect((await refusal(text)).message).toContain('is not a phone number')
    },
  )

  it('of endless length is refused in few words', async () => {
    expect((await refusal('+1'.padEnd(5000, '2'))).message.length).toBeLessThan(120)
  })

  it('is never repeated with characters that steer a terminal', async () => {
    const { message } = await refusal('+1\u001B[2J\u009B1m\u202E')
    expect(message).toMatch(/^[\x20-\x7E]+$/)
  })
})

describe('the form of E.164', () => {
  it('takes punctuation out and wants 7 to 15 digits behind a plus', () => {
    expect(asE164('+1 (202) 555-0123')).toBe('+12025550123')
    for (const text of ['12025550123', '+0202555012', '+123456', '+1234567890123456']) {
      expect(asE164(text)).toBeUndefined()
    }
  })
})
