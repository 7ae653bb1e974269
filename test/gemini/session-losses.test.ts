import { describe, expect, it } from 'vitest'
import { createClock } from '../../src/flow/clock.ts'
import { resumable, setup, setupOf, speech, take, told, turnComplete } from './frames.ts'
import { confirmSetup, type LiveConnection } from './live-server.ts'
import { closeAfterEach, confirm, createRamp, ended, heard, isOpen, open, thenLater } from './open-session.ts'

closeAfterEach()

describe('a server that refuses', () => {
  it.each([
    [1011, 'Session is already connected'],
    [1007, 'Request contains an invalid argument.'],
  ])('with %i to resume while the old connection is open is asked again without it', async (code, reason) => {
    const { server, leg, old, events } = await open(
      thenLater((connection) => {
        if (isOpen(server?.connections[0])) connection.ws.close(code, reason)
        else confirm(connection)
      }),
    )
    const ramp = createRamp(leg)
    ramp.frames(2)
    leg.carryOver('going-away')
    ramp.frames(3)
    expect(await take(events, 1)).toMatchObject([{ type: 'reconnected', reason: 'going-away' }])
    leg.sendText('after')
    const next = await server.connected(2)
    await heard(next, 'after')
    expect(setupOf(await server.connected(1)).handle).toBe('h1')
    expect(setupOf(next)).toEqual({ handle: 'h1', instruction: setup.systemInstruction })
    expect([...told(old), ...told(next).slice(0, -1)]).toEqual(ramp.sent)
  })

  it('the handle gets a fresh session that is told what was said, and not the answers to old calls', async () => {
    const history = [
      { speaker: 'agent', text: 'Which flowers?' },
      { speaker: 'person', text: 'Two roses.' },
    ] as const
    const { server, leg, old, events } = await open(
      thenLater((connection) => {
        if (setupOf(connection).handle === undefined) confirm(connection)
        else connection.ws.close(1007, 'Request contains an invalid argument.')
      }),
      { setup: { history: () => history } },
    )
    old.send({ toolCall: { functionCalls: [{ id: 'a', name: 'note', args: {} }] } })
    await take(events, 1)
    leg.carryOver('stalled')
    leg.answerTool({ id: 'a', name: 'note' }, { output: 1 }, false)
    leg.sendText('after')
    expect(await take(events, 2)).toEqual([
      { type: 'tool-cancelled', ids: ['a'] },
      { type: 'reconnected', reason: 'stalled', gapMs: expect.any(Number) },
    ])
    expect(server.upgrades).toHaveLength(3)
    const fresh = await server.connected(2)
    await heard(fresh, 'after')
    expect(told(fresh)).toEqual([{ realtimeInput: { text: 'after' } }])
    const { handle, instruction } = setupOf(fresh)
    expect(handle).toBeUndefined()
    expect(instruction).toContain('You order flowers.')
    expect(instruction).toContain('You said: "Which flowers?"\nThe person said: "Two roses."')

    // The handle went with its session: the next move goes by a new one or afresh.
    leg.carryOver('stalled')
    await take(events, 1)
    expect(setupOf(await server.connected(3)).handle).toBeUndefined()
  })

  it('to open anything leaves the session on the old connection while that lives', async () => {
    let refusing = false
    const { leg, old, events } = await open(confirmSetup, {
      upgrade: (socket) => {
        if (refusing) socket.end('HTTP/1.1 503 No\r\nconnection: close\r\n\r\n')
        return refusing
      },
    })
    refusing = true
    leg.carryOver('going-away')
    const ramp = createRamp(leg)
    ramp.frames(3)
    leg.sendText('held')
    await heard(old, 'held')
    expect(told(old).slice(0, -1)).toEqual(ramp.sent)
    refusing = false
    leg.carryOver('going-away')
    expect(await take(events, 1)).toMatchObject([{ type: 'reconnected' }])
  })

  it.each([
    [1007, 'API key not valid. Please pass a valid API key.', 'model-key'],
    [1011, 'You exceeded your current quota', 'model-quota'],
  ])('for good, with %i %s, is not asked again', async (code, reason, expected) => {
    const { server, old, events } = await open(thenLater(({ ws }) => ws.close(code, reason)))
    old.ws.terminate()
    expect(await take(events, 9)).toMatchObject([{ type: 'closed', error: { code: expected } }])
    expect(server.upgrades).toHaveLength(2)
  })
})

describe('a session that has begun', () => {
  it('and cannot go on is not told of another voice or model: these were good when it began', async () => {
    const { old, events } = await open(
      thenLater(({ ws }) => ws.close(1007, 'Request contains an invalid argument.')),
    )
    old.ws.terminate()
    const [end] = await take(events, 9)
    expect(end).toMatchObject({
      type: 'closed',
      error: { code: 'model-refused', hint: expect.stringContaining('they are not the cause') },
    })
  })
})

describe('without a handle', () => {
  it('a fresh session takes over, with a recap once something was said', async () => {
    const history: { speaker: 'person' | 'agent'; text: string }[] = []
    const { server, leg, events } = await open(confirmSetup, {
      handle: undefined,
      setup: { history: () => history },
    })
    leg.carryOver('stalled')
    await take(events, 1)
    expect(setupOf(await server.connected(1))).toEqual({
      handle: undefined,
      instruction: setup.systemInstruction,
    })
    history.push({ speaker: 'agent', text: 'Hello.' })
    leg.carryOver('stalled')
    await take(events, 1)
    expect(setupOf(await server.connected(2)).instruction).toContain('You said: "Hello."')
  })
})

describe('a connection that is lost', () => {
  it.each<[string, (connection: LiveConnection) => void]>([
    ['breaks in the middle of a sentence', ({ ws }) => ws.terminate()],
    ['is closed with 1011', ({ ws }) => ws.close(1011, 'Deadline expired before operation could complete.')],
    ['is closed with 1001', ({ ws }) => ws.close(1001)],
    ['is closed with 1000', ({ ws }) => ws.close(1000)],
    ['gets a frame larger than any message of Gemini', ({ ws }) => ws.send(Buffer.alloc(17 * 1024 * 1024))],
  ])('and %s is replaced by handle', async (_what, lose) => {
    const { server, leg, old, events } = await open(thenLater(() => {}))
    old.send(speech([1, 0]))
    await take(events, 1)
    lose(old)
    const next = await server.connected(1)
    await next.next()
    expect(setupOf(next).handle).toBe('h1')
    const ramp = createRamp(leg)
    ramp.frames(5)
    confirm(next)
    expect(await take(events, 1)).toEqual([
      { type: 'reconnected', reason: 'lost', gapMs: expect.any(Number) },
    ])
    ramp.frames(5)
    leg.sendText('after')
    await heard(next, 'after')
    expect(told(next).slice(0, -1)).toEqual(ramp.sent)
  })

  it('and shows no sign of life is replaced', async () => {
    const { old, events } = await open(confirmSetup, { options: { pingEveryMs: 20, deadAfterMs: 200 } })
    old.ws.pause()
    expect(await take(events, 1)).toMatchObject([{ type: 'reconnected', reason: 'lost' }])
    old.ws.resume()
  })

  it('during a move does not disturb it', async () => {
    const { server, leg, old, events } = await open(thenLater(() => {}))
    leg.carryOver('going-away')
    const next = await server.connected(1)
    old.ws.terminate()
    await ended(old)
    leg.sendText('held')
    confirm(next)
    expect(await take(events, 1)).toMatchObject([{ type: 'reconnected', reason: 'going-away' }])
    await heard(next, 'held')
    expect(server.upgrades).toHaveLength(2)
  })

  it('ends the session, with its own reason, when nothing can be opened any more', async () => {
    let refusing = false
    const { server, leg, old, events } = await open(confirmSetup, {
      speed: 5,
      upgrade: (socket) => {
        if (refusing) socket.destroy()
        return refusing
      },
    })
    refusing = true
    old.ws.close(1011, 'Deadline expired before operation could complete.')
    expect(await take(events, 9)).toMatchObject([
      { type: 'closed', error: { code: 'model-lost', message: expect.stringContaining('Deadline expired') } },
    ])
    expect(server.upgrades).toHaveLength(6)
    leg.sendAudio(Int16Array.of(1))
    leg.sendText('too late')
    leg.carryOver('lost')
    expect(await take(events, 9)).toEqual([])
  })

  it('again and again, as soon as it is confirmed, ends the session after three resumptions and two fresh starts', async () => {
    const { server, old, events } = await open(
      thenLater((connection) => {
        confirm(connection)
        connection.ws.close(1011, 'Internal error encountered.')
      }),
      { speed: 5 },
    )
    old.ws.terminate()
    expect((await take(events, 9)).map(({ type }) => type)).toEqual([
      ...new Array(5).fill('reconnected'),
      'closed',
    ])
    expect(server.connections.map((connection) => setupOf(connection).handle)).toEqual([
      undefined,
      'h1',
      'h1',
      'h1',
      undefined,
      undefined,
    ])
  })

  it('after it was stable for 10 s does not count with the failures before', async () => {
    const { server, old, events } = await open(confirmSetup, { speed: 20 })
    // In step with the session's own, however busy the machine is.
    const clock = createClock(20)
    old.ws.terminate()
    for (let number = 1; number <= 4; number++) {
      expect(await take(events, 1)).toMatchObject([{ type: 'reconnected', reason: 'lost' }])
      await clock.sleep(12_000)
      const connection = await server.connected(number)
      expect(setupOf(connection).handle).toBe('h1')
      if (number < 4) connection.ws.terminate()
    }
  })
})

describe('the end of a connection', () => {
  it('that is announced by each at once is not followed for ever, and the last one serves on', async () => {
    const { server, leg, old, events } = await open(
      (connection) => {
        confirm(connection)
        connection.send({ goAway: { timeLeft: '0s' } })
      },
      { speed: 5 },
    )
    old.send({ goAway: { timeLeft: '0s' } })
    const moves = 5
    await take(events, 2 * moves + 1)
    leg.sendText('after')
    await heard(await server.connected(moves), 'after')
    await createClock(5).sleep(5000)
    expect(server.upgrades).toHaveLength(moves + 1)
  })

  it('is told when it is announced, and moves the session 2 s before it when nobody else does', async () => {
    const { leg, old, events } = await open()
    const beganAt = performance.now()
    old.send({ goAway: { timeLeft: '9s' } })
    old.send({ goAway: { timeLeft: '2.2s' } })
    expect(await take(events, 3)).toEqual([
      { type: 'going-away', timeLeftMs: 9000 },
      { type: 'going-away', timeLeftMs: 2200 },
      { type: 'reconnected', reason: 'going-away', gapMs: expect.any(Number) },
    ])
    expect(performance.now() - beganAt).toBeGreaterThan(190)
    await leg.close()
  })

  it('moves the session at once when there is no time left, and never at once when there are years', async () => {
    const { server, leg, old, events } = await open()
    old.send({ goAway: { timeLeft: '999999999s' } })
    await take(events, 1)
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(server.upgrades).toHaveLength(1)
    leg.carryOver('stalled')
    expect(await take(events, 1)).toMatchObject([{ type: 'reconnected', reason: 'stalled' }])
    const next = await server.connected(1)
    next.send({ goAway: { timeLeft: '0s' } })
    expect(await take(events, 2)).toMatchObject([
      { type: 'going-away', timeLeftMs: 0 },
      { type: 'reconnected', reason: 'going-away' },
    ])
  })

  it('is forgotten once the session has moved away, or is closed', async () => {
    const { server, leg, old, events } = await open()
    old.send({ goAway: { timeLeft: '2.05s' } })
    await take(events, 1)
    leg.carryOver('going-away')
    await take(events, 1)
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(server.upgrades).toHaveLength(2)
    // Its timer would be found after the test.
    const next = await server.connected(1)
    next.send({ goAway: { timeLeft: '60s' } })
    await take(events, 1)
  })

  it('is not waited for once the connection is old and the session rests', async () => {
    const { server, old, events } = await open(confirmSetup, {
      options: { restAfterMs: 0 },
      handle: undefined,
    })
    // Interrupted, the agent falls silent, but the person speaks.
    old.send(speech([1, 0]))
    old.send({ serverContent: { interrupted: true } })
    old.send(turnComplete)
    old.send(resumable('h1'))
    old.send(speech([1, 0]))
    old.send({ toolCall: { functionCalls: [{ id: 'a', name: 'note', args: {} }] } })
    old.send(turnComplete)
    old.send(resumable('h2'))
    old.send({ toolCallCancellation: { ids: ['a'] } })
    expect(await take(events, 7)).toMatchObject([
      { type: 'audio' },
      { type: 'interrupted' },
      { type: 'turn-complete' },
      { type: 'audio' },
      { type: 'tool-call' },
      { type: 'turn-complete' },
      { type: 'tool-cancelled' },
    ])
    expect(await take(events, 1)).toMatchObject([{ type: 'reconnected', reason: 'age' }])
    expect(setupOf(await server.connected(1)).handle).toBe('h2')
  })

  it('is waited for in the middle of a silence: the person may be about to speak', async () => {
    const { server, old, events } = await open(confirmSetup, {
      speed: 20,
      options: { restAfterMs: 10_000 },
    })
    old.send(turnComplete)
    await take(events, 1)
    // In step with its clock, which makes the connection old.
    await createClock(20).sleep(11_000)
    old.send(resumable('h2'))
    old.send({ usageMetadata: { totalTokenCount: 1 } })
    await take(events, 1)
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(server.upgrades).toHaveLength(1)
    old.send(turnComplete)
    expect(await take(events, 2)).toMatchObject([{ type: 'turn-complete' }, { reason: 'age' }])
  })
})
