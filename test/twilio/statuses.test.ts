import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { createClock } from '../../src/flow/clock.ts'
import { callResource, refusal } from './fake-rest.ts'
import { allOf, eventsOf, openStage, reader, type Stage, startMessage } from './stage.ts'

const SPEED = 20

let stage: Stage
beforeEach(async () => {
  stage = await openStage({ speed: SPEED })
})
afterEach(() => stage.close())

/** Tells how long it has been by a clock like the call's: while the machine is busy, both stand still. */
function stopwatch(): () => number {
  const clock = createClock(SPEED)
  onTestFinished(clock.after(600_000, () => {}))
  const startedAtMs = clock.nowMs()
  return () => clock.nowMs() - startedAtMs
}

describe('the status of a call whose callbacks do not come', () => {
  it('is asked for until it is final', async () => {
    const story = ['queued', 'ringing', 'ringing', 'in-progress', 'completed']
    stage.rest.on('fetch', (_, nth) => ({
      status: 200,
      body: callResource({ status: story[nth - 1] ?? 'completed' }),
    }))
    const call = await stage.dial()
    expect((await allOf(call.statuses)).map(({ status }) => status)).toEqual([
      'queued',
      'ringing',
      'in-progress',
      'completed',
    ])
    expect(stage.rest.count('fetch')).toBe(5)
  })

  it('is asked for again when Twilio cannot say', async () => {
    const replies = [refusal(404, 20404, 'not found'), { status: 503 }, 'reset' as const]
    stage.rest.on(
      'fetch',
      (_, nth) => replies[nth - 1] ?? { status: 200, body: callResource({ status: 'no-answer' }) },
    )
    const call = await stage.dial()
    expect((await allOf(call.statuses)).at(-1)).toEqual({ status: 'no-answer' })
  })

  it('is asked for about a second after the stream has ended', async () => {
    stage.rest.on('fetch', () => ({ status: 200, body: callResource({ status: 'completed' }) }))
    const call = await stage.dial()
    const socket = await stage.openStream()
    socket.send(startMessage(stage.told().token))
    const leg = await call.media
    await stage.callback('in-progress')
    const askedBefore = stage.rest.count('fetch')
    socket.send(JSON.stringify({ event: 'stop', streamSid: leg.streamId, stop: {} }))
    await eventsOf(leg)
    const sinceMs = stopwatch()
    expect((await allOf(call.statuses)).at(-1)).toEqual({ status: 'completed' })
    expect(sinceMs()).toBeLessThan(5000)
    expect(stage.rest.count('fetch')).toBe(askedBefore + 1)
  })
})

describe('the status of a call whose callbacks come', () => {
  it('is not asked for', async () => {
    const next = reader((await stage.dial()).statuses)
    for (const status of ['initiated', 'ringing', 'in-progress', 'completed']) {
      await stage.callback(status)
      await new Promise((resolve) => setTimeout(resolve, 2000 / SPEED))
    }
    while (await next());
    expect(stage.rest.count('fetch')).toBe(0)
  })

  it('is asked for rarely while a stream is open, and that finds a call that is over', async () => {
    const call = await stage.dial()
    const socket = await stage.openStream()
    socket.send(startMessage(stage.told().token))
    await call.media
    stage.rest.on('fetch', () => ({ status: 200, body: callResource({ status: 'completed' }) }))
    const startedAt = performance.now()
    expect((await allOf(call.statuses)).at(-1)).toEqual({ status: 'completed' })
    expect(performance.now() - startedAt).toBeGreaterThan(12_000 / SPEED)
    expect(stage.rest.count('fetch')).toBe(1)
  })
})
