import { once } from 'node:events'
import { createServer } from 'node:net'
import webhooks from 'twilio/lib/webhooks/webhooks.js'
import { describe, expect, it } from 'vitest'
import { type CustomerPost, startCustomer } from './customer.ts'
import { CALLEE, startBench } from './twilio-bench.ts'

const ALL = ['initiated', 'ringing', 'answered', 'completed']
const words = (posts: readonly CustomerPost[]) => posts.map((post) => post.form.CallStatus)

describe('the status callbacks of the simulated Twilio', () => {
  it('are signed forms with every field, numbered from 0', async () => {
    const customer = await startCustomer()
    const { twilio, dial } = await startBench()
    const url = `${customer.httpUrl}/status/token?x=1&y=%20`
    const call = await dial({ statusCallback: `${url}#rc=3`, statusCallbackEvent: ALL, timeLimit: 1 })
    await customer.until(() => customer.posts.length === 4)
    expect(words(customer.posts)).toEqual(['initiated', 'ringing', 'in-progress', 'completed'])
    for (const [n, { method, headers, form, url: path }] of customer.posts.entries()) {
      expect(method).toBe('POST')
      expect(path).toBe('/status/token?x=1&y=%20')
      const signature = String(headers['x-twilio-signature'])
      expect(webhooks.validateRequest(twilio.authToken, signature, url, form)).toBe(true)
      expect(webhooks.validateRequest('other', signature, url, form)).toBe(false)
      expect(headers['user-agent']).toBe('TwilioProxy/1.1')
      expect(headers['content-type']).toBe('application/x-www-form-urlencoded; charset=UTF-8')
      expect(headers['i-twilio-idempotency-token']).toMatch(/^RQ/)
      expect(form).toMatchObject({
        CallSid: call.sid,
        AccountSid: twilio.accountSid,
        From: twilio.phoneNumber,
        To: CALLEE,
        Caller: twilio.phoneNumber,
        Called: CALLEE,
        Direction: 'outbound-api',
        ApiVersion: '2010-04-01',
        CallbackSource: 'call-progress-events',
        SequenceNumber: String(n),
        Timestamp: expect.stringMatching(/^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d \+0000$/),
      })
    }
    expect(customer.posts[2]?.form).not.toHaveProperty('CallDuration')
    expect(customer.posts[3]?.form).toMatchObject({
      CallDuration: '1',
      Duration: '1',
      SipResponseCode: '200',
    })
    await twilio.waitFor(() => call.callbacks[3]?.answer)
    expect(call.callbacks.map(({ event, answer }) => [event, answer])).toEqual(
      ALL.map((event) => [event, 204]),
    )
  })

  it('tell only the end unless more was asked for, with GET if so ordered', async () => {
    const customer = await startCustomer()
    const { twilio, dial } = await startBench({ phone: { outcome: 'busy' } })
    await dial({ statusCallback: `${customer.httpUrl}/s`, statusCallbackMethod: 'GET' })
    const post = await customer.until(() => customer.posts[0])
    expect(post.method).toBe('GET')
    const query = new URL(post.url, customer.httpUrl).searchParams
    expect(Object.fromEntries(query)).toMatchObject({
      CallStatus: 'busy',
      SequenceNumber: '0',
      CallDuration: '0',
      SipResponseCode: '486',
    })
    const signature = String(post.headers['x-twilio-signature'])
    const url = `${customer.httpUrl}${post.url}`
    expect(webhooks.validateRequest(twilio.authToken, signature, url, {})).toBe(true)
  })

  it.each([
    [
      'doubled',
      [
        'initiated',
        'initiated',
        'ringing',
        'ringing',
        'in-progress',
        'in-progress',
        'completed',
        'completed',
      ],
    ],
    ['reversed', ['in-progress', 'ringing', 'initiated', 'completed']],
  ] as const)('come %s when the scenario says so', async (callbacks, expected) => {
    const customer = await startCustomer()
    const { dial } = await startBench({ faults: { callbacks } })
    await dial({ statusCallback: `${customer.httpUrl}/s`, statusCallbackEvent: ALL, timeLimit: 1 })
    await customer.until(() => customer.posts.length === expected.length)
    expect(words(customer.posts)).toEqual(expected)
  })

  it('do not come at all when the scenario says so', async () => {
    const { dial } = await startBench({ faults: { callbacks: 'none' }, phone: { outcome: 'busy' } })
    const call = await dial({ statusCallback: 'http://127.0.0.1:9/s', statusCallbackEvent: ALL })
    await call.until('busy')
    expect(call.callbacks).toEqual([])
  })

  it('are tried once more when the connection fails, and then given up', async () => {
    const unused = createServer().listen(0, '127.0.0.1')
    await once(unused, 'listening')
    const address = unused.address()
    unused.close()
    const port = typeof address === 'object' && address ? address.port : 0
    const { twilio, dial } = await startBench({ phone: { outcome: 'busy' } })
    const call = await dial({ statusCallback: `http://127.0.0.1:${port}/s` })
    const callback = await twilio.waitFor(() => call.callbacks.find((sent) => sent.error))
    expect(callback).toMatchObject({ attempts: 2, error: expect.stringContaining('ECONNREFUSED') })
  })

  it('are not tried again when they were answered with an error', async () => {
    const customer = await startCustomer({ answer: () => ({ status: 500 }) })
    const { twilio, dial } = await startBench({ phone: { outcome: 'busy' } })
    const call = await dial({ statusCallback: `${customer.httpUrl}/s` })
    await twilio.waitFor(() => call.callbacks[0]?.answer)
    expect(call.callbacks).toMatchObject([{ answer: 500, attempts: 1 }])
  })
})
