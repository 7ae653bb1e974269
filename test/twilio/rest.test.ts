import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { connectRest } from '../../src/twilio/rest.ts'
import { ACCOUNT_SID, AUTH_TOKEN, CALL_SID, type FakeRest, openFakeRest, refusal } from './fake-rest.ts'

let fake: FakeRest
beforeEach(async () => {
  fake = await openFakeRest()
})
afterEach(() => fake.close())

const access = () => ({ accountSid: ACCOUNT_SID, authToken: AUTH_TOKEN, baseUrl: fake.baseUrl })

describe('a redirection', () => {
  it('is one update of the call with TwiML, and with a time limit only when there is one', async () => {
    const rest = await connectRest(access())
    const answer = await rest.redirectCall(CALL_SID, { twiml: '<Response/>' })
    expect(answer).toMatchObject({ ok: true, value: { callSid: CALL_SID } })
    await rest.redirectCall(CALL_SID, { twiml: '<Response/>', timeLimitSeconds: 600 })
    expect(fake.seen.map(({ route, form }) => [route, Object.fromEntries(form)])).toEqual([
      ['update', { Twiml: '<Response/>' }],
      ['update', { Twiml: '<Response/>', TimeLimit: '600' }],
    ])
  })

  it.each([
    ['reset' as const, 'unknown'],
    [{ status: 503 }, 'unknown'],
    [{ status: 200, body: 'no JSON', type: 'text/plain' }, 'unknown'],
    ['silence' as const, 'unknown'],
    [refusal(400, 21220, 'Call is not in-progress. Cannot redirect.'), 'refused'],
  ])('that is answered with %j is not repeated, and its outcome is %s', async (reply, kind) => {
    fake.on('update', () => reply)
    const rest = await connectRest(access(), { redirectMs: 400 })
    const answer = await rest.redirectCall(CALL_SID, { twiml: '<Response/>' })
    expect(answer).toMatchObject({ ok: false, failure: { kind } })
    expect(fake.count('update')).toBe(1)
  })
})

describe('a request to Twilio', () => {
  it('has the limit of its kind: placing a call the longest, leading it elsewhere the shortest', async () => {
    for (const route of ['create', 'update'] as const) fake.on(route, () => 'silence')
    const rest = await connectRest(access(), { createMs: 1500, redirectMs: 300, otherMs: 900 })
    const order: string[] = []
    const note = (name: string) => () => void order.push(name)
    const call = {
      ...{ to: '+14155550123', from: '+14155550100', twiml: '<Response/>' },
      ...{ timeoutSeconds: 30, timeLimitSeconds: 60 },
      ...{ statusCallback: 'https://example.org', detectionCallback: undefined },
    }
    await Promise.all([
      rest.createCall(call).then(note('place')),
      rest.completeCall(CALL_SID).then(note('end')),
      rest.redirectCall(CALL_SID, { twiml: '<Response/>' }).then(note('lead elsewhere')),
    ])
    expect(order).toEqual(['lead elsewhere', 'end', 'place'])
  })

  it('has one limit for all its repeats after a 429', async () => {
    fake.on('fetch', async () => {
      await new Promise((resolve) => setTimeout(resolve, 300))
      return refusal(429, 20429, 'Too Many Requests')
    })
    const rest = await connectRest(access(), { createMs: 400, otherMs: 400 })
    expect(await rest.fetchCall('CA1')).toMatchObject({ ok: false, failure: { kind: 'unknown' } })
    expect(fake.count('fetch')).toBeLessThan(3)
  })
})
