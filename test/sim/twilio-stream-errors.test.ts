import { once } from 'node:events'
import { createServer } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { startCustomer } from './customer.ts'
import { startBench } from './twilio-bench.ts'

const connect = (url: string) =>
  `<Response><Connect><Stream url="${url}"/></Connect><Say>Sorry.</Say></Response>`

/** A TCP server that does `what` with every connection, and its port. */
async function startTcp(what: 'reset' | 'gone'): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => {})
    if (what === 'reset') socket.once('data', () => socket.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (what === 'gone') server.close()
  else onTestFinished(() => void server.close())
  return typeof address === 'object' && address ? address.port : 0
}

describe('a media stream that cannot be opened', () => {
  it('is error 31920 when the upgrade is refused, and the TwiML goes on', async () => {
    const customer = await startCustomer({ refuse: 403 })
    const { twilio, dial } = await startBench()
    const call = await dial({ twiml: customer.twiml('<Say>Sorry.</Say>') })
    await call.until('completed')
    expect(call.verbs).toEqual(['Connect', 'Say Sorry.'])
    expect(call.stream).toMatchObject({ state: 'failed', upgradeStatus: 403 })
    const streamSid = call.stream?.sid
    const detail = 'the upgrade was answered with 403'
    expect(twilio.warnings).toEqual([{ code: 31920, detail, callSid: call.sid, streamSid }])
  })

  it.each([
    [31922, 'ws://example.com/media'],
    [31922, 'https://example.com/media'],
    [31923, '/media'],
    [31904, 'wss://nowhere.invalid/media'],
  ])('is error %i for %s', async (code, url) => {
    const { twilio, dial } = await startBench()
    const call = await dial({ twiml: connect(url) })
    await call.until('completed')
    expect(twilio.warnings).toMatchObject([{ code }])
    expect(call.verbs).toEqual(['Connect', 'Say Sorry.'])
  })

  it('is error 31941 with a track that Connect does not have', async () => {
    const { twilio, dial } = await startBench()
    const call = await dial({ twiml: connect('wss://example.com/m" track="both_tracks') })
    await call.until('completed')
    expect(twilio.warnings).toMatchObject([{ code: 31941 }])
  })

  it.each([
    [31902, 'gone'],
    [31903, 'reset'],
  ] as const)('is error %i when the server is %s', async (code, what) => {
    const port = await startTcp(what)
    const { twilio, dial } = await startBench()
    const call = await dial({ twiml: connect(`ws://127.0.0.1:${port}/m`) })
    await call.until('completed')
    expect(twilio.warnings).toMatchObject([{ code }])
  })

  it('is error 31910 when the server does not speak TLS', async () => {
    const customer = await startCustomer()
    const { twilio, dial } = await startBench()
    const call = await dial({ twiml: connect(customer.wsUrl.replace('ws:', 'wss:')) })
    await call.until('completed')
    expect(twilio.warnings).toMatchObject([{ code: 31910 }])
  })

  it('is never opened when the scenario says so, and the call stays in progress', async () => {
    const customer = await startCustomer()
    const { client, dial } = await startBench({ faults: { mediaNever: true } })
    const call = await dial({ twiml: customer.twiml() })
    await call.until('in-progress')
    await client.calls(call.sid).update({ status: 'completed' })
    expect(customer.sockets).toEqual([])
    expect(call).toMatchObject({ stream: undefined, endedBy: 'rest' })
  })
})

describe('a media stream that breaks', () => {
  it('is error 31903 when the server breaks the connection without a close frame', async () => {
    const customer = await startCustomer({ started: ({ socket }) => socket.terminate() })
    const { twilio, dial } = await startBench()
    const call = await dial({ twiml: customer.twiml() })
    await call.until('completed')
    expect(call.stream).toMatchObject({ state: 'closed', closeCode: 1006 })
    expect(twilio.warnings).toMatchObject([{ code: 31903 }])
  })

  it('is dropped without a close frame when the scenario says so, and the call stays in progress', async () => {
    const customer = await startCustomer()
    const { twilio, client, dial } = await startBench({ faults: { mediaDropMs: 500 } })
    const call = await dial({ twiml: customer.twiml('<Say>Sorry.</Say>') })
    const socket = await customer.stream()
    await customer.until(() => socket.closeCode)
    expect(socket.closeCode).toBe(1006)
    expect(socket.messages.some((message) => message.event === 'stop')).toBe(false)
    expect(socket.messages.filter((message) => message.event === 'media')).toHaveLength(25)
    expect(call).toMatchObject({ status: 'in-progress', verbs: ['Connect'], stream: { state: 'dropped' } })
    await client.calls(call.sid).update({ status: 'completed' })
    expect(call.stream?.state).toBe('dropped')
    expect(twilio.warnings).toEqual([])
  })
})
