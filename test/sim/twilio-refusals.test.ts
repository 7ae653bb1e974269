import { describe, expect, it } from 'vitest'
import { postCall, startBench } from './twilio-bench.ts'

describe('what the simulated Twilio refuses', () => {
  it.each([
    [21201, { To: '' }],
    [21213, { From: '' }],
    [21211, { To: '555' }],
    [21211, { To: '+12025550100' }],
    [21212, { From: 'me' }],
    [21210, { From: '+12025550177' }],
    [21205, { Twiml: '' }],
    [21205, { Url: '/relative' }],
    [32018, { Twiml: 'x'.repeat(4001) }],
    [21609, { StatusCallback: 'localhost/s' }],
    [21609, { StatusCallback: 'https://under_score.example/s' }],
    [21209, { StatusCallbackMethod: 'PUT' }],
    [21208, { Timeout: '601' }],
    [21208, { Timeout: 'soon' }],
    [13216, { TimeLimit: '0' }],
    [13216, { TimeLimit: '14401' }],
    [21206, { SendDigits: '1-2' }],
    [21206, { SendDigits: '1'.repeat(33) }],
    [21234, { MachineDetection: 'Maybe' }],
    [21234, { MachineDetection: 'Enable', AsyncAmd: 'yes' }],
    [21234, { MachineDetectionTimeout: '2' }],
    [21234, { MachineDetectionSpeechThreshold: '999' }],
    [21234, { MachineDetectionSpeechEndThreshold: '5001' }],
    [21234, { MachineDetectionSilenceTimeout: 'long' }],
  ])('answers %i to %o', async (code, wrong) => {
    const { twilio } = await startBench()
    const response = await postCall(twilio, wrong)
    expect(response.status).toBe(400)
    const more_info = `https://www.twilio.com/docs/errors/${code}`
    expect(await response.json()).toEqual({ code, message: expect.any(String), more_info, status: 400 })
    expect(twilio.calls).toEqual([])
  })

  it('notes unknown parameters and events, and places the call all the same', async () => {
    const { twilio } = await startBench()
    const response = await postCall(twilio, { StatusCallbackEvent: 'ringing,answered', TimeOut: '5' })
    expect(response.status).toBe(201)
    const callSid = twilio.calls[0]?.sid
    expect(twilio.warnings).toEqual([
      { code: 20001, detail: 'unknown parameter TimeOut', callSid },
      { code: 21626, detail: 'unknown StatusCallbackEvent ringing,answered', callSid },
    ])
  })

  it('lets a trial account place no call with TwiML of its own', async () => {
    const { twilio, client, dial } = await startBench({ faults: { trialAccount: true } })
    const account = await client.api.v2010.accounts(twilio.accountSid).fetch()
    expect(account.type).toBe('Trial')
    await expect(dial()).rejects.toMatchObject({
      status: 400,
      message: 'Invalid or disallowed parameters provided - trial accounts have limited parameter access',
    })
    expect(twilio.calls).toEqual([])
  })

  it('answers a new call with the error of the scenario', async () => {
    const dialError = { status: 403, code: 21215, message: 'Account not authorized to call +12025550123.' }
    const { twilio, dial } = await startBench({ faults: { dialError } })
    await expect(dial()).rejects.toMatchObject(dialError)
    expect(twilio.calls).toEqual([])
  })

  it.each([
    ['refused', 0],
    ['lost', 1],
  ] as const)('resets the connection of a new call (%s) with %i calls placed', async (dialReset, placed) => {
    const { twilio, dial } = await startBench({ faults: { dialReset } })
    await expect(dial()).rejects.toMatchObject({ code: 'ECONNRESET' })
    expect(twilio.calls).toHaveLength(placed)
    expect(twilio.requests).toMatchObject([{ method: 'POST', status: 0 }])
  })

  it('answers 503 to hanging up as often as the scenario says, and then ends the call', async () => {
    const { client, dial } = await startBench({ faults: { hangUpErrors: 2 } })
    const call = await dial()
    await call.until('in-progress')
    const hangUp = () => client.calls(call.sid).update({ status: 'completed' })
    await expect(hangUp()).rejects.toMatchObject({ status: 503 })
    await expect(hangUp()).rejects.toMatchObject({ status: 503 })
    expect(call.status).toBe('in-progress')
    expect((await hangUp()).status).toBe('completed')
  })
})
