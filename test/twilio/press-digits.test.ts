import { once } from 'node:events'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { WebSocket } from 'ws'
import { createLater } from '../../src/flow/later.ts'
import { ACCOUNT_SID, CALL_SID, callResource, refusal } from './fake-rest.ts'
import { IN_PROGRESS, nextRedirect, pass, startNext, stateOf, stop, talk } from './moving.ts'
import { NEXT_STREAM_SID, openStage, type Stage, startMessage, streamIn } from './stage.ts'

const SPEED = 20
/** The patience with one key, in real time. */
const PATIENCE_MS = 10_250 / SPEED
/** How long an old stream may go on before a request without an answer counts as not acted on, in real time. */
const SIGN_MS = 3000 / SPEED

let stage: Stage
beforeEach(async () => {
  stage = await openStage({ speed: SPEED })
})
afterEach(() => stage.close())

describe('pressing keys', () => {
  it('plays them and connects a new stream with another token, in one update', async () => {
    const { call } = await talk(stage)
    const first = stage.told()
    const redirect = nextRedirect(stage)
    void call.pressDigits('ww1#')
    const form = await redirect
    expect([...form.keys()]).toEqual(['Twiml'])
    const twiml = form.get('Twiml') ?? ''
    const { streamUrl, token } = streamIn(twiml)
    expect(twiml).toContain('<Response><Play digits="ww1#"/><Connect><Stream ')
    expect(twiml).toContain('</Connect><Hangup/></Response>')
    expect(token).toMatch(/^[0-9a-f]{64}$/)
    expect(token).not.toBe(first.token)
    expect(streamUrl).toBe(`${stage.doors.publicUrl}/${token}`)
    expect(stage.rest.seen.at(-1)?.path).toBe(`/2010-04-01/Accounts/${ACCOUNT_SID}/Calls/${CALL_SID}.json`)
  })

  it('resolves with the new leg at its start; the old one has ended with stopped by then, and is left to Twilio to close', async () => {
    const { call, leg, socket, events, closeCode } = await talk(stage)
    const redirect = nextRedirect(stage)
    const pressed = call.pressDigits('1')
    const twiml = (await redirect).get('Twiml') ?? ''
    await pass(50)
    expect([closeCode(), events]).toEqual([undefined, []])
    stop(socket)
    const next = await startNext(stage, twiml)
    const back = await pressed
    expect([leg.streamId, back.streamId]).not.toEqual([back.streamId, leg.streamId])
    expect(back.streamId).toBe(NEXT_STREAM_SID)
    expect(events).toEqual([{ type: 'closed', how: 'stopped' }])
    const heard = once(next, 'message')
    back.mark('here')
    expect(JSON.parse(String((await heard)[0]))).toMatchObject({ streamSid: NEXT_STREAM_SID })
  })

  it('keeps the old stream as the way of the sound until Twilio says stop', async () => {
    const { call, socket, events } = await talk(stage)
    const redirect = nextRedirect(stage)
    void call.pressDigits('1')
    await redirect
    await pass(20)
    socket.send(
      JSON.stringify({
        event: 'dtmf',
        streamSid: 'MZ0123456789abcdef0123456789abcdef',
        dtmf: { digit: '5' },
      }),
    )
    await expect.poll(() => events).toEqual([{ type: 'digit', digit: '5' }])
  })

  it.each([
    ['after the old one', true],
    ['before the old one has stopped', false],
  ])('takes a new stream that starts %s, and asks nobody whether the call is over', async (_, stopsFirst) => {
    const { call, socket, events, closeCode } = await talk(stage)
    const asked = stage.rest.count('fetch')
    const redirect = nextRedirect(stage)
    const pressed = call.pressDigits('1')
    const twiml = (await redirect).get('Twiml') ?? ''
    if (stopsFirst) stop(socket)
    if (stopsFirst) await pass(2000 / SPEED)
    await startNext(stage, twiml)
    expect((await pressed).streamId).toBe(NEXT_STREAM_SID)
    expect(events).toEqual([{ type: 'closed', how: 'stopped' }])
    if (!stopsFirst) expect(closeCode()).toBeUndefined()
    expect(stage.rest.count('fetch')).toBe(asked)
  })

  it('calls an old connection stopped that breaks while Twilio redirects the call', async () => {
    const { call, socket, events } = await talk(stage)
    const answer = createLater<void>()
    const redirect = nextRedirect(stage, async () => {
      await answer.promise
      return IN_PROGRESS
    })
    const pressed = call.pressDigits('1')
    const twiml = (await redirect).get('Twiml') ?? ''
    socket.terminate()
    await pass(30)
    expect(events).toEqual([])
    await startNext(stage, twiml)
    await pressed
    expect(events).toEqual([{ type: 'closed', how: 'stopped' }])
    answer.resolve(undefined)
  })

  it('can be done again, each time through a new door, and the old doors stay shut', async () => {
    const { call, socket } = await talk(stage)
    const first = stage.told().streamUrl
    const redirect = nextRedirect(stage)
    const pressed = call.pressDigits('1')
    const twiml = (await redirect).get('Twiml') ?? ''
    stop(socket)
    await startNext(stage, twiml)
    await pressed
    const again = nextRedirect(stage)
    void call.pressDigits('2')
    const second = streamIn(twiml).streamUrl
    const third = streamIn((await again).get('Twiml') ?? '').streamUrl
    expect(new Set([first, second, third]).size).toBe(3)
    await expect(stage.openStream(undefined, first)).rejects.toThrow('403')
    await expect(stage.openStream(undefined, second)).rejects.toThrow('403')
  })

  it.each(['', 'press 1', '1 2', 'e', `1"/><Hangup/><Play digits="`, '1'.repeat(65)])(
    'refuses %j, which are no keys, and asks Twilio nothing',
    async (digits) => {
      const { call } = await talk(stage)
      await expect(call.pressDigits(digits)).rejects.toMatchObject({ code: 'carrier-refused' })
      expect(stage.rest.count('update')).toBe(0)
    },
  )

  it('is refused without a media connection, before it stands and after it broke', async () => {
    const call = await stage.dial()
    await expect(call.pressDigits('1')).rejects.toMatchObject({ code: 'carrier-refused' })
    const socket = await stage.openStream()
    socket.send(startMessage(stage.told().token))
    const leg = await call.media
    socket.terminate()
    for await (const event of leg.events) expect(event.type).toBe('closed')
    await expect(call.pressDigits('1')).rejects.toMatchObject({ code: 'carrier-refused' })
    expect(stage.rest.count('update')).toBe(0)
  })

  it('is refused while keys are being pressed, with a sentence, and that disturbs nothing', async () => {
    const { call, socket } = await talk(stage)
    const redirect = nextRedirect(stage)
    const pressed = call.pressDigits('1')
    await expect(call.pressDigits('2')).rejects.toMatchObject({
      code: 'carrier-refused',
      message: expect.stringContaining('already'),
    })
    const order = { to: '+14155550177', ringTimeoutMs: 20_000, timeLimitMs: 60_000 }
    await expect(call.transfer(order)).rejects.toMatchObject({ code: 'carrier-refused' })
    const twiml = (await redirect).get('Twiml') ?? ''
    stop(socket)
    await startNext(stage, twiml)
    await pressed
    expect(stage.rest.count('update')).toBe(1)
  })
})

describe('keys that Twilio certainly did not press', () => {
  it.each([
    ['a bad request', refusal(400, 20001, 'Invalid'), 'carrier-refused'],
    ['another account', refusal(404, 20404, 'not found'), 'carrier-refused'],
    ['credentials', refusal(401, 20003, 'Authenticate'), 'carrier-refused'],
    ['too long a document', refusal(400, 32018, 'too long'), 'carrier-refused'],
  ])('because of %s are told so; the leg goes on and the new door is shut', async (_, reply, code) => {
    const { call, leg, socket, events } = await talk(stage)
    const redirect = nextRedirect(stage, reply)
    await expect(call.pressDigits('1')).rejects.toMatchObject({ name: 'CallError', code })
    const { streamUrl } = streamIn((await redirect).get('Twiml') ?? '')
    await expect(stage.openStream(undefined, streamUrl)).rejects.toThrow('404')
    const heard = once(socket, 'message')
    leg.clear()
    expect(JSON.parse(String((await heard)[0]))).toMatchObject({ event: 'clear' })
    socket.terminate()
    await expect.poll(() => events).toEqual([{ type: 'closed', how: 'dropped' }])
  })

  it('can be pressed at a second try', async () => {
    const { call, socket } = await talk(stage)
    void nextRedirect(stage, refusal(400, 20001, 'Invalid'))
    await expect(call.pressDigits('1')).rejects.toMatchObject({ code: 'carrier-refused' })
    const redirect = nextRedirect(stage)
    const pressed = call.pressDigits('1')
    const twiml = (await redirect).get('Twiml') ?? ''
    stop(socket)
    await startNext(stage, twiml)
    expect((await pressed).streamId).toBe(NEXT_STREAM_SID)
  })

  it('are repeated after a 429, which Twilio never acts on', async () => {
    const { call } = await talk(stage)
    stage.rest.on('update', (_, nth) => (nth < 3 ? refusal(429, 20429, 'Too Many Requests') : IN_PROGRESS))
    void call.pressDigits('1').catch(() => {})
    await expect.poll(() => stage.rest.count('update'), { timeout: 8000 }).toBe(3)
  })

  it('because the call is over are pending, and the end of the call comes by status', async () => {
    const { call, events } = await talk(stage)
    stage.rest.on('fetch', () => ({ status: 200, body: callResource({ status: 'completed' }) }))
    void nextRedirect(stage, refusal(400, 21220, 'Call is not in-progress. Cannot redirect.'))
    const pressed = call.pressDigits('1')
    let last: string | undefined
    for await (const { status } of call.statuses) last = status
    expect(last).toBe('completed')
    expect(await stateOf(pressed)).toBe('pending')
    expect(events).toEqual([])
  })
})

describe('keys of which nobody knows whether Twilio pressed them', () => {
  it.each([
    ['a reset', 'reset' as const],
    ['an answer of 503', { status: 503 }],
  ])(
    'after %s have been pressed when the new stream comes, and are never asked for twice',
    async (_, reply) => {
      const { call, socket } = await talk(stage)
      const redirect = nextRedirect(stage, reply)
      const pressed = call.pressDigits('1')
      const twiml = (await redirect).get('Twiml') ?? ''
      await pass(30)
      stop(socket)
      await startNext(stage, twiml)
      expect((await pressed).streamId).toBe(NEXT_STREAM_SID)
      expect(stage.rest.count('update')).toBe(1)
    },
  )

  it('are given up after three seconds in which the old connection stands: it stays in use, and the new door is shut', async () => {
    const { call, leg, socket, events } = await talk(stage)
    const answered = createLater<number>()
    const redirect = nextRedirect(stage, async () => {
      answered.resolve(performance.now())
      return { status: 503 }
    })
    // The patience with these would be 70 s.
    await expect(call.pressDigits('W'.repeat(60))).rejects.toMatchObject({ code: 'carrier-unreachable' })
    const tookMs = performance.now() - (await answered.promise)
    expect(tookMs).toBeGreaterThan(SIGN_MS * 0.9)
    expect(tookMs).toBeLessThan(50_000 / SPEED)
    expect(events).toEqual([])
    const { streamUrl } = streamIn((await redirect).get('Twiml') ?? '')
    await expect(stage.openStream(undefined, streamUrl)).rejects.toThrow('404')
    const heard = once(socket, 'message')
    leg.clear()
    expect(JSON.parse(String((await heard)[0]))).toMatchObject({ event: 'clear' })
  })

  it('are waited for with full patience once the old stream has stopped within the three seconds', async () => {
    const { call, socket } = await talk(stage)
    const redirect = nextRedirect(stage, { status: 503 })
    const pressed = call.pressDigits('1')
    const twiml = (await redirect).get('Twiml') ?? ''
    await pass(SIGN_MS / 3)
    stop(socket)
    await pass(SIGN_MS * 1.5)
    expect(await stateOf(pressed)).toBe('pending')
    await startNext(stage, twiml)
    expect((await pressed).streamId).toBe(NEXT_STREAM_SID)
  })

  it('end the old leg with stopped when Twilio presses them after they were given up', async () => {
    const { call, socket, events } = await talk(stage)
    void nextRedirect(stage, { status: 503 })
    await expect(call.pressDigits('1')).rejects.toMatchObject({ code: 'carrier-unreachable' })
    stop(socket)
    await expect.poll(() => events).toEqual([{ type: 'closed', how: 'stopped' }])
  })

  it('are given up after four seconds without an answer and those three', async () => {
    const { call } = await talk(stage)
    void nextRedirect(stage, 'silence')
    const startedAt = performance.now()
    await expect(call.pressDigits('W'.repeat(60))).rejects.toMatchObject({ code: 'carrier-unreachable' })
    const tookMs = performance.now() - startedAt
    expect(tookMs).toBeGreaterThan(3900 + SIGN_MS)
    expect(tookMs).toBeLessThan(4900 + SIGN_MS)
  }, 10_000)

  it('have cost the media connection at once when the new stream fails at the door', async () => {
    const { call } = await talk(stage)
    const redirect = nextRedirect(stage, { status: 503 })
    const pressed = call.pressDigits('W'.repeat(60))
    pressed.catch(() => {})
    const next = await stage.openStream(undefined, streamIn((await redirect).get('Twiml') ?? '').streamUrl)
    next.close()
    await expect(pressed).rejects.toMatchObject({ code: 'media-lost' })
  })

  it('have cost the media connection when the old one ends and no new one comes', async () => {
    const { call, socket, events } = await talk(stage)
    void nextRedirect(stage, 'reset')
    const pressed = call.pressDigits('1')
    pressed.catch(() => {})
    socket.terminate()
    await pass(30)
    expect(events).toEqual([])
    await expect(pressed).rejects.toMatchObject({ code: 'media-lost' })
    await expect.poll(() => events).toEqual([{ type: 'closed', how: 'dropped' }])
  })
})

describe('keys after which the new stream fails at the door', () => {
  /** With keys for a minute, so that it is not the patience that ends. */
  const pressing = async (at = stage) => {
    const on = await talk(at)
    const redirect = nextRedirect(at)
    const pressed = on.call.pressDigits('W'.repeat(60))
    pressed.catch(() => {})
    return { ...on, pressed, ...streamIn((await redirect).get('Twiml') ?? '') }
  }
  const lost = { name: 'CallError', code: 'media-lost' }
  const soon = async (pressed: Promise<unknown>) => {
    const startedAt = performance.now()
    await expect(pressed).rejects.toMatchObject(lost)
    expect(performance.now() - startedAt).toBeLessThan(1000)
  }

  it('have cost the media connection as soon as that is closed for want of a start', async () => {
    const slow = await openStage({ speed: 5 })
    try {
      const { pressed, streamUrl, socket, events } = await pressing(slow)
      stop(socket)
      const next = await slow.openStream(undefined, streamUrl)
      const closed = once(next, 'close')
      const [code] = await closed
      expect(code).toBe(1008)
      await soon(pressed)
      expect(events).toEqual([{ type: 'closed', how: 'stopped' }])
    } finally {
      await slow.close()
    }
  }, 10_000)

  it.each([
    ['is closed by Twilio before its start', (next: WebSocket) => next.close()],
    ['breaks before its start', (next: WebSocket) => next.terminate()],
    ['starts with a token that is not ours', (next: WebSocket) => next.send(startMessage('another'))],
    ['sends what no stream sends', (next: WebSocket) => next.send(Buffer.from([1, 2, 3]))],
  ])('have cost it at once when it %s, whether or not the old one has stopped', async (_, fail) => {
    const { pressed, streamUrl, events } = await pressing()
    const next = await stage.openStream(undefined, streamUrl)
    fail(next)
    await soon(pressed)
    await expect.poll(() => events).toEqual([{ type: 'closed', how: 'stopped' }])
    await expect(stage.openStream(undefined, streamUrl)).rejects.toThrow('404')
  })

  it('have cost it at once when its signature is not right', async () => {
    const { pressed, streamUrl, socket } = await pressing()
    stop(socket)
    await expect(stage.openStream({ 'x-twilio-signature': 'nonsense' }, streamUrl)).rejects.toThrow('403')
    await soon(pressed)
  })

  it('are pending when the person hung up before that', async () => {
    const { pressed, streamUrl, socket } = await pressing()
    stop(socket)
    const next = await stage.openStream(undefined, streamUrl)
    await stage.callback('completed')
    next.close()
    await once(next, 'close')
    await pass(30)
    expect(await stateOf(pressed)).toBe('pending')
  })
})

describe('keys that Twilio has pressed, with no stream after them,', () => {
  it('have cost the media connection, after the time of the keys and ten seconds', async () => {
    const { call, socket, events } = await talk(stage)
    const redirect = nextRedirect(stage)
    const pressed = call.pressDigits('W'.repeat(10))
    pressed.catch(() => {})
    await redirect
    stop(socket)
    await pass(11_000 / SPEED)
    expect(await stateOf(pressed)).toBe('pending')
    await expect(pressed).rejects.toMatchObject({ code: 'media-lost', hint: expect.any(String) })
    expect(events).toEqual([{ type: 'closed', how: 'stopped' }])
  })

  it('let no stream in that comes later, upgraded or not', async () => {
    const { call } = await talk(stage)
    const redirect = nextRedirect(stage)
    const pressed = call.pressDigits('1')
    pressed.catch(() => {})
    const { streamUrl, token } = streamIn((await redirect).get('Twiml') ?? '')
    const late = await stage.openStream(undefined, streamUrl)
    await expect(pressed).rejects.toMatchObject({ code: 'media-lost' })
    const closed = once(late, 'close')
    late.send(startMessage(token, { streamSid: NEXT_STREAM_SID }))
    expect((await closed)[0]).toBe(1008)
  })

  it('are pending when the call ends meanwhile', async () => {
    const { call, socket } = await talk(stage)
    const redirect = nextRedirect(stage)
    const pressed = call.pressDigits('1')
    await redirect
    stop(socket)
    await stage.callback('completed')
    await pass(PATIENCE_MS * 1.2)
    expect(await stateOf(pressed)).toBe('pending')
    expect(await stateOf(call.pressDigits('1'))).toBe('pending')
  })
})

describe('ending a call in the middle of a redirection', () => {
  it('hangs up, and nothing comes of the keys', async () => {
    const { call } = await talk(stage)
    const redirect = nextRedirect(stage)
    const pressed = call.pressDigits('1')
    await redirect
    stage.rest.on('update', () => ({ status: 200, body: callResource({ status: 'completed' }) }))
    expect(await call.hangUp()).toBe('ended')
    await pass(PATIENCE_MS * 1.2)
    expect(await stateOf(pressed)).toBe('pending')
  })

  it('closes the old stream and the one that is just coming when Twilio does not obey', async () => {
    const { call, closeCode } = await talk(stage)
    const redirect = nextRedirect(stage)
    void call.pressDigits('1')
    const { streamUrl, token } = streamIn((await redirect).get('Twiml') ?? '')
    const coming = await stage.openStream(undefined, streamUrl)
    const comingClosed = once(coming, 'close')
    stage.rest.on('fetch', () => ({ status: 503 }))
    stage.rest.on('update', async (_, nth) => {
      // The redirection was the first.
      if (nth === 4) coming.send(startMessage(token, { streamSid: NEXT_STREAM_SID }))
      if (nth === 4) await stage.callback('completed')
      return { status: 503 }
    })
    expect(await call.hangUp()).toBe('ended')
    expect(closeCode()).toBe(1000)
    expect((await comingClosed)[0]).toBe(1008)
    await expect(stage.openStream(undefined, streamUrl)).rejects.toThrow('404')
  })

  it('closes the new leg once that is in use', async () => {
    const { call } = await talk(stage)
    const redirect = nextRedirect(stage)
    const pressed = call.pressDigits('1')
    const next = await startNext(stage, (await redirect).get('Twiml') ?? '')
    await pressed
    const closed = once(next, 'close')
    await call.close()
    expect((await closed)[0]).toBe(1000)
  })

  it('closes all doors when the call is closed while keys are pressed', async () => {
    const { call, closeCode } = await talk(stage)
    const redirect = nextRedirect(stage)
    const pressed = call.pressDigits('W'.repeat(60))
    const { streamUrl } = streamIn((await redirect).get('Twiml') ?? '')
    await call.close()
    expect(closeCode()).toBe(1000)
    await expect(stage.openStream(undefined, streamUrl)).rejects.toThrow('404')
    expect(await stateOf(pressed)).toBe('pending')
  })
})
