import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { connectRest } from '../../src/twilio/rest.ts'
import { ACCOUNT_SID, AUTH_TOKEN, BASIC, type FakeRest, openFakeRest, type Reply } from './fake-rest.ts'

let fake: FakeRest
beforeEach(async () => {
  fake = await openFakeRest()
})
afterEach(() => fake.close())

const LEAK = `token ${AUTH_TOKEN} and Basic ${BASIC}`
const REPLIES: [string, Reply][] = [
  ['a reset', 'reset'],
  ['a timeout', 'silence'],
  ['401', { status: 401, body: { code: 20003, message: LEAK } }],
  ['a refusal not in the table', { status: 400, body: { code: 29999, message: LEAK, details: { LEAK } } }],
  [
    'a problem document',
    { status: 400, body: { type: 'x', title: LEAK, status: 400, code: 29998, detail: LEAK } },
  ],
  ['500', { status: 500, body: { code: 20500, message: LEAK } }],
  ['HTML', { status: 200, body: `<html>${LEAK}</html>`, type: 'text/html' }],
  ['HTML with 403', { status: 403, body: `<html>${LEAK}</html>`, type: 'text/html' }],
  ['a JSON that is cut', { status: 200, body: `{"sid":"${LEAK}` }],
  ['a redirect', { status: 302, body: LEAK, type: 'text/plain' }],
]

/** Everything that anybody could print of a value: its text, its properties hidden and plain, its JSON, its stack. */
function printed(value: unknown): string {
  const stack = value instanceof Error ? value.stack : ''
  return [
    String(value),
    stack,
    JSON.stringify(value),
    inspect(value, { depth: 20, showHidden: true, getters: true }),
  ].join('\n')
}

describe('a failure that leaves the room of Twilio', () => {
  it.each(REPLIES)(
    'A10 after %s contains neither the auth token nor its base64, however it is printed',
    async (_, reply) => {
      for (const route of ['account', 'create', 'list', 'fetch', 'update'] as const)
        fake.on(route, () => reply)
      const access = { accountSid: ACCOUNT_SID, authToken: AUTH_TOKEN, baseUrl: fake.baseUrl }
      const rest = await connectRest(access, { createMs: 1000, redirectMs: 1000, otherMs: 1000 })
      const call = {
        to: '+1',
        from: '+2',
        twiml: '',
        timeoutSeconds: 1,
        timeLimitSeconds: 1,
        statusCallback: 'http://h/s',
        detectionCallback: 'http://h/d',
      }
      const answers = await Promise.all([
        rest.fetchAccount(),
        rest.createCall(call),
        rest.fetchCall('CA1'),
        rest.listCalls('+1', '+2'),
        rest.redirectCall('CA1', { twiml: '<Response/>' }),
        rest.completeCall('CA1'),
      ])
      expect(fake.seen.length).toBe(6)
      for (const answer of answers) {
        if (answer.ok) throw new Error('the request should have failed')
        const text = printed(answer.failure) + printed(answer.failure.error)
        for (const secret of [AUTH_TOKEN, BASIC, encodeURIComponent(BASIC), AUTH_TOKEN.slice(0, 16)]) {
          expect(text).not.toContain(secret)
        }
      }
    },
  )

  it('does not drag on when the answer trickles in', async () => {
    fake.on('fetch', () => 'trickle')
    const access = { accountSid: ACCOUNT_SID, authToken: AUTH_TOKEN, baseUrl: fake.baseUrl }
    const rest = await connectRest(access, { createMs: 200, otherMs: 200 })
    const startedAt = performance.now()
    expect(await rest.fetchCall('CA1')).toMatchObject({ ok: false, failure: { kind: 'unknown' } })
    expect(performance.now() - startedAt).toBeLessThan(1500)
  })
})
