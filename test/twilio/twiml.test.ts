import { describe, expect, it } from 'vitest'
import { connectStreamTwiml, dialTwiml, HANGUP_TWIML } from '../../src/twilio/twiml.ts'

describe('the TwiML of a call', () => {
  it('connects the stream, repeats the token as a parameter, and hangs up when the stream is over', () => {
    expect(connectStreamTwiml({ streamUrl: 'wss://calls.example.com/ws/abc', token: 'abc' })).toBe(
      '<?xml version="1.0" encoding="UTF-8"?><Response><Connect><Stream url="wss://calls.example.com/ws/abc">' +
        '<Parameter name="token" value="abc"/></Stream></Connect><Hangup/></Response>',
    )
  })

  it('presses keys first', () => {
    const twiml = connectStreamTwiml({ streamUrl: 'wss://h/abc', token: 'abc' }, 'ww12#')
    expect(twiml).toContain('<Response><Play digits="ww12#"/><Connect><Stream url="wss://h/abc">')
  })

  it('never carries what is no key', () => {
    for (const digits of ['', '1"', '<Hangup/>', 'x'])
      expect(() => connectStreamTwiml({ streamUrl: 'wss://h/abc', token: 'abc' }, digits)).toThrow(RangeError)
  })

  it('dials somebody else, escaped', () => {
    const twiml = dialTwiml({
      ...{ to: '<+1>', callerId: '"+2"', ringSeconds: 25, timeLimitSeconds: 600 },
      ...{ actionUrl: 'https://h/a&b', statusUrl: "https://h/c'd" },
    })
    expect(twiml).toBe(
      '<?xml version="1.0" encoding="UTF-8"?><Response><Dial callerId="&quot;+2&quot;" timeout="25" timeLimit="600"' +
        ' answerOnBridge="true" action="https://h/a&amp;b" method="POST"><Number statusCallback="https://h/c&apos;d"' +
        ' statusCallbackEvent="answered completed" statusCallbackMethod="POST">&lt;+1&gt;</Number></Dial></Response>',
    )
  })

  it('hangs up', () => {
    expect(HANGUP_TWIML).toBe('<?xml version="1.0" encoding="UTF-8"?><Response><Hangup/></Response>')
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
