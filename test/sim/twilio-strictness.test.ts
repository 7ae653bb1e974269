import { describe, expect, it } from 'vitest'
import { readCustomerMessage } from '../../src/sim/twilio/customer-messages.ts'
import { startCustomer } from './customer.ts'
import { startBench } from './twilio-bench.ts'

const streamSid = 'MZ1'
const payload = Buffer.alloc(160, 0x80).toString('base64')

describe('the reader of what a customer sends', () => {
  it.each([
    [{ event: 'media', streamSid, media: { payload } }, 'media'],
    [{ event: 'mark', streamSid, mark: { name: 'x' } }, 'mark'],
    [{ event: 'clear', streamSid }, 'clear'],
  ])('accepts %o', (message, event) => {
    expect(readCustomerMessage(JSON.stringify(message), streamSid)).toMatchObject({ event })
  })

  it.each([
    ['{', 'not a JSON object'],
    ['[1]', 'not a JSON object'],
    ['null', 'not a JSON object'],
    ['{}', 'unknown event undefined'],
    [{ event: 'pause', streamSid }, 'unknown event "pause"'],
    [{ event: 'clear' }, 'clear: missing field streamSid'],
    [{ event: 'clear', streamSid: 'MZ2' }, 'clear: wrong streamSid'],
    [{ event: 'clear', streamSid, clear: {} }, 'clear: extra field clear'],
    [{ event: 'mark', streamSid }, 'mark: missing field mark'],
    [{ event: 'mark', streamSid, mark: {} }, 'mark: missing field name'],
    [{ event: 'mark', streamSid, mark: { name: 7 } }, 'mark.name is not a text'],
    [
      { event: 'mark', streamSid, mark: { name: 'x' }, sequenceNumber: '1' },
      'mark: extra field sequenceNumber',
    ],
    [{ event: 'media', streamSid, media: { payload, track: 'outbound' } }, 'media: extra field track'],
    [{ event: 'media', streamSid, media: payload }, 'media is not an object'],
    [{ event: 'media', streamSid, media: { payload: '' } }, 'media.payload is not a text'],
    [{ event: 'media', streamSid, media: { payload: '*!' } }, 'media.payload is not base64'],
    [{ event: 'media', streamSid, media: { payload: 'AAA' } }, 'media.payload is not base64'],
  ])('refuses %o: %s', (message, problem) => {
    const text = typeof message === 'string' ? message : JSON.stringify(message)
    expect(readCustomerMessage(text, streamSid)).toEqual({ problem })
  })
})

describe('a customer who misbehaves on the stream', () => {
  it('is warned of each invalid message, and nothing of it is played or echoed', async () => {
    const customer = await startCustomer()
    const { twilio, dial } = await startBench()
    const call = await dial({ twiml: customer.twiml() })
    const socket = await customer.stream()
    socket.send({ event: 'media', streamSid: 'MZother', media: { payload } })
    socket.send({ event: 'mark', streamSid: socket.streamSid, mark: {} })
    socket.mark('good')
    await customer.until(() => socket.messages.some((message) => message.event === 'mark'))
    const streamed = { callSid: call.sid, streamSid: socket.streamSid }
    expect(twilio.warnings).toEqual([
      { code: 31951, detail: 'media: wrong streamSid', ...streamed },
      { code: 31951, detail: 'mark: missing field name', ...streamed },
    ])
    expect(call.stream?.heard.some((sample) => sample !== 0)).toBe(false)
    expect(call.stream?.marks.map((mark) => mark.name)).toEqual(['good'])
  })

  it('is warned once of binary frames', async () => {
    const customer = await startCustomer()
    const { twilio, dial } = await startBench()
    await dial({ twiml: customer.twiml() })
    const socket = await customer.stream()
    socket.socket.send(Buffer.alloc(160))
    socket.socket.send(Buffer.alloc(160))
    socket.mark('after')
    await customer.until(() => socket.messages.some((message) => message.event === 'mark'))
    expect(twilio.warnings).toMatchObject([{ code: 31950 }])
  })
})
