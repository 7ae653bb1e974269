import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createClock } from '../../src/flow/clock.ts'
import { createTwilioCarrier } from '../../src/twilio/carrier.ts'
import { CALL_SID, callResource, listOf, openFakeRest, type Reply } from './fake-rest.ts'
import { allOf, openStage, REQUEST, reader, type Stage, startMessage } from './stage.ts'

let stage: Stage
beforeEach(async () => {
  stage = await openStage({ speed: 40 })
})
afterEach(() => stage.close())

const UNCLEAR: [string, Reply][] = [
  ['a reset', 'reset'],
  ['HTTP 500', { status: 500, body: { code: 20500, message: 'Internal Server Error' } }],
  ['HTTP 503 with HTML', { status: 503, body: '<html>busy</html>', type: 'text/html' }],
  ['a 201 with HTML', { status: 201, body: '<html>ok</html>', type: 'text/html' }],
  ['a 201 cut short', { status: 201, body: '{"sid":"CA01' }],
  ['a 201 without a SID', { status: 201, body: {} }],
  ['an empty 201', { status: 201, body: '' }],
]
const old = () => new Date(Date.now() - 60_000).toUTCString()
const OTHER_SID = 'CAffffffffffffffffffffffffffffffff'

describe('a POST without a clear answer', () => {
  it.each(UNCLEAR)(
    'T3 after %s is never repeated; the call is found in the list and goes on',
    async (_, reply) => {
      stage.rest.on('create', () => reply)
      stage.rest.on('list', (_seen, nth) =>
        nth < 2 ? listOf() : listOf(callResource({ status: 'ringing' })),
      )
      const call = await stage.dial()
      expect(call.callId).toBe(CALL_SID)
      expect(await reader(call.statuses)()).toEqual({ status: 'ringing' })
      expect(stage.rest.count('create')).toBe(1)
      expect(stage.rest.seen.find(({ route }) => route === 'list')?.query.get('To')).toBe(REQUEST.to)
      expect(await call.hangUp()).toBe('ended')
    },
  )

  it.each(UNCLEAR)(
    'T3 after %s and without a trace of the call is dial-unknown, with the way to check',
    async (_, reply) => {
      stage.rest.on('create', () => reply)
      await expect(stage.dial()).rejects.toMatchObject({
        name: 'CallError',
        code: 'dial-unknown',
        hint: expect.stringMatching(/'ai-caller hangup --all'.*console\.twilio\.com.*within 6 min/),
      })
      expect(stage.rest.count('create')).toBe(1)
      expect(stage.rest.count('list')).toBeGreaterThan(3)
    },
  )

  it('T3 is proven by a signed callback', async () => {
    stage.rest.on('create', () => 'reset')
    stage.rest.on('list', async () => {
      expect(await stage.callback('ringing')).toBe(204)
      return { status: 503 }
    })
    expect((await stage.dial()).callId).toBe(CALL_SID)
  })

  it('is proven by a signed stream', async () => {
    stage.rest.on('create', () => 'reset')
    stage.rest.on('list', async (_, nth) => {
      if (nth === 1) (await stage.openStream()).send(startMessage(stage.told().token))
      return 'reset' as const
    })
    const call = await stage.dial()
    expect(call.callId).toBe(CALL_SID)
    await call.media
  })

  it.each([
    ['is older than the POST', { date_created: old() }],
    ['came in instead of going out', { direction: 'inbound' }],
    ['went to somebody else', { to: '+14155559999' }],
    ['came from another number', { from: '+14155559999' }],
  ])('does not adopt a call that %s', async (_, change) => {
    stage.rest.on('create', () => 'reset')
    stage.rest.on('list', () => listOf(callResource(change)))
    await expect(stage.dial()).rejects.toMatchObject({ code: 'dial-unknown' })
  })

  it('does not guess between two calls that could be it', async () => {
    stage.rest.on('create', () => 'reset')
    stage.rest.on('list', () => listOf(callResource(), callResource({ sid: OTHER_SID })))
    await expect(stage.dial()).rejects.toMatchObject({ code: 'dial-unknown' })
  })

  it('leaves no door open behind a dial-unknown', async () => {
    stage.rest.on('create', () => 'reset')
    await expect(stage.dial()).rejects.toMatchObject({ code: 'dial-unknown' })
    await expect(stage.openStream()).rejects.toThrow('404')
    expect(await stage.callback('ringing')).toBe(404)
  })

  it('does not adopt a call that is dated before the POST and over, but the one that runs beside it', async () => {
    const date_created = new Date(Date.now() - 3000).toUTCString()
    stage.rest.on('create', () => 'reset')
    stage.rest.on('list', () =>
      listOf(
        callResource({ sid: OTHER_SID, status: 'busy', date_created }),
        callResource({ status: 'ringing', date_created }),
      ),
    )
    expect((await stage.dial()).callId).toBe(CALL_SID)
  })

  it('is dial-unknown when all there is to find is dated before the POST and over', async () => {
    const date_created = new Date(Date.now() - 3000).toUTCString()
    stage.rest.on('create', () => 'reset')
    stage.rest.on('list', () => listOf(callResource({ status: 'completed', date_created })))
    await expect(stage.dial()).rejects.toMatchObject({ code: 'dial-unknown' })
  })

  it('is found even when it was over at once', async () => {
    stage.rest.on('create', () => 'reset')
    stage.rest.on('list', () => listOf(callResource({ status: 'failed' })))
    expect(await allOf((await stage.dial()).statuses)).toEqual([{ status: 'failed' }])
  })

  it('that was stopped meanwhile is ended as soon as it is found', async () => {
    const stop = new AbortController()
    stage.rest.on('create', () => 'reset')
    stage.rest.on('list', () => {
      stop.abort('sigterm')
      return listOf(callResource())
    })
    const call = await stage.dial(stop.signal)
    expect(await call.hangUp()).toBe('ended')
    expect(stage.rest.count('update')).toBe(1)
  })

  it.each([
    ['while Twilio thinks about its list', 'silence' as const],
    ['while it pauses', listOf()],
  ])('that is stopped %s is looked for once more, and ended when it is found', async (_, first) => {
    const stop = new AbortController()
    stage.rest.on('create', () => 'reset')
    stage.rest.on('list', (_seen, nth) => {
      if (nth > 1) return listOf(callResource())
      setTimeout(() => stop.abort('sigint'), 20)
      return first
    })
    const startedAt = performance.now()
    const call = await stage.dial(stop.signal)
    expect(await call.hangUp()).toBe('ended')
    expect(performance.now() - startedAt).toBeLessThan(1500)
    expect(stage.rest.count('list')).toBe(2)
    expect(stage.rest.count('update')).toBe(1)
  })

  it('that is stopped and not found is dial-unknown after one last look', async () => {
    const stop = new AbortController()
    stage.rest.on('create', () => 'reset')
    stage.rest.on('list', () => {
      stop.abort('sigint')
      return listOf()
    })
    await expect(stage.dial(stop.signal)).rejects.toMatchObject({ code: 'dial-unknown' })
    expect(stage.rest.count('list')).toBe(2)
  })
})

describe('a POST that never left', () => {
  it('is certainly not dialled: nothing listens there', async () => {
    const gone = await openFakeRest()
    await gone.close()
    const carrier = createTwilioCarrier({
      accountSid: 'ACx',
      authToken: 'x',
      baseUrl: gone.baseUrl,
      clock: createClock(40),
    })
    await expect(carrier.dial(REQUEST, stage.doors, new AbortController().signal)).rejects.toMatchObject({
      code: 'carrier-unreachable',
      message: expect.stringContaining('ECONNREFUSED'),
    })
  })
})
