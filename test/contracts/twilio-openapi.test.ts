import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { connectRest } from '../../src/twilio/rest.ts'
import { connectStreamTwiml, dialTwiml } from '../../src/twilio/twiml.ts'
import { ACCOUNT_SID, AUTH_TOKEN, callResource, listOf, type Seen } from '../twilio/fake-rest.ts'
import { IN_PROGRESS, startNext, talk } from '../twilio/moving.ts'
import { openStage, REQUEST, type Stage } from '../twilio/stage.ts'
import { violations } from './twilio-calls-api.ts'

let stage: Stage
beforeEach(async () => {
  stage = await openStage()
})
afterEach(() => stage.close())

const violationsOf = ({ method, path, query, form }: Seen) =>
  violations(method, path, method === 'POST' ? form : query)

describe('our requests and the OpenAPI description of Twilio', () => {
  it('agree through a whole call: account, POST, list, GET and hang-up', async () => {
    stage.rest.on('create', () => 'reset')
    stage.rest.on('list', () => listOf(callResource()))
    stage.rest.on('update', () => ({ status: 200, body: callResource({ status: 'in-progress' }) }))
    stage.rest.on('fetch', () => ({ status: 200, body: callResource({ status: 'completed' }) }))
    await stage.carrier.check(new AbortController().signal)
    const call = await stage.dial()
    await call.hangUp()
    const routes = new Set(stage.rest.seen.map(({ route }) => route))
    expect([...routes]).toEqual(['account', 'create', 'list', 'update', 'fetch'])
    expect(stage.rest.seen.flatMap(violationsOf)).toEqual([])
  })

  it('agree on keys, on machine detection, on a transfer and on a hang-up', async () => {
    stage.rest.on('update', () => IN_PROGRESS)
    const on = await talk(stage, { ...REQUEST, digits: 'W1#', detectMachine: true })
    const pressed = on.call.pressDigits('ww12#')
    const asked = async (nth: number) => {
      await expect.poll(() => stage.rest.count('update')).toBe(nth)
      return stage.rest.seen.findLast(({ route }) => route === 'update')?.form.get('Twiml') ?? ''
    }
    await startNext(stage, await asked(1))
    await pressed
    void on.call.transfer({ to: '+14155550177', ringTimeoutMs: 20_500, timeLimitMs: 600_500 })
    expect(await asked(2)).toContain('timeout="21" timeLimit="601"')
    stage.rest.on('update', () => ({ status: 200, body: callResource({ status: 'completed' }) }))
    await on.call.hangUp()
    expect(stage.rest.seen.flatMap(violationsOf)).toEqual([])
  })

  it('agree on what is asked of an account without ringing anybody', async () => {
    const access = { accountSid: ACCOUNT_SID, authToken: AUTH_TOKEN, baseUrl: stage.rest.baseUrl }
    const rest = await connectRest(access)
    await Promise.all([
      ...[rest.fetchBalance(), rest.listNumbers('+14155550100'), rest.listCallerIds('+14155550100')],
      ...[rest.fetchPermission('US'), rest.fetchPrices('+14155550123', '+14155550100')],
    ])
    expect(stage.rest.seen).toHaveLength(5)
    expect(stage.rest.seen.flatMap(violationsOf)).toEqual([])
    const prices = stage.rest.seen.find(({ path }) => path.startsWith('/v2/'))
    expect(prices?.query.get('OriginationNumber')).toBe('+14155550100')
  })

  it('agree on whole seconds for times that are none', async () => {
    await stage.dial(undefined, { ...REQUEST, ringTimeoutMs: 1, timeLimitMs: 90_500.5 })
    expect(stage.rest.seen.flatMap(violationsOf)).toEqual([])
    expect(stage.rest.seen[0]?.form.get('TimeLimit')).toBe('91')
  })

  it('leave room in the TwiML for the longest address there is', () => {
    const host = `${'a'.repeat(63)}.${'b'.repeat(63)}.${'c'.repeat(63)}.example`
    const token = 'f'.repeat(64)
    const twiml = connectStreamTwiml({ streamUrl: `wss://${host}/${'p'.repeat(2000)}/${token}`, token })
    const form = new URLSearchParams({ To: '+14155550123', From: '+14155550100', Twiml: twiml })
    expect(violations('POST', `/2010-04-01/Accounts/AC${'0'.repeat(32)}/Calls.json`, form)).toEqual([])
  })

  it('leave room in the TwiML of a transfer for an address with 1500 characters', () => {
    const url = `https://calls.example.com/${'p'.repeat(1500)}/${'f'.repeat(64)}/transfer`
    const twiml = dialTwiml({
      ...{ to: '+141555501234567', callerId: '+141555501234567', ringSeconds: 600, timeLimitSeconds: 14_400 },
      ...{ actionUrl: url, statusUrl: `${url}/status` },
    })
    const path = `/2010-04-01/Accounts/AC${'0'.repeat(32)}/Calls/CA${'0'.repeat(32)}.json`
    expect(violations('POST', path, new URLSearchParams({ Twiml: twiml }))).toEqual([])
  })

  it('would be caught disagreeing', () => {
    const path = `/2010-04-01/Accounts/AC${'0'.repeat(32)}/Calls.json`
    const wrong = new URLSearchParams({
      To: '+14155550123',
      Timeout: '601',
      TimeLimit: '1.5',
      StatusCallback: 'https://a_b.example/s',
      StatusCallbackEvent: 'done',
      StatusCallBack: 'https://h/s',
    })
    wrong.append('To', '+14155550124')
    expect(violations('POST', path, wrong)).toEqual([
      'From is missing',
      'To came 2 times',
      'Timeout may not be 601',
      'TimeLimit may not be 1.5',
      'StatusCallback may not be https://a_b.example/s',
      'StatusCallbackEvent may not be done',
      'StatusCallBack is no parameter',
    ])
    expect(violations('POST', '/2010-04-01/Accounts/AC1/Calls.json', wrong)).toHaveLength(1)
  })
})
