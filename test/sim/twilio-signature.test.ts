import webhooks from 'twilio/lib/webhooks/webhooks.js'
import { describe, expect, it } from 'vitest'
import { signRequest } from '../../src/sim/twilio/sign-request.ts'

describe('the signature of the simulated Twilio', () => {
  it('gives the value that Twilio publishes for its example', () => {
    const fields = {
      CallSid: 'CA1234567890ABCDE',
      Caller: '+14158675309',
      Digits: '1234',
      From: '+14158675309',
      To: '+18005551212',
    }
    const signature = signRequest('12345', 'https://mycompany.com/myapp.php?foo=1&bar=2', fields)
    expect(signature).toBe('RSOYDt4T1cUTdK1PDd93/VVr8B8=')
  })

  it('is accepted by the vendor’s own check, for a form and for a WebSocket upgrade', () => {
    const fields = { b: 'zwei', a: 'ß ✓', A: '' }
    const form = signRequest('token', 'https://example.com/s?x=1', fields)
    expect(webhooks.validateRequest('token', form, 'https://example.com/s?x=1', fields)).toBe(true)
    const upgrade = signRequest('token', 'wss://example.com/media/1')
    expect(webhooks.validateRequest('token', upgrade, 'wss://example.com/media/1', {})).toBe(true)
    expect(webhooks.validateRequest('token', upgrade, 'wss://example.com/media/2', {})).toBe(false)
  })
})
