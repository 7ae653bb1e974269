import { describe, expect, it } from 'vitest'
import { resumable, setup, setupOf, speech, take, told, turnComplete } from './frames.ts'
import { confirmSetup } from './live-server.ts'
import {
  type Behaviour,
  closeAfterEach,
  confirm,
  createRamp,
  ended,
  heard,
  isOpen,
  open,
  thenLater,
  type Upgrade,
} from './open-session.ts'

closeAfterEach()

describe('moving to a new connection', () => {
  it('resumes by the newest handle while the old connection stays open and is still listened to', async () => {
    const { server, leg, old, events } = await open(thenLater(() => {}))
    old.send(resumable('h2'))
    old.send({ sessionResumptionUpdate: { resumable: false } })
    old.send(resumable('h3'))
    old.send({ serverContent: { interrupted: true } })
    expect(await take(events, 1)).toEqual([{ type: 'interrupted' }])
    const closed = ended(old)
    leg.carryOver('going-away')
    const next = await server.connected(1)
    await next.next()
    expect(setupOf(next)).toEqual({ handle: 'h3', instruction: setup.systemInstruction })
    expect(Object.keys((next.received[0] as { setup: object }).setup)).toEqual(
      Object.keys((old.received[0] as { setup: object }).setup),
    )
    old.send(speech([7, 0]))
    expect(await take(events, 1)).toEqual([{ type: 'audio', pcm: Int16Array.of(7) }])
    confirm(next)
    expect(await take(events, 1)).toEqual([
      { type: 'reconnected', reason: 'going-away', gapMs: expect.any(Number) },
    ])
    expect(await closed).toBe(1000)
    next.send({ serverContent: { generationComplete: true } })
    expect(await take(events, 1)).toEqual([{ type: 'generation-complete' }])
  })

  it('ignores what the old connection says once the new one is ready, its half samples included', async () => {
    const { server, leg, old, events } = await open(thenLater(() => {}))
    old.send(speech([1, 0, 9]))
    await take(events, 1)
    leg.carryOver('stalled')
    leg.carryOver('lost')
    const next = await server.connected(1)
    await next.next()
    confirm(next)
    expect(await take(events, 1)).toMatchObject([{ type: 'reconnected', reason: 'stalled' }])
    leg.carryOver('going-away')
    const third = await server.connected(2)
    await third.next()
    // Paused, it does not see that it is being closed, and speaks on.
    next.ws.pause()
    confirm(third)
    expect(await take(events, 1)).toMatchObject([{ type: 'reconnected' }])
    next.send({ serverContent: { interrupted: true } })
    third.send(speech([2, 0]))
    expect(await take(events, 1)).toEqual([{ type: 'audio', pcm: Int16Array.of(2) }])
    next.ws.resume()
  })

  it('away from a stalled connection closes that first: nothing more is expected of it', async () => {
    let oldWasOpen: boolean | undefined
    const { server, leg, events } = await open(
      thenLater((connection) => {
        oldWasOpen = isOpen(server.connections[0])
        confirm(connection)
      }),
    )
    leg.carryOver('stalled')
    expect(await take(events, 1)).toMatchObject([{ type: 'reconnected', reason: 'stalled' }])
    expect(oldWasOpen).toBe(false)
  })

  it('tells what the new connection said at once after telling of the move', async () => {
    const { leg, events } = await open(
      thenLater((connection) => {
        confirm(connection)
        connection.send(speech([3, 0]))
      }),
    )
    leg.carryOver('going-away')
    expect((await take(events, 2)).map(({ type }) => type)).toEqual(['reconnected', 'audio'])
  })

  it('loses, doubles and reorders nothing that is said to the session, and tells how long it was held', async () => {
    const { server, leg, old, events } = await open(thenLater(() => {}))
    const ramp = createRamp(leg)
    ramp.frames(5)
    leg.sendText('before')
    const beganAt = performance.now()
    leg.carryOver('going-away')
    ramp.frames(3)
    leg.sendText('held')
    ramp.frames(2)
    const next = await server.connected(1)
    await next.next()
    leg.sendText('held, insisting', true)
    ramp.frames(20)
    await new Promise((resolve) => setTimeout(resolve, 60))
    confirm(next)
    const [event] = await take(events, 1)
    const tookMs = performance.now() - beganAt
    ramp.frames(4)
    leg.sendText('after')
    await heard(next, 'after')
    await heard(old, 'before')
    expect(told(old)).toEqual([...ramp.sent.slice(0, 5 * 320), { realtimeInput: { text: 'before' } }])
    expect(told(next)).toEqual([
      ...ramp.sent.slice(5 * 320, 8 * 320),
      { realtimeInput: { text: 'held' } },
      ...ramp.sent.slice(8 * 320, 10 * 320),
      {
        clientContent: {
          turns: [{ role: 'user', parts: [{ text: 'held, insisting' }] }],
          turnComplete: true,
        },
      },
      ...ramp.sent.slice(10 * 320),
      { realtimeInput: { text: 'after' } },
    ])
    const gapMs = event?.type === 'reconnected' ? event.gapMs : Number.NaN
    expect(gapMs).toBeGreaterThanOrEqual(59)
    expect(gapMs).toBeLessThanOrEqual(tookMs + 1)
  })

  it('gives up the oldest sound when a move takes more than 10 s of it, and says how much', async () => {
    const { server, leg, events } = await open(thenLater(() => {}))
    leg.carryOver('going-away')
    const next = await server.connected(1)
    for (let frame = 0; frame < 520; frame++) leg.sendAudio(new Int16Array(320).fill(frame))
    leg.sendText('after')
    confirm(next)
    expect(await take(events, 2)).toEqual([
      { type: 'unreadable', detail: expect.stringContaining("400 ms of the person's sound") },
      { type: 'reconnected', reason: 'going-away', gapMs: expect.any(Number) },
    ])
    await heard(next, 'after')
    expect(told(next)[0]).toBe(20)
    expect(told(next)).toHaveLength(500 * 320 + 1)
  })

  it('is one move however often it is asked for', async () => {
    const { server, leg, events } = await open(thenLater(confirm))
    leg.carryOver('going-away')
    leg.carryOver('stalled')
    leg.carryOver('lost')
    expect(await take(events, 1)).toMatchObject([{ reason: 'going-away' }])
    expect(server.upgrades).toHaveLength(2)
  })

  it('waits a moment for the handle of what was just said', async () => {
    const { server, leg, old, events } = await open(thenLater(confirm))
    old.send(speech([1, 0]))
    old.send(turnComplete)
    await take(events, 2)
    leg.carryOver('going-away')
    const ramp = createRamp(leg)
    ramp.frames(2)
    leg.sendText('not held')
    await heard(old, 'not held')
    old.send(resumable('h2'))
    await take(events, 1)
    expect(setupOf(await server.connected(1)).handle).toBe('h2')
  })

  it('moves with the handle it has when no newer one comes', async () => {
    const { server, leg, old, events } = await open(thenLater(confirm))
    old.send(speech([1, 0]))
    await take(events, 1)
    leg.carryOver('going-away')
    expect(await take(events, 1)).toMatchObject([{ type: 'reconnected' }])
    expect(setupOf(await server.connected(1)).handle).toBe('h1')
  })

  it('sends the answer to a tool call of the old connection over the new one', async () => {
    const { server, leg, old, events } = await open(thenLater(() => {}))
    old.send({ toolCall: { functionCalls: ['a', 'b'].map((id) => ({ id, name: 'note', args: {} })) } })
    await take(events, 2)
    leg.carryOver('stalled')
    leg.answerTool({ id: 'a', name: 'note' }, { output: 1 }, false)
    const next = await server.connected(1)
    await next.next()
    confirm(next)
    await take(events, 1)
    leg.answerTool({ id: 'b', name: 'note' }, { output: 2 }, false)
    expect([await next.next(), await next.next()]).toMatchObject([
      { toolResponse: { functionResponses: [{ id: 'a', response: { output: 1 } }] } },
      { toolResponse: { functionResponses: [{ id: 'b', response: { output: 2 } }] } },
    ])
  })
})

describe('closing in the middle of a move', () => {
  it.each<[string, Behaviour, Upgrade | undefined]>([
    ['while the setup is out', thenLater(() => {}), undefined],
    ['in a pause between tries', thenLater(({ ws }) => ws.terminate()), undefined],
    [
      'while the upgrade is out',
      confirmSetup,
      (() => {
        let count = 0
        return () => count++ > 0
      })(),
    ],
  ])('%s ends everything at once and without a word', async (_when, session, upgrade) => {
    const { server, leg, events } = await open(session, upgrade && { upgrade })
    leg.carryOver('stalled')
    leg.sendText('held')
    do await new Promise((resolve) => setTimeout(resolve, 5))
    while (server.upgrades.length < 2)
    const began = performance.now()
    await Promise.all([leg.close(), leg.close()])
    expect(performance.now() - began).toBeLessThan(1500)
    expect(await take(events, 9)).toEqual([])
    expect(server.connections.slice(1).flatMap(told)).toEqual([])
  })

  it('while the handle is awaited opens nothing', async () => {
    const { server, leg, old, events } = await open()
    old.send(speech([1, 0]))
    await take(events, 1)
    leg.carryOver('going-away')
    await leg.close()
    expect(server.upgrades).toHaveLength(1)
  })

  it('in the moment of its success closes the new connection too', async () => {
    const { server, leg } = await open(confirmSetup, { beforeMoving: (leg) => leg.close() })
    leg.carryOver('stalled')
    const next = await server.connected(1)
    expect(await ended(next)).toBe(1000)
  })
})
