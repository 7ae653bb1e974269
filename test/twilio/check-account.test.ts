import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createClock } from '../../src/flow/clock.ts'
import { createTwilioCarrier } from '../../src/twilio/carrier.ts'
import { ACCOUNT_SID, type Reply, refusal } from './fake-rest.ts'
import { openStage, type Stage } from './stage.ts'

let stage: Stage
beforeEach(async () => {
  stage = await openStage()
})
afterEach(() => stage.close())

const check = (signal = new AbortController().signal) => stage.carrier.check(signal)

describe('checking the account', () => {
  it('passes for an active, full account', async () => {
    await check()
    expect(stage.rest.seen.map(({ path }) => path)).toEqual([`/2010-04-01/Accounts/${ACCOUNT_SID}.json`])
  })

  it('says plainly that a trial account cannot stream media', async () => {
    stage.rest.on('account', () => ({ status: 200, body: { status: 'active', type: 'Trial' } }))
    await expect(check()).rejects.toMatchObject({
      code: 'carrier-refused',
      message: expect.stringMatching(/Media Streams are not available on trial accounts/),
      hint: expect.stringMatching(/Upgrade/),
    })
  })

  it.each(['suspended', 'closed'])('refuses an account that is %s', async (status) => {
    stage.rest.on('account', () => ({ status: 200, body: { status, type: 'Full' } }))
    await expect(check()).rejects.toMatchObject({
      code: 'carrier-refused',
      message: expect.stringContaining(status),
    })
  })

  it.each([
    [401, 20003, 'carrier-auth'],
    [403, 20003, 'carrier-auth'],
    [403, 20005, 'carrier-refused'],
  ])('refuses with HTTP %i and error %i as %s', async (status, code, expected) => {
    stage.rest.on('account', () => refusal(status, code, 'no'))
    await expect(check()).rejects.toMatchObject({ code: expected })
  })

  it('rejects a wrong token', async () => {
    const { baseUrl } = stage.rest
    const carrier = createTwilioCarrier({
      accountSid: ACCOUNT_SID,
      authToken: 'wrong',
      baseUrl,
      clock: createClock(),
    })
    await expect(carrier.check(new AbortController().signal)).rejects.toMatchObject({ code: 'carrier-auth' })
  })

  it('rejects settings that the SDK does not take', async () => {
    const carrier = createTwilioCarrier({ accountSid: 'SKx', authToken: 'x', clock: createClock() })
    await expect(carrier.check(new AbortController().signal)).rejects.toMatchObject({ code: 'settings' })
  })

  const VAGUE: [string, Reply][] = [
    ['404', refusal(404, 20404, 'not found')],
    ['500', { status: 500 }],
    ['HTML', { status: 200, body: '<html>', type: 'text/html' }],
    ['a reset', 'reset'],
    ['an account without type and status', { status: 200, body: {} }],
  ]
  it.each(VAGUE)('does not stand in the way of a call after %s', async (_, reply) => {
    stage.rest.on('account', () => reply)
    await check()
  })

  it('does not wait longer than three seconds, nor after being stopped', async () => {
    stage.rest.on('account', () => 'silence')
    const startedAt = performance.now()
    await check()
    expect(performance.now() - startedAt).toBeLessThan(4000)
    await check(AbortSignal.abort())
  })
})
