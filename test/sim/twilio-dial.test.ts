import webhooks from 'twilio/lib/webhooks/webhooks.js'
import { describe, expect, it } from 'vitest'
import type { CustomerPost } from './customer.ts'
import { startCustomer } from './customer.ts'
import { CALLEE, person, startBench } from './twilio-bench.ts'

const OTHER = '+12025550177'
const BACK = '<Response><Say>Back.</Say></Response>'

/** A call that is put through to somebody else at once. `attributes` are of `<Dial>`. */
async function dialled(
  options: Parameters<typeof startBench>[0] = {},
  attributes = '',
  answer: (post: CustomerPost) => { status: number; body?: string } = ({ url }) =>
    url === '/back' ? { status: 200, body: BACK } : { status: 204 },
) {
  const customer = await startCustomer({ answer })
  const bench = await startBench({ speed: 20, ...options })
  const number = `<Number statusCallback="${customer.httpUrl}/child?x=1" statusCallbackEvent="initiated ringing answered completed">${OTHER}</Number>`
  const twiml = `<Response><Dial action="${customer.httpUrl}/back" ${attributes}>${number}</Dial></Response>`
  const call = await bench.dial({ twiml })
  const transfer = await bench.twilio.waitFor(() => call.transfers[0])
  const back = () => customer.posts.find(({ url }) => url === '/back')?.form
  return { ...bench, customer, call, transfer, back }
}
const words = (history: readonly { status: string }[]) => history.map(({ status }) => status).join(' ')

describe('a simulated call that is put through', () => {
  it('is joined with a child call that tells its progress in signed forms, and comes back by action', async () => {
    const { twilio, customer, call, transfer, back } = await dialled({ phone: { transferTalkMs: 3000 } })
    await call.until('completed')
    expect(transfer).toMatchObject({ to: OTHER, callerId: twilio.phoneNumber, status: 'completed' })
    expect(transfer.sid).toMatch(/^CA[0-9a-f]{32}$/)
    expect(words(transfer.history)).toBe('initiated ringing in-progress completed')
    const talkedMs = (transfer.history[3]?.atMs ?? 0) - (transfer.history[2]?.atMs ?? 0)
    expect(talkedMs).toBeGreaterThanOrEqual(2990)
    expect(back()).toMatchObject({
      CallSid: call.sid,
      CallStatus: 'in-progress',
      DialCallStatus: 'completed',
      DialCallSid: transfer.sid,
      DialCallDuration: '3',
      DialBridged: 'true',
    })
    expect(call.verbs).toEqual([`Dial ${OTHER}`, 'Say Back.'])
    const posts = customer.posts.filter(({ url }) => url === '/child?x=1')
    expect(posts.map(({ form }) => form.CallStatus)).toEqual([
      ...['initiated', 'ringing', 'in-progress', 'completed'],
    ])
    for (const [n, { form, headers }] of posts.entries()) {
      expect(form).toMatchObject({
        CallSid: transfer.sid,
        ParentCallSid: call.sid,
        To: OTHER,
        From: twilio.phoneNumber,
        Direction: 'outbound-dial',
        SequenceNumber: String(n),
        CallbackSource: 'call-progress-events',
      })
      const signature = String(headers['x-twilio-signature'])
      const url = `${customer.httpUrl}/child?x=1`
      expect(webhooks.validateRequest(twilio.authToken, signature, url, form)).toBe(true)
    }
    expect(posts[3]?.form).toMatchObject({ CallDuration: '3', SipResponseCode: '200' })
    expect(call.callbacks.map(({ event }) => event)).toEqual(['twiml'])
  })

  it.each([
    ['busy', 'initiated ringing busy'],
    ['failed', 'initiated failed'],
  ] as const)('comes back when the other side is %s', async (outcome, history) => {
    const { call, transfer, back } = await dialled({ phone: { transfer: outcome } })
    await call.until('completed')
    expect(words(transfer.history)).toBe(history)
    expect(back()).toMatchObject({ DialCallStatus: outcome, DialCallSid: transfer.sid, DialBridged: 'false' })
    expect(back()).not.toHaveProperty('DialCallDuration')
  })

  it('comes back when nobody answers in time', async () => {
    const { call, transfer, back } = await dialled({ phone: { transfer: 'no-answer' } }, 'timeout="7"')
    await call.until('completed')
    expect(back()?.DialCallStatus).toBe('no-answer')
    const rangMs = (transfer.history.at(-1)?.atMs ?? 0) - (transfer.history[0]?.atMs ?? 0)
    expect(rangMs).toBeGreaterThanOrEqual(6980)
    expect(rangMs).toBeLessThan(15_000)
  })

  it('talks no longer than its timeLimit', async () => {
    const { call, back } = await dialled({ phone: { transferTalkMs: 60_000 } }, 'timeLimit="2"')
    await call.until('completed')
    expect(back()).toMatchObject({ DialCallStatus: 'completed', DialCallDuration: '2' })
  })

  it.each(['+12025550100', CALLEE])('may show the callerId %s', async (callerId) => {
    const { twilio, transfer } = await dialled({}, `callerId="${callerId}" answerOnBridge="true"`)
    expect(transfer).toMatchObject({ callerId, sid: expect.stringMatching(/^CA/) })
    expect(twilio.warnings).toEqual([])
  })

  it('is not dialled under anybody else’s number: 13214', async () => {
    const { twilio, customer, call, transfer, back } = await dialled({}, 'callerId="+12025550188"')
    await call.until('completed')
    expect(twilio.warnings).toMatchObject([{ code: 13214, callSid: call.sid }])
    expect(transfer).toMatchObject({ sid: undefined, status: 'failed', callbacks: [] })
    expect(back()).toMatchObject({ DialCallStatus: 'failed' })
    expect(back()).not.toHaveProperty('DialCallSid')
    expect(customer.posts).toHaveLength(1)
  })

  it.each([
    ['timeout="soon"', 13212],
    ['timeLimit="-1"', 13216],
  ])('notes %s and goes on', async (attributes, code) => {
    const { twilio, call, back } = await dialled({}, attributes)
    await call.until('completed')
    expect(twilio.warnings).toMatchObject([{ code, callSid: call.sid }])
    expect(back()?.DialCallStatus).toBe('completed')
  })

  it('ends with error 11200 when action cannot be fetched', async () => {
    const { twilio, call } = await dialled({}, '', () => ({ status: 500 }))
    await call.until('completed')
    expect(call.verbs).toEqual([`Dial ${OTHER}`])
    expect(twilio.warnings).toMatchObject([{ code: 11200 }])
    expect(call.endedBy).toBe('twiml')
  })

  it('ends on both sides when the person hangs up', async () => {
    const turns = [person('', { pauseMs: 4000, hangUp: true })]
    const { twilio, call, transfer, back } = await dialled({ turns, phone: { transferTalkMs: 60_000 } })
    await call.until('completed')
    expect(call.endedBy).toBe('person')
    await twilio.waitFor(() => transfer.callbacks[3]?.answer)
    expect(words(transfer.history)).toBe('initiated ringing in-progress completed')
    expect(back()).toBeUndefined()
  })

  it.each([
    ['ringing', { status: 'completed' }, 'canceled'],
    ['in-progress', { status: 'completed' }, 'completed'],
    ['in-progress', { twiml: BACK }, 'completed'],
  ] as const)('ends the child that is %s when a request says %o', async (when, update, last) => {
    const { twilio, client, call, transfer, back } = await dialled({
      phone: { transferTalkMs: 60_000 },
      speed: 5,
    })
    await twilio.waitFor(() => transfer.status === when)
    await client.calls(call.sid).update(update)
    await call.until('completed')
    await twilio.waitFor(() => transfer.status === last)
    expect(back()).toBeUndefined()
  })
})
