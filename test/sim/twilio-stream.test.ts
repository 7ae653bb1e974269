import webhooks from 'twilio/lib/webhooks/webhooks.js'
import { describe, expect, it } from 'vitest'
import { startCustomer } from './customer.ts'
import { person, soundings, startBench } from './twilio-bench.ts'

describe('a media stream of the simulated Twilio', () => {
  it('connects with a signed upgrade, without origin, subprotocol, compression or query', async () => {
    const customer = await startCustomer()
    const { twilio, dial } = await startBench()
    const call = await dial({ twiml: customer.twiml('', '/media/token?secret=1') })
    const { url, headers } = await customer.stream()
    expect(url).toBe('/media/token')
    expect(headers['user-agent']).toBe('Twilio.TmeWs/1.0')
    for (const absent of ['origin', 'sec-websocket-protocol', 'sec-websocket-extensions']) {
      expect(headers).not.toHaveProperty(absent)
    }
    const signature = String(headers['x-twilio-signature'])
    expect(webhooks.validateRequest(twilio.authToken, signature, customer.wsUrl, {})).toBe(true)
    expect(call.stream).toMatchObject({ upgradeStatus: 101, state: 'open' })
  })

  it('begins with connected and start, exactly as documented', async () => {
    const customer = await startCustomer()
    const { twilio, dial } = await startBench()
    const call = await dial({ twiml: customer.twiml() })
    const { messages, streamSid } = await customer.stream()
    expect(messages.slice(0, 2)).toEqual([
      { event: 'connected', protocol: 'Call', version: '1.0.0' },
      {
        event: 'start',
        sequenceNumber: '1',
        start: {
          accountSid: twilio.accountSid,
          streamSid,
          callSid: call.sid,
          tracks: ['inbound'],
          mediaFormat: { encoding: 'audio/x-mulaw', sampleRate: 8000, channels: 1 },
          customParameters: { run: '7 & 8' },
        },
        streamSid,
      },
    ])
    expect(streamSid).toMatch(/^MZ[0-9a-f]{32}$/)
    expect(call.stream?.sid).toBe(streamSid)
  })

  it('sends 20 ms of sound every 20 ms of its clock, silence included', async () => {
    const customer = await startCustomer()
    const { twilio, dial } = await startBench()
    await dial({ twiml: customer.twiml() })
    const { messages, streamSid } = await customer.stream()
    const startedAt = performance.now()
    const media = () => messages.filter((message) => message.event === 'media')
    await customer.until(() => media().length >= 100)
    expect((performance.now() - startedAt) * 10).toBeGreaterThan(1700)
    for (const [n, message] of media().entries()) {
      expect(message).toEqual({
        event: 'media',
        sequenceNumber: String(n + 2),
        media: {
          track: 'inbound',
          chunk: String(n + 1),
          timestamp: String(n * 20),
          payload: Buffer.alloc(160, 0xff).toString('base64'),
        },
        streamSid,
      })
    }
    expect(twilio.warnings).toEqual([])
  })

  it('leaves media out where the scenario has gaps: time stamps jump, numbers do not, and what is said is lost', async () => {
    const customer = await startCustomer()
    const mediaGaps = [
      { atMs: 400, forMs: 200 },
      { atMs: 800, forMs: 100 },
    ]
    const turns = [person('twelve chars', { pauseMs: 300 })]
    const { dial } = await startBench({ faults: { mediaGaps }, turns })
    const call = await dial({ twiml: customer.twiml() })
    const { messages } = await customer.stream()
    const media = () => messages.flatMap((message) => message.media ?? [])
    await customer.until(() => media().length >= 100)
    const times = Array.from({ length: 115 }, (_, n) => n * 20).filter(
      (ms) => !mediaGaps.some(({ atMs, forMs }) => ms >= atMs && ms < atMs + forMs),
    )
    const sent = media().slice(0, 100)
    expect(sent.map(({ timestamp }) => Number(timestamp))).toEqual(times.slice(0, 100))
    expect(sent.map(({ chunk }) => Number(chunk))).toEqual(sent.map((_, n) => n + 1))
    const numbers = messages.slice(1).map(({ sequenceNumber }) => Number(sequenceNumber))
    expect(numbers).toEqual(numbers.map((_, n) => n + 1))
    expect(soundings(call.stream?.said ?? new Int16Array(0), 20).slice(0, 3)).toEqual([
      [300, 400],
      [600, 800],
      [900, 1500],
    ])
  })

  it('says stop and closes with 1000 when the call is ended by REST', async () => {
    const customer = await startCustomer()
    const { twilio, client, dial } = await startBench()
    const call = await dial({ twiml: customer.twiml('<Say>Sorry.</Say>') })
    const socket = await customer.stream()
    await client.calls(call.sid).update({ status: 'completed' })
    await customer.until(() => socket.closeCode)
    const last = socket.messages.at(-1)
    expect(last).toEqual({
      event: 'stop',
      sequenceNumber: String(socket.messages.length - 1),
      stop: { accountSid: twilio.accountSid, callSid: call.sid },
      streamSid: socket.streamSid,
    })
    expect(socket.closeCode).toBe(1000)
    expect(call.verbs).toEqual(['Connect'])
    expect(twilio.warnings).toEqual([])
  })

  it('goes on with the next verb, or ends the call, when the server closes the WebSocket', async () => {
    const customer = await startCustomer({ started: ({ socket }) => socket.close(1000) })
    const { twilio, dial } = await startBench()
    const alone = await dial({ twiml: customer.twiml() })
    await alone.until('completed')
    expect(alone).toMatchObject({ endedBy: 'twiml', verbs: ['Connect'] })
    const followed = await dial({ twiml: customer.twiml('<Say>Sorry.</Say><Hangup/>') })
    await followed.until('completed')
    expect(followed.verbs).toEqual(['Connect', 'Say Sorry.', 'Hangup'])
    expect(followed.stream).toMatchObject({ state: 'closed', closeCode: 1000 })
    expect(twilio.warnings).toEqual([])
  })

  it('is stopped and replaced when the call is redirected to other TwiML', async () => {
    const customer = await startCustomer()
    const { client, dial } = await startBench()
    const call = await dial({ twiml: customer.twiml() })
    const first = await customer.stream()
    await client.calls(call.sid).update({
      twiml: customer.twiml().replace('<Connect>', '<Play digits="1"/><Connect>'),
    })
    const second = await customer.until(() => customer.sockets[1]?.streamSid)
    expect(first.messages.at(-1)?.event).toBe('stop')
    expect(second).not.toBe(first.streamSid)
    expect(call.status).toBe('in-progress')
    expect(call.verbs).toEqual(['Connect', 'Play 1', 'Connect'])
  })

  it('reports its own life to its status callback', async () => {
    const customer = await startCustomer({ started: ({ socket }) => socket.close(4000) })
    const { twilio, dial } = await startBench()
    const attributes = `statusCallback="${customer.httpUrl}/stream" name="main"`
    const call = await dial({ twiml: customer.twiml().replace('<Stream ', `<Stream ${attributes} `) })
    await customer.until(() => customer.posts.length === 3)
    const form = (event: string) => customer.posts.find((post) => post.form.StreamEvent === event)?.form
    expect(form('stream-started')).toMatchObject({ StreamName: 'main', StreamSid: call.stream?.sid })
    expect(form('stream-error')?.StreamError).toContain('31921')
    expect(form('stream-stopped')?.Timestamp).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/)
    expect(twilio.warnings).toMatchObject([{ code: 31921, streamSid: call.stream?.sid }])
  })

  it('sends pressed keys as dtmf messages', async () => {
    const customer = await startCustomer()
    const { dial } = await startBench({ turns: [person('', { digits: '1#', hangUp: true })] })
    const call = await dial({ twiml: customer.twiml() })
    await call.until('completed')
    const socket = await customer.stream()
    await customer.until(() => socket.closeCode)
    const keys = socket.messages.filter((message) => message.event === 'dtmf')
    expect(keys.map((key) => key.dtmf)).toEqual([
      { track: 'inbound_track', digit: '1' },
      { track: 'inbound_track', digit: '#' },
    ])
    expect(soundings(call.stream?.said ?? new Int16Array(0))).toEqual([])
    expect(call.endedBy).toBe('person')
  })
})
