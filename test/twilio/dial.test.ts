import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ACCOUNT_SID, CALL_SID, callResource, refusal } from './fake-rest.ts'
import { allOf, eventsOf, openStage, REQUEST, reader, type Stage, startMessage } from './stage.ts'

let stage: Stage
beforeEach(async () => {
  stage = await openStage()
})
afterEach(() => stage.close())

describe('dialling', () => {
  it('sends one POST with inline TwiML, both time limits and all four callback events', async () => {
    const call = await stage.dial()
    expect(call.callId).toBe(CALL_SID)
    expect(stage.rest.count('create')).toBe(1)
    const post = stage.rest.seen[0]
    expect(post?.path).toBe(`/2010-04-01/Accounts/${ACCOUNT_SID}/Calls.json`)
    expect(Object.fromEntries(post?.form ?? [])).toMatchObject({
      To: '+14155550123',
      From: '+14155550100',
      Timeout: '30',
      TimeLimit: '315',
      StatusCallbackMethod: 'POST',
    })
    expect(post?.form.getAll('StatusCallbackEvent')).toEqual([
      'initiated',
      'ringing',
      'answered',
      'completed',
    ])
    const { streamUrl, statusUrl, token } = stage.told()
    expect(token).toMatch(/^[0-9a-f]{64}$/)
    expect(streamUrl).toBe(`${stage.doors.publicUrl}/${token}`)
    expect(statusUrl).toBe(`${stage.doors.publicUrl.replace('ws:', 'http:')}/${token}/status`)
  })

  it('asks for no longer a call than Twilio allows', async () => {
    await stage.dial(undefined, { ...REQUEST, timeLimitMs: 4 * 3_600_000 + 15_000 })
    expect(stage.rest.seen[0]?.form.get('TimeLimit')).toBe('14400')
  })

  it('presses keys before it connects the media, and asks for no SendDigits', async () => {
    await stage.dial(undefined, { ...REQUEST, digits: 'ww1#' })
    const form = stage.rest.seen[0]?.form
    expect(form?.get('Twiml')).toContain('<Response><Play digits="ww1#"/><Connect>')
    expect(form?.has('SendDigits')).toBe(false)
  })

  it('is refused with keys that are none, before anything is asked of Twilio', async () => {
    await expect(stage.dial(undefined, { ...REQUEST, digits: '1;' })).rejects.toMatchObject({
      code: 'carrier-refused',
    })
    expect(stage.rest.seen).toEqual([])
  })

  it('uses another token for every call', async () => {
    await stage.dial()
    const first = stage.told().token
    await stage.dial()
    expect(stage.told().token).not.toBe(first)
  })

  it('tells the statuses in order, once each, and ends after the last', async () => {
    const call = await stage.dial()
    const next = reader(call.statuses)
    expect(await next()).toEqual({ status: 'queued' })
    for (const status of ['ringing', 'ringing', 'initiated', 'in-progress']) {
      expect(await stage.callback(status)).toBe(204)
    }
    expect(await stage.callback('completed')).toBe(204)
    expect(await stage.callback('completed')).toBe(204)
    expect(await next()).toEqual({ status: 'ringing' })
    expect(await next()).toEqual({ status: 'in-progress' })
    expect(await next()).toEqual({ status: 'completed' })
    expect(await next()).toBeUndefined()
  })

  it('hands out the media leg, and takes the stream itself for the proof of the answer', async () => {
    const call = await stage.dial()
    const next = reader(call.statuses)
    await next()
    const socket = await stage.openStream()
    socket.send(startMessage(stage.told().token))
    const leg = await call.media
    expect(await next()).toEqual({ status: 'in-progress' })
    const heard = new Promise<string>((resolve) => socket.once('message', (text) => resolve(String(text))))
    leg.mark('hello')
    expect(JSON.parse(await heard)).toEqual({
      event: 'mark',
      streamSid: leg.streamId,
      mark: { name: 'hello' },
    })
    socket.terminate()
    expect(await eventsOf(leg)).toEqual([{ type: 'closed', how: 'dropped' }])
  })

  it('C3 learns the SID from a callback that is quicker than the answer to the POST', async () => {
    let answer = () => {}
    stage.rest.on('create', async () => {
      expect(await stage.callback('initiated')).toBe(204)
      await new Promise<void>((resolve) => {
        answer = resolve
      })
      return { status: 201, body: callResource() }
    })
    const call = await stage.dial()
    expect(call.callId).toBe(CALL_SID)
    expect(await reader(call.statuses)()).toEqual({ status: 'initiated' })
    answer()
  })

  it('C3 learns the SID from a stream that is quicker than the answer to the POST', async () => {
    stage.rest.on('create', async () => {
      const socket = await stage.openStream()
      socket.send(startMessage(stage.told().token))
      await new Promise((resolve) => setTimeout(resolve, 50))
      return { status: 201, body: callResource() }
    })
    const call = await stage.dial()
    expect(call.callId).toBe(CALL_SID)
    expect((await call.media).sampleRate).toBe(8000)
  })

  it('does not believe that a call just placed is over', async () => {
    stage.rest.on('create', () => ({ status: 201, body: callResource({ status: 'completed' }) }))
    const next = reader((await stage.dial()).statuses)
    await stage.callback('ringing')
    expect(await next()).toEqual({ status: 'ringing' })
  })

  it('T2 repeats a request that Twilio answers with 429, and nothing else', async () => {
    stage.rest.on('create', (_, nth) =>
      nth < 3 ? refusal(429, 20429, 'Too Many Requests') : { status: 201, body: callResource() },
    )
    expect((await stage.dial()).callId).toBe(CALL_SID)
    expect(stage.rest.count('create')).toBe(3)
  })

  it('T2 gives up after four answers of 429: nothing was dialled', async () => {
    stage.rest.on('create', () => refusal(429, 20429, 'Too Many Requests'))
    await expect(stage.dial()).rejects.toMatchObject({
      code: 'carrier-refused',
      message: expect.stringMatching(/20429/),
    })
    expect(stage.rest.count('create')).toBe(4)
    expect(stage.rest.count('list')).toBe(0)
  })

  it('rejects with the remedy when Twilio refuses, asks no more, and closes its doors', async () => {
    stage.rest.on('create', () => refusal(400, 21215, 'Account not authorized to call +14155550123.'))
    await expect(stage.dial()).rejects.toMatchObject({
      name: 'CallError',
      code: 'carrier-refused',
      hint: expect.stringContaining('geo-permissions'),
    })
    expect(stage.rest.seen.map(({ route }) => route)).toEqual(['create'])
    expect(await stage.callback('ringing')).toBe(404)
  })

  it('does not dial when it was stopped before', async () => {
    await expect(stage.dial(AbortSignal.abort('sigint'))).rejects.toMatchObject({ name: 'CallError' })
    expect(stage.rest.seen).toEqual([])
  })

  it('ends a call that was stopped while the POST was out, and returns it', async () => {
    const stop = new AbortController()
    stage.rest.on('create', () => {
      stop.abort('sigint')
      return { status: 201, body: callResource() }
    })
    const call = await stage.dial(stop.signal)
    expect((await allOf(call.statuses)).at(-1)).toEqual({ status: 'completed' })
    expect(stage.rest.count('update')).toBe(1)
    expect(await call.hangUp()).toBe('ended')
  })

  it('gives a POST that is out when it is stopped 2.5 s more, then looks for the call once', async () => {
    const stop = new AbortController()
    stage.rest.on('create', () => {
      stop.abort('sigint')
      return 'silence'
    })
    const startedAt = performance.now()
    await expect(stage.dial(stop.signal)).rejects.toMatchObject({
      code: 'dial-unknown',
      message: expect.stringContaining('had not answered'),
    })
    expect(performance.now() - startedAt).toBeGreaterThan(2400)
    expect(performance.now() - startedAt).toBeLessThan(3500)
    expect(stage.rest.seen.map(({ route }) => route)).toEqual(['create', 'list'])
  })

  it('ends a call whose POST is answered only after it was stopped', async () => {
    const stop = new AbortController()
    stage.rest.on('create', async () => {
      stop.abort('sigint')
      await new Promise((resolve) => setTimeout(resolve, 500))
      return { status: 201, body: callResource() }
    })
    const call = await stage.dial(stop.signal)
    expect(await call.hangUp()).toBe('ended')
    expect(stage.rest.seen.map(({ route }) => route)).toEqual(['create', 'update'])
  })

  it('closes doors, polling and the media leg with the call', async () => {
    const call = await stage.dial()
    const socket = await stage.openStream()
    socket.send(startMessage(stage.told().token))
    await call.media
    const closed = new Promise<number>((resolve) => socket.once('close', resolve))
    await call.close()
    await call.close()
    expect(await closed).toBe(1000)
    expect(await stage.callback('completed')).toBe(404)
    await expect(stage.openStream()).rejects.toThrow('404')
  })
})
