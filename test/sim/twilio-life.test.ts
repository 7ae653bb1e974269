import { describe, expect, it } from 'vitest'
import { startCustomer } from './customer.ts'
import { startBench } from './twilio-bench.ts'

describe('the life of a simulated call', () => {
  it('is queued, initiated, ringing, answered and completed', async () => {
    const { client, dial } = await startBench({ phone: { ringMs: 2000 } })
    const call = await dial()
    await call.until('in-progress')
    await client.calls(call.sid).update({ status: 'completed' })
    expect(call.history.map((step) => step.status)).toEqual([
      ...['queued', 'initiated', 'ringing', 'in-progress', 'completed'],
    ])
    const at = (status: string) => call.history.find((step) => step.status === status)?.atMs ?? Number.NaN
    expect(at('in-progress') - at('initiated')).toBeGreaterThanOrEqual(1990)
    expect(at('in-progress') - at('initiated')).toBeLessThan(20_000)
    expect(call.endedBy).toBe('rest')
    const resource = await client.calls(call.sid).fetch()
    expect(resource).toMatchObject({ status: 'completed', duration: '1' })
    expect(resource.endTime.getTime()).toBeGreaterThanOrEqual(resource.startTime.getTime())
  })

  it.each(['busy', 'no-answer', 'failed'] as const)('ends %s when the network says so', async (outcome) => {
    const { client, dial } = await startBench({ phone: { outcome } })
    const call = await dial()
    await call.until(outcome)
    expect(call.endedBy).toBe('network')
    expect(call.history.some((step) => step.status === 'ringing')).toBe(outcome !== 'failed')
    const resource = await client.calls(call.sid).fetch()
    expect(resource).toMatchObject({ status: outcome, duration: null, startTime: null })
  })

  it('ends no-answer when the ring timeout elapses first', async () => {
    const { dial } = await startBench({ phone: { ringMs: 50_000 } })
    const call = await dial({ timeout: 1 })
    await call.until('no-answer')
    expect(call.history.at(-1)?.atMs).toBeLessThan(20_000)
  })

  it('ends completed when the time limit elapses', async () => {
    const { dial } = await startBench()
    const call = await dial({ timeLimit: 2 })
    await call.until('completed')
    expect(call.endedBy).toBe('time-limit')
    const [answered, ended] = call.history.slice(-2)
    const talkedMs = (ended?.atMs ?? 0) - (answered?.atMs ?? 0)
    expect(talkedMs).toBeGreaterThanOrEqual(1990)
    expect(talkedMs).toBeLessThan(20_000)
  })

  it.each(['canceled', 'completed'] as const)('is canceled while it rings by %s', async (status) => {
    const { client, dial } = await startBench({ phone: { ringMs: 50_000 } })
    const call = await dial()
    await call.until('ringing')
    expect((await client.calls(call.sid).update({ status })).status).toBe('canceled')
    expect(call.endedBy).toBe('rest')
  })

  it('reads queued in the resource until it rings', async () => {
    const { client, dial } = await startBench({ speed: 0.1, phone: { ringMs: 5000 } })
    const call = await dial()
    await call.until('initiated')
    expect((await client.calls(call.sid).fetch()).status).toBe('queued')
  })

  it('cannot be canceled once answered, and not be changed once over', async () => {
    const { client, dial } = await startBench()
    const call = await dial()
    await call.until('in-progress')
    const resource = client.calls(call.sid)
    expect((await resource.update({ status: 'canceled' })).status).toBe('in-progress')
    expect((await resource.update({ status: 'completed' })).status).toBe('completed')
    await expect(resource.update({ status: 'completed' })).rejects.toMatchObject({ code: 21220, status: 400 })
    await expect(resource.update({ twiml: '<Response/>' })).rejects.toMatchObject({ code: 21220 })
  })

  it('is redirected to other TwiML only while in progress', async () => {
    const { client, dial } = await startBench({ phone: { ringMs: 6000 } })
    const call = await dial()
    const redirect = () => client.calls(call.sid).update({ twiml: '<Response><Say>Bye.</Say></Response>' })
    await expect(redirect()).rejects.toMatchObject({ code: 21220 })
    await call.until('in-progress')
    await redirect()
    await call.until('completed')
    expect(call.verbs).toEqual(['Pause', 'Say Bye.'])
    expect(call.endedBy).toBe('twiml')
  })

  it('knows whether a machine answered only when asked to find out', async () => {
    const customer = await startCustomer()
    const { twilio, client, dial } = await startBench({ phone: { outcome: 'voicemail' } })
    const unasked = await dial({ timeLimit: 5 })
    const asked = await dial({
      machineDetection: 'Enable',
      asyncAmd: 'true',
      asyncAmdStatusCallback: `${customer.httpUrl}/amd`,
    })
    const post = await customer.until(() => customer.posts[0])
    expect(post.form).toMatchObject({ AnsweredBy: 'machine_start', CallSid: asked.sid })
    expect((await client.calls(asked.sid).fetch()).answeredBy).toBe('machine_start')
    await twilio.waitFor(() => unasked.endedBy)
    expect(unasked.answeredBy).toBeUndefined()
  })

  it('says at once when it can no longer become what a test waits for', async () => {
    const { dial } = await startBench({ phone: { outcome: 'busy' } })
    const call = await dial()
    await expect(call.until('in-progress')).rejects.toThrow('ended busy and never became in-progress')
  })
})
