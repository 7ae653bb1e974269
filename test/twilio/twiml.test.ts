import { describe, expect, it } from 'vitest'
import { connectStreamTwiml } from '../../src/twilio/twiml.ts'

describe('the TwiML of a call', () => {
  it('connects the stream, repeats the token as a parameter, and hangs up when the stream is over', () => {
    expect(connectStreamTwiml({ streamUrl: 'wss://calls.example.com/ws/abc', token: 'abc' })).toBe(
      '<?xml version="1.0" encoding="UTF-8"?><Response><Connect><Stream url="wss://calls.example.com/ws/abc">' +
        '<Parameter name="token" value="abc"/></Stream></Connect><Hangup/></Response>',
    )
  })

  it('escapes what XML gives a meaning', () => {
    const twiml = connectStreamTwiml({ streamUrl: `wss://h/a&b'c`, token: '<"x">' })
    expect(twiml).toContain('url="wss://h/a&amp;b&apos;c"')
    expect(twiml).toContain('value="&lt;&quot;x&quot;&gt;"')
  })

  it('never carries a query or a fragment, which Twilio would strip or refuse', () => {
    for (const streamUrl of ['wss://h/a?token=1', 'wss://h/a#x']) {
      expect(() => connectStreamTwiml({ streamUrl, token: 't' })).toThrow(RangeError)
    }
  })
})
