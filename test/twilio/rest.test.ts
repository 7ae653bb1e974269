import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { connectRest } from '../../src/twilio/rest.ts'
import { ACCOUNT_SID, AUTH_TOKEN, type FakeRest, openFakeRest, refusal } from './fake-rest.ts'

let fake: FakeRest
beforeEach(async () => {
  fake = await openFakeRest()
})
afterEach(() => fake.close())

describe('a request to Twilio', () => {
  it('has one limit for all its repeats after a 429', async () => {
    fake.on('fetch', async () => {
      await new Promise((resolve) => setTimeout(resolve, 300))
      return refusal(429, 20429, 'Too Many Requests')
    })
    const access = { accountSid: ACCOUNT_SID, authToken: AUTH_TOKEN, baseUrl: fake.baseUrl }
    const rest = await connectRest(access, { createMs: 400, otherMs: 400 })
    expect(await rest.fetchCall('CA1')).toMatchObject({ ok: false, failure: { kind: 'unknown' } })
    expect(fake.count('fetch')).toBeLessThan(3)
  })
})
