import { describe, expect, it } from 'vitest'
import { clearJson, markJson, mediaJson, readMediaMessage } from '../../src/twilio/media-messages.ts'

const streamSid = 'MZ18ad3ab5a668481ce02b83e7395059f0'
const callSid = 'CA123456789012345678901234567890ab'
const accountSid = 'AC123456789012345678901234567890ab'
const read = (message: unknown) => readMediaMessage(JSON.stringify(message))

describe('reading Media Streams messages', () => {
  it('reads the messages of the documentation', () => {
    expect(read({ event: 'connected', protocol: 'Call', version: '1.0.0' })).toEqual({ event: 'connected' })
    expect(
      read({
        event: 'start',
        sequenceNumber: '1',
        start: {
          accountSid,
          streamSid,
          callSid,
          tracks: ['inbound'],
          mediaFormat: { encoding: 'audio/x-mulaw', sampleRate: 8000, channels: 1 },
          customParameters: { FirstName: 'Jane' },
        },
        streamSid,
      }),
    ).toEqual({
      event: 'start',
      streamSid,
      accountSid,
      callSid,
      format: { encoding: 'audio/x-mulaw', sampleRate: 8000, channels: 1 },
      parameters: new Map([['FirstName', 'Jane']]),
    })
    const media = { track: 'inbound', chunk: '2', timestamp: '5', payload: 'no+JhoaJjpzS' }
    expect(read({ event: 'media', sequenceNumber: '4', media, streamSid })).toEqual({
      event: 'media',
      streamSid,
      mulaw: Buffer.from('no+JhoaJjpzS', 'base64'),
      atMs: 5,
    })
    expect(read({ event: 'mark', sequenceNumber: '4', streamSid, mark: { name: 'my label' } })).toEqual({
      event: 'mark',
      streamSid,
      name: 'my label',
    })
    const dtmf = { track: 'inbound_track', digit: '1' }
    expect(read({ event: 'dtmf', streamSid, sequenceNumber: '5', dtmf })).toEqual({
      event: 'dtmf',
      streamSid,
      digit: '1',
    })
    expect(read({ event: 'stop', sequenceNumber: '5', streamSid, stop: { accountSid, callSid } })).toEqual({
      event: 'stop',
      streamSid,
    })
  })

  it('does without custom parameters, media format, and sequence numbers', () => {
    expect(read({ event: 'start', streamSid, start: { accountSid, callSid } })).toMatchObject({
      format: undefined,
      parameters: new Map(),
    })
    expect(read({ event: 'media', streamSid, media: { payload: '/w==' } })).toMatchObject({ atMs: undefined })
  })

  it('passes over events and fields that it does not know', () => {
    expect(read({ event: 'weather', streamSid })).toBeUndefined()
    expect(read({ event: 'stop', streamSid, stop: null, extra: { deep: [1] } })).toEqual({
      event: 'stop',
      streamSid,
    })
  })

  it('does not take our own track for the person', () => {
    expect(read({ event: 'media', streamSid, media: { track: 'outbound', payload: '/w==' } })).toBeUndefined()
  })

  it('keeps a property called __proto__ a mere parameter', () => {
    const text = `{"event":"start","streamSid":"${streamSid}","start":{"accountSid":"${accountSid}","callSid":"${callSid}","customParameters":{"__proto__":"x","token":"t"}}}`
    expect(readMediaMessage(text)).toMatchObject({
      parameters: new Map([
        ['__proto__', 'x'],
        ['token', 't'],
      ]),
    })
  })

  it.each([
    '',
    'hello',
    '[]',
    'null',
    '7',
    '{"event":7}',
    '{"event":"media"}',
    `{"event":"media","streamSid":"${streamSid}"}`,
    `{"event":"media","streamSid":"${streamSid}","media":[]}`,
    `{"event":"media","streamSid":"${streamSid}","media":{"payload":5}}`,
    `{"event":"media","streamSid":"../../etc","media":{"payload":"/w=="}}`,
    `{"event":"mark","streamSid":"${streamSid}","mark":{}}`,
    `{"event":"dtmf","streamSid":"${streamSid}","dtmf":{"digit":"12"}}`,
    `{"event":"dtmf","streamSid":"${streamSid}","dtmf":{"digit":"\\u001b"}}`,
    `{"event":"start","streamSid":"${streamSid}","start":{"accountSid":"${accountSid}","callSid":"CA/../x"}}`,
    `{"event":"start","streamSid":"${streamSid}"}`,
    `{"event":"stop","streamSid":["${streamSid}"]}`,
    `{"event":"stop","streamSid":"${streamSid}"`,
  ])('answers %j with undefined and never throws', (text) => {
    expect(readMediaMessage(text)).toBeUndefined()
  })

  it('M4 survives every cut and every flipped character of a real message', () => {
    const text = JSON.stringify({ event: 'media', streamSid, media: { timestamp: '5', payload: 'no+J' } })
    for (let at = 0; at < text.length; at++) {
      expect(() => readMediaMessage(text.slice(0, at))).not.toThrow()
      expect(() => readMediaMessage(`${text.slice(0, at)}\u0000${text.slice(at + 1)}`)).not.toThrow()
    }
  })
})

describe('writing Media Streams messages', () => {
  it('writes exactly the fields that Twilio allows, no more', () => {
    expect(JSON.parse(mediaJson(streamSid, '/w=='))).toEqual({
      event: 'media',
      streamSid,
      media: { payload: '/w==' },
    })
    expect(JSON.parse(markJson(streamSid, 'a"b\\\n'))).toEqual({
      event: 'mark',
      streamSid,
      mark: { name: 'a"b\\\n' },
    })
    expect(JSON.parse(clearJson(streamSid))).toEqual({ event: 'clear', streamSid })
  })
})
