import { describe, expect, it } from 'vitest'
import { createSignatureCheck } from '../../src/twilio/signature.ts'
import { sign } from './stage.ts'

const isSigned = await createSignatureCheck('12345')
const signed = (url: string, form: Record<string, string> = {}) => sign(url, form, '12345')

describe('the signature check', () => {
  it('accepts the example of the SDK and nothing near it', () => {
    const url = 'https://mycompany.com/myapp.php?foo=1&bar=2'
    const form = {
      CallSid: 'CA1234567890ABCDE',
      Caller: '+14158675309',
      Digits: '1234',
      From: '+14158675309',
      To: '+18005551212',
    }
    const signature = 'RSOYDt4T1cUTdK1PDd93/VVr8B8='
    expect(isSigned(url, signature, form)).toBe(true)
    expect(isSigned(url, signature, { ...form, Digits: '1235' })).toBe(false)
    expect(isSigned(url, signature, { ...form, Extra: '' })).toBe(false)
    expect(isSigned(url.replace('mycompany', 'yourcompany'), signature, form)).toBe(false)
    expect(isSigned(url, 'RSOYDt4T1cUTdK1PDd93/VVr8B9=', form)).toBe(false)
  })

  it.each([
    ['wss://h.example/media', 'wss://h.example/media'],
    ['wss://h.example/media', 'wss://h.example:443/media'],
    ['wss://h.example/media', 'wss://h.example/media/'],
    ['wss://h.example/media', 'https://h.example/media'],
    ['wss://h.example/media', 'https://h.example:443/media/'],
    ['ws://127.0.0.1:4000/ws/x', 'ws://127.0.0.1:4000/ws/x'],
    ['ws://127.0.0.1:4000/ws/x', 'http://127.0.0.1:4000/ws/x'],
    ['https://h.example/a/status', 'https://h.example/a/status'],
    ['https://h.example/a/status', 'https://h.example:443/a/status'],
    ['wss://h.example:8443/media', 'wss://h.example:8443/media'],
    ['wss://H.Example/Media', 'wss://H.Example/Media'],
  ])('for %s accepts what was signed as %s', (url, signedAs) => {
    expect(isSigned(url, signed(signedAs), {})).toBe(true)
  })

  it.each([
    ['wss://h.example/media', 'wss://h.example/media2'],
    ['wss://h.example/media', 'wss://other.example/media'],
    ['wss://h.example/media', 'ws://h.example/media'],
    ['https://h.example/a', 'wss://h.example/a'],
    ['wss://h.example/media', 'wss://h.example/media?x=1'],
  ])('for %s refuses what was signed as %s', (url, signedAs) => {
    expect(isSigned(url, signed(signedAs), {})).toBe(false)
  })

  it('refuses a missing, empty or strange signature, and another token', () => {
    const url = 'wss://h.example/media'
    for (const signature of [undefined, '', 'x', '\u0000', 'é'.repeat(28)])
      expect(isSigned(url, signature, {})).toBe(false)
    expect(isSigned(url, sign(url, {}, 'another'), {})).toBe(false)
  })

  it('takes an address that it cannot parse for unsigned', () => {
    expect(isSigned('/media', signed('/media'), {})).toBe(false)
  })
})
