import { describe, expect, it } from 'vitest'
import { CALLEE, sdkFor, startBench } from './twilio-bench.ts'

const TWIML = '<Response><Pause length="60"/></Response>'

describe('the REST API of the simulated Twilio, driven by the vendor’s SDK', () => {
  it('answers a new call with 201 and a full resource that is queued', async () => {
    const { twilio, client } = await startBench()
    const call = await client.calls.create({
      to: CALLEE,
      from: twilio.phoneNumber,
      twiml: TWIML,
      timeout: 30,
      timeLimit: 330,
      statusCallback: 'http://127.0.0.1:9/s?x=1',
      statusCallbackEvent: ['initiated', 'ringing', 'answered', 'completed'],
    })
    expect(call).toMatchObject({
      status: 'queued',
      direction: 'outbound-api',
      to: CALLEE,
      toFormatted: '(202) 555-0123',
      accountSid: twilio.accountSid,
      apiVersion: '2010-04-01',
      uri: `/2010-04-01/Accounts/${twilio.accountSid}/Calls/${call.sid}.json`,
      duration: null,
      answeredBy: null,
    })
    expect(call.sid).toMatch(/^CA[0-9a-f]{32}$/)
    expect(Math.abs(call.dateCreated.getTime() - Date.now())).toBeLessThan(5000)
    expect(call.subresourceUris).toHaveProperty('recordings')
    expect(twilio.requests).toEqual([
      { method: 'POST', path: `/2010-04-01/Accounts/${twilio.accountSid}/Calls.json`, status: 201 },
    ])
    expect(twilio.calls[0]?.parameters).toEqual({
      To: CALLEE,
      From: twilio.phoneNumber,
      Twiml: TWIML,
      Timeout: '30',
      TimeLimit: '330',
      StatusCallback: 'http://127.0.0.1:9/s?x=1',
      StatusCallbackEvent: ['initiated', 'ringing', 'answered', 'completed'],
    })
    expect(twilio.warnings).toEqual([])
  })

  it('fetches one call, and lists calls by number and status, newest first', async () => {
    const { twilio, client, dial } = await startBench({ phone: { ringMs: 50_000 } })
    const first = await dial()
    const second = await dial({ to: '+442079460000' })
    expect((await client.calls(first.sid).fetch()).to).toBe(CALLEE)
    const sids = async (filter: Record<string, string>) =>
      (await client.calls.list({ ...filter, limit: 5 })).map((call) => call.sid)
    expect(await sids({})).toEqual([second.sid, first.sid])
    expect(await sids({ to: CALLEE })).toEqual([first.sid])
    expect(await sids({ from: twilio.phoneNumber, to: '+442079460000' })).toEqual([second.sid])
    expect(await sids({ status: 'completed' })).toEqual([])
    await client.calls(first.sid).update({ status: 'completed' })
    expect(await sids({ status: 'canceled' })).toEqual([first.sid])
  })

  it('pages through a list', async () => {
    const { client, dial } = await startBench()
    const placed = [await dial(), await dial(), await dial()]
    const calls = await client.calls.list({ pageSize: 2, limit: 10 })
    expect(calls.map((call) => call.sid)).toEqual(placed.map((call) => call.sid).reverse())
  })

  it('shows the account, its balance and its number', async () => {
    const { twilio, client } = await startBench()
    const account = await client.api.v2010.accounts(twilio.accountSid).fetch()
    expect(account).toMatchObject({ status: 'active', type: 'Full', authToken: twilio.authToken })
    expect((await client.balance.fetch()).currency).toBe('USD')
    const numbers = await client.incomingPhoneNumbers.list({ phoneNumber: twilio.phoneNumber })
    expect(numbers[0]).toMatchObject({ phoneNumber: twilio.phoneNumber, capabilities: { voice: true } })
    expect(await client.incomingPhoneNumbers.list({ phoneNumber: CALLEE })).toEqual([])
    expect(await client.outgoingCallerIds.list({ limit: 5 })).toEqual([])
  })

  it('refuses wrong credentials, and answers 404 for what is not there', async () => {
    const { twilio, client } = await startBench()
    const wrong = sdkFor(twilio, 'wrong')
    await expect(wrong.calls.list({ limit: 1 })).rejects.toMatchObject({ status: 401, code: 20003 })
    const nobody = client.calls(`CA${'0'.repeat(32)}`)
    await expect(nobody.fetch()).rejects.toMatchObject({ status: 404, code: 20404 })
    await expect(nobody.update({ status: 'completed' })).rejects.toMatchObject({ code: 20404 })
    await expect(client.queues.list({ limit: 1 })).rejects.toMatchObject({ status: 404, code: 20404 })
    const other = client.api.v2010.accounts(`AC${'0'.repeat(32)}`)
    await expect(other.fetch()).rejects.toMatchObject({ status: 404, code: 20404 })
  })
})
