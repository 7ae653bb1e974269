import { describe, expect, it } from 'vitest'
import { startCustomer } from './customer.ts'
import { startBench } from './twilio-bench.ts'

/** Slow enough that a few requests fit into the moment before a programme is left. */
const SLOW = { speed: 0.5, phone: { ringMs: 50 } }
const BYE = '<Response><Say>Bye.</Say></Response>'

/** A call with an open stream, and the customer at its other end. */
async function streaming(options: Parameters<typeof startBench>[0] = {}, after = '<Hangup/>') {
  const customer = await startCustomer()
  const bench = await startBench(options)
  const call = await bench.dial({ twiml: customer.twiml(after) })
  const socket = await customer.stream()
  const redirect = (twiml = BYE, more = {}) => bench.client.calls(call.sid).update({ twiml, ...more })
  return { ...bench, customer, call, socket, redirect }
}

describe('a live call that is given other TwiML', () => {
  it('answers first, leaves its programme a moment later, and closes the stream with stop and 1000', async () => {
    const { customer, call, socket, redirect } = await streaming(SLOW)
    expect((await redirect(customer.twiml('', '/media/second'))).status).toBe('in-progress')
    expect(call.twiml).toHaveLength(1)
    expect(socket.messages.at(-1)?.event).not.toBe('stop')
    await customer.until(() => socket.closeCode)
    expect(socket.closeCode).toBe(1000)
    expect(socket.messages.at(-1)).toMatchObject({ event: 'stop', stop: { callSid: call.sid } })
    const second = await customer.until(() => customer.sockets.find(({ url }) => url === '/media/second'))
    await customer.until(() => second.streamSid)
    expect(second.streamSid).not.toBe(socket.streamSid)
    expect(call.streams.map(({ state }) => state)).toEqual(['closed', 'open'])
    expect(call.stream).toBe(call.streams[1])
  })

  it('ends when the customer closes the stream before that, and nothing but Hangup follows it', async () => {
    const { call, socket, redirect } = await streaming(SLOW)
    await redirect()
    socket.socket.close(1000)
    await call.until('completed')
    expect(call.endedBy).toBe('twiml')
    expect(call.verbs).toEqual(['Connect', 'Hangup'])
  })

  it('executes only the last of several programmes', async () => {
    const { call, redirect } = await streaming(SLOW)
    await redirect('<Response><Say>One.</Say></Response>')
    await redirect('<Response><Say>Two.</Say></Response>')
    await call.until('completed')
    expect(call.verbs).toEqual(['Connect', 'Say Two.'])
  })

  it('may get another time limit with it, or alone', async () => {
    const { client, call, redirect } = await streaming({ speed: 20 })
    await redirect('<Response><Pause length="600"/></Response>', { timeLimit: 600 })
    await client.calls(call.sid).update({ timeLimit: 3 })
    await call.until('completed')
    expect(call.endedBy).toBe('time-limit')
    const [answered, ended] = call.history.slice(-2)
    expect((ended?.atMs ?? 0) - (answered?.atMs ?? 0)).toBeGreaterThanOrEqual(2990)
  })

  it('refuses a time limit that is invalid or already over, and then does nothing else either', async () => {
    const { twilio, call, redirect } = await streaming({ speed: 20 })
    await expect(redirect(BYE, { timeLimit: 14_401 })).rejects.toMatchObject({ status: 400, code: 13216 })
    await twilio.waitFor(() => (call.stream?.heard.length ?? 0) > 8000)
    await expect(redirect(BYE, { timeLimit: 1 })).rejects.toMatchObject({ status: 400, code: 13216 })
    await twilio.waitFor(() => (call.stream?.heard.length ?? 0) > 16_000)
    expect(call.verbs).toEqual(['Connect'])
  })

  it('cannot fetch from a relative address: 15004, and the call ends', async () => {
    const { twilio, call, redirect } = await streaming()
    await redirect('<Response><Redirect>/next</Redirect></Response>')
    await call.until('completed')
    expect(twilio.warnings).toMatchObject([{ code: 15004, callSid: call.sid }])
  })

  it('fault redirect_error: is refused and goes on', async () => {
    const redirectError = { status: 500, code: 20500, message: 'Internal' }
    const { twilio, call, redirect } = await streaming({ faults: { redirectError } })
    await expect(redirect()).rejects.toMatchObject(redirectError)
    await twilio.waitFor(() => (call.stream?.heard.length ?? 0) > 8000)
    expect(call).toMatchObject({ status: 'in-progress', verbs: ['Connect'], stream: { state: 'open' } })
  })

  it.each(['lost', 'refused'] as const)(
    'fault redirect_reset %s: the request breaks',
    async (redirectReset) => {
      const { twilio, call, redirect } = await streaming({ faults: { redirectReset } })
      await expect(redirect()).rejects.toMatchObject({ code: 'ECONNRESET' })
      if (redirectReset === 'lost') await call.until('completed')
      else await twilio.waitFor(() => (call.stream?.heard.length ?? 0) > 8000)
      expect(call.verbs).toEqual(redirectReset === 'lost' ? ['Connect', 'Say Bye.'] : ['Connect'])
      expect(twilio.requests.at(-1)?.status).toBe(0)
    },
  )

  it('fault redirect_drops_media: the new stream never connects, and the call stays', async () => {
    const { twilio, customer, call, socket, redirect } = await streaming({
      faults: { redirectDropsMedia: true },
    })
    await redirect(customer.twiml())
    await customer.until(() => socket.closeCode)
    await twilio.waitFor(() => call.verbs.length === 2)
    expect(call).toMatchObject({ status: 'in-progress', verbs: ['Connect', 'Connect'] })
    expect(customer.sockets).toHaveLength(1)
  })
})

describe('TwiML from the customer’s server', () => {
  it.each([
    ['text/xml; charset=utf-8', undefined],
    ['application/json', 12300],
  ])('of type %s leads to warning %s', async (type, code) => {
    const customer = await startCustomer({ answer: () => ({ status: 200, body: BYE, type }) })
    const { twilio, dial } = await startBench({ speed: 50 })
    const call = await dial({ url: customer.httpUrl })
    await call.until('completed')
    expect(twilio.warnings.map((warning) => warning.code)).toEqual(code ? [code] : [])
    expect(call.verbs).toEqual(code ? [] : ['Say Bye.'])
  })
})
