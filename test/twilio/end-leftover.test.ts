import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { endBySid, endLeftover, type NotedLeftover } from '../../src/twilio/end-leftover.ts'
import { connectRest, type TwilioRest } from '../../src/twilio/rest.ts'
import {
  ACCOUNT_SID,
  AUTH_TOKEN,
  CALL_SID,
  callResource,
  type FakeRest,
  listOf,
  openFakeRest,
  refusal,
} from './fake-rest.ts'

const OTHER_SID = 'CAffffffffffffffffffffffffffffffff'
const GONE = refusal(404, 20404, 'The requested resource was not found')

let fake: FakeRest
let rest: TwilioRest
beforeEach(async () => {
  fake = await openFakeRest()
  rest = await connectRest({ accountSid: ACCOUNT_SID, authToken: AUTH_TOKEN, baseUrl: fake.baseUrl })
})
afterEach(() => fake.close())

const routes = () => fake.seen.map(({ route }) => route)
/** A call of five minutes ago. */
const left = (changes: Partial<NotedLeftover> = {}): NotedLeftover => ({
  to: '+14155550123',
  from: '+14155550100',
  startedAt: new Date(Date.now() - 300_000),
  callSid: CALL_SID,
  ...changes,
})
const lost = (changes: Partial<NotedLeftover> = {}) => left({ callSid: null, ...changes })
/** Twilio's date of a call, seconds after it was noted. */
const dated = (noted: NotedLeftover, seconds: number) => ({
  date_created: new Date(noted.startedAt.getTime() + seconds * 1000).toUTCString(),
})

describe('a call that was left behind, by its SID', () => {
  it('is ended when it runs', async () => {
    expect(await endLeftover(left(), [], rest)).toEqual({ result: 'ended', callSid: CALL_SID })
    expect(routes()).toEqual(['fetch', 'update'])
    expect(fake.seen[1]?.body).toBe('Status=completed')
  })

  it.each(['completed', 'busy', 'no-answer', 'failed', 'canceled'])(
    'was over when Twilio says %s, and is not touched',
    async (status) => {
      fake.on('fetch', () => ({ status: 200, body: callResource({ status }) }))
      expect(await endLeftover(left(), [], rest)).toEqual({ result: 'was-over', callSid: CALL_SID })
      expect(routes()).toEqual(['fetch'])
    },
  )

  it('was over when Twilio, who told its SID, does not know it any more', async () => {
    fake.on('fetch', () => GONE)
    expect(await endLeftover(left(), [], rest)).toEqual({ result: 'was-over', callSid: CALL_SID })
  })

  it('is over when it ends by itself at the same moment', async () => {
    fake.on('fetch', (_, nth) => ({
      status: 200,
      body: callResource({ status: nth === 1 ? 'in-progress' : 'completed' }),
    }))
    fake.on('update', () => refusal(400, 21220, 'Call is not in-progress. Cannot redirect.'))
    expect(await endLeftover(left(), [], rest)).toEqual({ result: 'ended', callSid: CALL_SID })
  })

  it('is ended though Twilio fails at first', async () => {
    fake.on('fetch', () => ({ status: 503 }))
    fake.on('update', (_, nth) =>
      nth < 3 ? 'reset' : { status: 200, body: callResource({ status: 'completed' }) },
    )
    expect(await endLeftover(left(), [], rest)).toEqual({ result: 'ended', callSid: CALL_SID })
  })

  it('is unknown, with the reason, when Twilio cannot be reached', async () => {
    await fake.close()
    const end = await endLeftover(left(), [], rest)
    expect(end).toMatchObject({ result: 'unknown', refused: false })
    expect(end).toMatchObject({ reason: expect.stringContaining('ECONNREFUSED') })
  })

  it('is unknown when Twilio accepts the end but goes on showing a running call', async () => {
    fake.on('fetch', () => ({ status: 200, body: callResource({ status: 'in-progress' }) }))
    fake.on('update', () => ({ status: 200, body: callResource({ status: 'in-progress' }) }))
    expect(await endLeftover(left(), [], rest)).toMatchObject({
      result: 'unknown',
      reason: 'Twilio still shows it as in-progress',
      hint: expect.stringContaining('console.twilio.com'),
    })
  })

  it.each([
    ['credentials', refusal(401, 20003, 'Authenticate')],
    ['account', refusal(403, 10001, 'Account is not active')],
    ['test credentials', refusal(403, 20008, 'Resource not accessible with Test Account Credentials')],
  ])('is unknown when Twilio refuses the %s, and says so', async (_, reply) => {
    fake.on('fetch', () => reply)
    expect(await endLeftover(left(), [], rest)).toMatchObject({ result: 'unknown', refused: true })
    expect(routes()).toEqual(['fetch'])
  })

  it('A11 is never asked for under anything but a SID', async () => {
    for (const callSid of ['../Messages', 'CA1/../../x', 'MZ123', 'CA?x', ''])
      expect(await endLeftover(left({ callSid }), [], rest)).toMatchObject({ result: 'unknown' })
    expect(routes()).toEqual([])
  })

  it('that somebody names is not found when Twilio does not know it', async () => {
    fake.on('fetch', () => GONE)
    expect(await endBySid(OTHER_SID, rest)).toEqual({ result: 'not-found' })
  })
})

describe('a call that was left behind before its SID was known', () => {
  it.each([-4, 0, 29])('is found by numbers and date, %i s from its note, and ended', async (seconds) => {
    const noted = lost()
    fake.on('list', () => listOf(callResource({ status: 'ringing', ...dated(noted, seconds) })))
    expect(await endLeftover(noted, [], rest)).toEqual({ result: 'ended', callSid: CALL_SID })
    const { query } = fake.seen[0] ?? {}
    expect([query?.get('To'), query?.get('From')]).toEqual([noted.to, noted.from])
  })

  it('was over when its call is', async () => {
    const noted = lost()
    fake.on('list', () => listOf(callResource({ status: 'no-answer', ...dated(noted, 2) })))
    expect(await endLeftover(noted, [], rest)).toEqual({ result: 'was-over', callSid: CALL_SID })
    expect(routes()).toEqual(['list'])
  })

  it('is looked for once when it is old', async () => {
    expect(await endLeftover(lost(), [], rest)).toEqual({ result: 'not-found' })
    expect(routes()).toEqual(['list'])
  })

  it('is looked for until 15 s after its beginning: its request may still be under way', async () => {
    const noted = lost({ startedAt: new Date(Date.now() - 12_500) })
    fake.on('list', (_, nth) => (nth === 1 ? listOf() : listOf(callResource(dated(noted, 1)))))
    expect(await endLeftover(noted, [], rest)).toEqual({ result: 'ended', callSid: CALL_SID })
    expect(routes()).toEqual(['list', 'list', 'fetch', 'update'])
  })

  it.each([
    ['came in', { direction: 'inbound' }],
    ['is the other half of a transfer', { direction: 'outbound-dial' }],
    ['went to somebody else', { to: '+14155559999' }],
    ['came from another number', { from: '+14155559999' }],
    ['is over and older', { status: 'completed', date_created: 'Sun, 01 Nov 2026 10:00:00 +0000' }],
  ])('is not one that %s', async (_, change) => {
    const noted = lost()
    fake.on('list', () => listOf(callResource({ ...dated(noted, 1), ...change })))
    expect(await endLeftover(noted, [], rest)).toEqual({ result: 'not-found' })
  })

  it('is not the call of another run', async () => {
    const noted = lost()
    fake.on('list', () => listOf(callResource(dated(noted, 3))))
    expect(await endLeftover(noted, [left()], rest)).toEqual({ result: 'not-found' })
    expect(routes()).toEqual(['list'])
  })

  it.each([
    ['two calls could be it', [1, 2], []],
    ['another run is just dialling the same number', [1], [lost({ startedAt: new Date() })]],
    ['the only one that runs is of another time', [120], []],
    ['the only one that runs was there before', [-60], []],
  ])('is not guessed at when %s', async (_, seconds, others) => {
    const noted = lost()
    const calls = seconds.map((at, nth) =>
      callResource({ sid: nth === 0 ? CALL_SID : OTHER_SID, status: 'in-progress', ...dated(noted, at) }),
    )
    fake.on('list', () => listOf(...calls))
    const end = await endLeftover(noted, others, rest)
    expect(end).toMatchObject({ result: 'unknown', reason: expect.stringContaining(CALL_SID) })
    expect(end).toMatchObject({ hint: expect.stringContaining(`ai-caller hangup ${CALL_SID}`) })
    expect(routes()).toEqual(['list'])
  })

  it('is the one that runs, whoever was rung before it', async () => {
    const noted = lost()
    fake.on('list', () =>
      listOf(
        callResource({ sid: OTHER_SID, status: 'busy', ...dated(noted, -2) }),
        callResource({ status: 'in-progress', ...dated(noted, 1) }),
      ),
    )
    expect(await endLeftover(noted, [], rest)).toEqual({ result: 'ended', callSid: CALL_SID })
  })

  it('is unknown when so many calls followed that the list does not reach back to it', async () => {
    const noted = lost()
    const later = Array.from({ length: 20 }, () =>
      callResource({ status: 'completed', ...dated(noted, 100) }),
    )
    fake.on('list', () => listOf(...later))
    expect(await endLeftover(noted, [], rest)).toMatchObject({ result: 'unknown' })
    fake.on('list', () => listOf(...later.slice(1), callResource({ status: 'busy', ...dated(noted, -100) })))
    expect(await endLeftover(noted, [], rest)).toEqual({ result: 'not-found' })
  })

  it('is looked for again when Twilio gives no answer, and unknown after three times', async () => {
    const noted = lost()
    fake.on('list', (_, nth) => (nth < 3 ? { status: 503 } : listOf(callResource(dated(noted, 1)))))
    expect(await endLeftover(noted, [], rest)).toEqual({ result: 'ended', callSid: CALL_SID })
    fake.on('list', () => 'reset')
    const count = fake.count('list')
    expect(await endLeftover(noted, [], rest)).toMatchObject({ result: 'unknown', refused: false })
    expect(fake.count('list') - count).toBe(3)
  })

  it('is unknown at once when Twilio refuses the credentials', async () => {
    fake.on('list', () => refusal(401, 20003, 'Authenticate'))
    expect(await endLeftover(lost(), [], rest)).toMatchObject({ result: 'unknown', refused: true })
    expect(routes()).toEqual(['list'])
  })
})
