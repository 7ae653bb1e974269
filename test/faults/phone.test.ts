import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createAgentVoice } from '../../src/call/conversation/agent-voice.ts'
import type { Stamped } from '../../src/call/events.ts'
import { type Clock, createClock } from '../../src/flow/clock.ts'
import { agent, farewell, person, tell } from '../stories/story.ts'
import { expectHungUp, expectPlainWords, texts, warnings } from './expectations.ts'
import type { FaultProxy } from './fault-proxy.ts'
import { type Relay, startRelay } from './relay.ts'
import { closeAfterEach, keep, publicAt, wireToModel, wireToPhone } from './stage.ts'

closeAfterEach()

const TALK = [agent('Hello.'), person('Yes?'), farewell('Goodbye.')]
const LONG = 'I have much to say about many things, and more about others. '

describe('the sound of the phone', () => {
  it('M1 never connects: exit 8, the call is hung up', async () => {
    const story = await tell({ faults: { mediaNever: true } })
    expect(story.exitCode).toBe(8)
    expect(story.ended).toMatchObject({ reason: 'media-never-connected', hungUp: true })
    expectPlainWords(story)
  })

  it('M2 breaks without a word: exit 8, the call is hung up', async () => {
    const story = await tell({ turns: [agent(LONG)], faults: { mediaDropMs: 1500 } })
    expect(story.exitCode).toBe(8)
    expect(story.ended.reason).toBe('media-lost')
    expectHungUp(story)
    expectPlainWords(story)
  })

  it.each([
    ['is reset', (wire: FaultProxy) => wire.reset()],
    ['is ended without a farewell', (wire: FaultProxy) => wire.finish()],
  ])('M2 %s by the network: exit 8, nobody stays on the line', async (_, harm) => {
    let wire: FaultProxy | undefined
    const story = await tell({
      turns: [agent(LONG)],
      public: wireToPhone((started) => {
        wire = started
      }),
      on: ({ type }) => void (type === 'transcript.delta' && wire && harm(wire)),
    })
    expect(story.exitCode).toBe(8)
    expect(story.ended).toMatchObject({ reason: 'media-lost', dialled: 'yes', hungUp: true })
    expect(story.twilio.calls).toMatchObject([{ status: 'completed' }])
    expectPlainWords(story)
  })

  it('M3 stops while its connection stands: exit 0, the silence ends the call', async () => {
    let wire: FaultProxy | undefined
    const story = await tell({
      turns: [
        agent('Hello.'),
        person('Yes?'),
        agent('How are you?'),
        agent('Are you there?', { onText: 'silen|there' }),
      ],
      public: wireToPhone((started) => {
        wire = started
      }),
      on(event) {
        if (event.type === 'turn.ended' && event.turn === 2) wire?.become('black-hole')
        if (event.type === 'call.ended') wire?.reset()
      },
    })
    expect(story.exitCode).toBe(0)
    expect(story.ended.reason).toBe('silence')
    expectHungUp(story)
  })

  it('M3 stops for a while: exit 0, the call goes on', async () => {
    const story = await tell({
      turns: [agent('Hello.'), person('Yes, I am here.', { pauseMs: 3000 }), farewell('Goodbye.')],
      faults: { mediaGaps: [{ atMs: 1000, forMs: 1500 }] },
    })
    expect(texts(story)).toEqual(['agent: Hello.', 'person: Yes, I am here.', 'agent: Goodbye.'])
    expect(story.exitCode).toBe(0)
  })

  it('M4 is mixed with garbage of every kind: exit 0, the talk is not disturbed', async () => {
    const garbage = [
      ...['', 'not JSON', 'null', '[]', '{', '{"event":"media"}', '{"event":"stop"}', '{"event":"start"}'],
      ...[new Uint8Array(0), Buffer.from([0xff, 0x00, 0x80])],
      JSON.stringify({ event: 'stop', streamSid: 'MZ0123456789abcdef0123456789abcdef' }),
      JSON.stringify({ event: 'unknown', streamSid: '../../etc/passwd' }),
      `{"event":"media","x":"${'x'.repeat(60_000)}"}`,
      ...fc.sample(fc.json(), { numRuns: 200, seed: 4 }),
      ...fc.sample(fc.uint8Array({ maxLength: 500 }), { numRuns: 100, seed: 4 }),
    ]
    /** Fields of the live stream filled with anything; `stop` alone would be an order, and is left out. */
    const strange = (streamSid: string) =>
      fc
        .sample(fc.jsonValue(), { numRuns: 100, seed: 5 })
        .flatMap((value) =>
          ['start', 'mark', 'dtmf'].map((event) => JSON.stringify({ event, streamSid, [event]: value })),
        )
    let relay: Relay | undefined
    const story = await tell({
      turns: TALK,
      async public(_, port) {
        relay = keep(await startRelay(`http://127.0.0.1:${port}`))
        return publicAt(relay.host)
      },
      on(event) {
        if (event.type !== 'media.started') return
        for (const message of [...garbage, ...strange(event.streamSid)]) relay?.tellServer(message)
      },
    })
    expect(texts(story)).toEqual(['agent: Hello.', 'person: Yes?', 'agent: Goodbye.'])
    expect(story.all('dtmf.received')).toEqual([])
    expect(warnings(story)).toEqual([])
    expect(story.exitCode).toBe(0)
    expectHungUp(story)
  })

  it('M6 brings no mark back: exit 0, playback is believed by the clock', async () => {
    const story = await tell({
      turns: TALK,
      async public(_, port) {
        const toServer = (message: string) => !message.includes('"event":"mark"')
        return publicAt(keep(await startRelay(`http://127.0.0.1:${port}`, { toServer })).host)
      },
    })
    expect(texts(story)).toEqual(['agent: Hello.', 'person: Yes?', 'agent: Goodbye.'])
    expect(story.exitCode).toBe(0)
    expectHungUp(story)
  })
})

/** A phone whose connection takes so many bytes and then no more, and a voice into it; time passes when told. */
function openSlowPhone() {
  const news: string[] = []
  const timers = new Set<{ atMs: number; fn: () => void }>()
  const phone = {
    sampleRate: 8000,
    bufferedBytes: 0,
    mark() {},
    clear() {},
    play() {
      phone.bufferedBytes += 280
    },
  }
  let nowMs = 0
  const clock: Clock = {
    ...createClock(),
    nowMs: () => nowMs,
    after(ms, fn) {
      const timer = { atMs: nowMs + ms, fn }
      timers.add(timer)
      return () => timers.delete(timer)
    },
  }
  const voice = createAgentVoice(phone, 8000, clock, { sent() {}, slow: (how) => news.push(how) })
  const pass = (ms: number) => {
    for (const endMs = nowMs + ms; nowMs < endMs; nowMs += 20)
      for (const timer of timers) if (timer.atMs <= nowMs && timers.delete(timer)) timer.fn()
  }
  return { news, phone, voice, pass }
}

describe('a connection that does not keep up', () => {
  it('L9 is that of the phone: one warning each time, no more than 33 kB wait in the socket, and what is said is kept', () => {
    const { news, phone, voice, pass } = openSlowPhone()
    for (let second = 0; second < 30; second += 1) voice.say(new Int16Array(8000))
    pass(30_000)
    expect(news).toEqual(['phone-connection-slow'])
    expect(phone.bufferedBytes).toBeLessThan(33_500)
    phone.bufferedBytes = 0
    pass(1000)
    expect(news).toHaveLength(1)
    expect(phone.bufferedBytes).toBeGreaterThan(10_000)
    pass(30_000)
    expect(news).toEqual(['phone-connection-slow', 'phone-connection-slow'])
    expect(voice.saidMs).toBe(30_000)
    voice.close()
  })

  it('L9 is that of the phone, and the agent speaks for more than five minutes: the rest is dropped, with one warning', () => {
    const { news, phone, voice, pass } = openSlowPhone()
    for (let second = 0; second < 600; second += 1) voice.say(new Int16Array(8000))
    pass(30_000)
    expect(news).toEqual(['agent-sound-dropped', 'phone-connection-slow'])
    expect(voice.saidMs).toBeLessThan(303_000)
    // One gap, not many: room for a little more is not filled at once.
    phone.bufferedBytes = 0
    pass(2000)
    voice.say(new Int16Array(8000))
    expect(voice.saidMs).toBeLessThan(303_000)
    expect(news.filter((how) => how === 'agent-sound-dropped')).toHaveLength(1)
    voice.close()
  })

  const slow = (code: string) => ({
    event: (event: Stamped) => event.type === 'warning' && event.code === code,
    reason: 'sigint' as const,
  })

  // The system takes some megabytes before anything waits here: with a fast clock they are soon there.
  it('L9 is that of the model: one warning, what the person says is dropped, and the call can still be ended', async () => {
    let wire: FaultProxy | undefined
    const story = await tell({
      speed: 40,
      turns: [agent('Hello.'), person(LONG.repeat(30)), farewell('Goodbye.')],
      flags: { maxDuration: '4m', inputRate: '24000' },
      public: wireToModel((started) => {
        wire = started
      }),
      on(event) {
        if (event.type === 'turn.ended' && event.turn === 1) wire?.become('stopped')
        if (event.type === 'call.ended') wire?.reset()
      },
      stopAt: slow('model-connection-slow'),
    })
    expect(warnings(story).filter((code) => code === 'model-connection-slow')).toHaveLength(1)
    expect(story.exitCode).toBe(130)
    expectHungUp(story)
  })
})
