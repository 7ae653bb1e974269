import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { agent, farewell, person, tell } from '../stories/story.ts'
import { expectHungUp, expectNotDialled, expectPlainWords, texts, warnings } from './expectations.ts'
import type { FaultProxy } from './fault-proxy.ts'
import { type Relay, startRelay } from './relay.ts'
import { closeAfterEach, keep, publicAt, wireToModel } from './stage.ts'

closeAfterEach()

const QUOTA = 'You exceeded your current quota, please check your plan'

describe('the model', () => {
  it.each([
    ['a wrong key', { GOOGLE_API_KEY: 'AIzaWrong' }, {}, 'model-key'],
    ['HTTP 429 at the door', {}, { modelHttp: 429 }, 'model-quota'],
    ['HTTP 403 at the door', {}, { modelHttp: 403 }, 'model-key'],
    ['a full quota', {}, { modelClose: { turn: 0, code: 1011, reason: QUOTA } }, 'model-quota'],
    [
      'a refused setup',
      {},
      { modelClose: { turn: 0, code: 1007, reason: 'Request contains an invalid argument.' } },
      'model-refused',
    ],
    ['an address where nobody is', { GOOGLE_GEMINI_BASE_URL: 'http://127.0.0.1:9' }, {}, 'model-unreachable'],
  ] as const)('G1 answers with %s: exit 7, nobody is rung', async (_, settings, faults, reason) => {
    const story = await tell({ settings, faults, refused: true })
    expect(story.exitCode).toBe(7)
    expect(story.ended.reason).toBe(reason)
    expectNotDialled(story)
    expectPlainWords(story)
    expect(JSON.stringify(story.events)).not.toContain('AIzaWrong')
  })

  it('G1 has an unknown name: exit 7, and the name is told', async () => {
    const story = await tell({ flags: { model: 'gemini-0-dead' }, refused: true })
    expect(story.exitCode).toBe(7)
    expect(story.ended.reason).toBe('model-not-found')
    expect(story.ended.error?.message).toContain('gemini-0-dead')
    expectNotDialled(story)
  })

  it('G2 accepts and never answers: exit 7 after ten seconds, nobody is rung', async () => {
    const story = await tell({ faults: { modelSilent: true } })
    expect(story.exitCode).toBe(7)
    expect(story.ended.reason).toBe('model-silent')
    expectNotDialled(story)
    expectPlainWords(story)
  })

  it.each([
    [
      'closes with 1011 for a trouble of its own',
      { modelClose: { turn: 2, code: 1011, reason: 'Internal error encountered.' } },
    ],
    ['is reset', { modelDropsMs: [1200] }],
  ])('G3 %s while it speaks: exit 0, the session moves and the call goes on', async (_, faults) => {
    const story = await tell({
      turns: [
        agent('Hello.'),
        person('Tell me more, please.'),
        agent('This is a long answer which takes a while until it is over.'),
        person('I see.'),
        farewell('Goodbye.'),
      ],
      faults,
    })
    expect(story.all('model.reconnected')).toMatchObject([{ reason: 'lost' }])
    expect(texts(story).filter((text) => text === 'agent: Hello.')).toHaveLength(1)
    expect(texts(story).at(-1)).toBe('agent: Goodbye.')
    expect(story.exitCode).toBe(0)
    expectHungUp(story)
  })

  it('G4 has no quota left in the middle of the call: exit 7, no second try, the phone is hung up', async () => {
    const story = await tell({
      turns: [
        agent('Hello.'),
        person('Tell me more.'),
        agent('This is a long answer which nobody will hear whole.'),
      ],
      faults: { modelClose: { turn: 2, code: 1011, reason: QUOTA } },
    })
    expect(story.exitCode).toBe(7)
    expect(story.ended.reason).toBe('model-quota')
    expect(story.gemini.sessions).toHaveLength(1)
    // What it had said already is still heard.
    expect(story.all('transcript.delta').some(({ text }) => text.includes('This'))).toBe(true)
    expectHungUp(story)
    expectPlainWords(story)
  })

  it('G7 stands behind a connection that swallows everything: exit 0, it is given a new one', async () => {
    let wire: FaultProxy | undefined
    const story = await tell({
      // Farewell and greeting of the two connections take real time.
      speed: 4,
      turns: [agent('Hello.'), person('Are you there?'), farewell('I am. Goodbye.')],
      public: wireToModel((started) => {
        wire = started
      }),
      on(event) {
        if (event.type === 'turn.ended' && event.turn === 1) wire?.swallowStanding()
        if (event.type === 'call.ended') wire?.reset()
      },
    })
    expect(story.all('model.reconnected')).toMatchObject([{ reason: 'stalled' }])
    expect(warnings(story)).toEqual(['model-no-answer'])
    expect(story.exitCode).toBe(0)
    expectHungUp(story)
  })

  it('G7 stands behind a network that swallows everything: exit 7, the phone is hung up', async () => {
    let wire: FaultProxy | undefined
    const story = await tell({
      turns: [agent('Hello.'), person('Are you there?'), farewell('I am. Goodbye.')],
      public: wireToModel((started) => {
        wire = started
      }),
      on(event) {
        if (event.type === 'turn.ended' && event.turn === 1) wire?.become('black-hole')
        if (event.type === 'call.ended') wire?.reset()
      },
    })
    expect(story.exitCode).toBe(7)
    expect(story.ended.reason).toMatch(/^model-/)
    expectHungUp(story)
    expectPlainWords(story)
  })

  it('G8 sends garbage of every kind: exit 0, one warning, not a word of it is believed', async () => {
    let relay: Relay | undefined
    const garbage: (string | Uint8Array)[] = [
      ...[
        '',
        'not JSON',
        'null',
        '[]',
        '"text"',
        '{',
        '{}',
        '{"serverContent":null}',
        '{"toolCall":{"functionCalls":{}}}',
      ],
      ...[
        '{"serverContent":{"modelTurn":{"parts":[{"inlineData":{"mimeType":"audio/pcm;rate=24000","data":"%%%%"}}]}}}',
      ],
      ...['{"serverContent":{"outputTranscription":{"text":7},"inputTranscription":[]}}', '{"goAway":[]}'],
      ...['{"setupComplete":{},"text":"x","data":"x"}', '{"usageMetadata":{"promptTokenCount":"many"}}'],
      Buffer.from([0xff, 0xfe, 0x00, 0x80]),
      `{"unknown":"${'x'.repeat(5_000_000)}"}`,
      ...fc.sample(fc.json(), { numRuns: 100, seed: 7 }),
      ...fc.sample(fc.uint8Array(), { numRuns: 50, seed: 7 }),
      ...fc
        .sample(fc.jsonValue(), { numRuns: 100, seed: 7 })
        .flatMap((value) =>
          ['serverContent', 'toolCall', 'toolCallCancellation', 'sessionResumptionUpdate', 'goAway'].map(
            (field) => JSON.stringify({ [field]: value }),
          ),
        ),
    ]
    const story = await tell({
      turns: [agent('Hello.'), person('Yes?'), farewell('Goodbye.')],
      async public({ gemini }, port) {
        relay = keep(await startRelay(gemini.baseUrl))
        return { ...publicAt(`127.0.0.1:${port}`), GOOGLE_GEMINI_BASE_URL: `http://${relay.host}` }
      },
      on(event) {
        if (event.type === 'call.status' && event.status === 'ringing')
          for (const message of garbage) relay?.tellClient(message)
        if (event.type === 'turn.ended' && event.turn === 1)
          for (const message of garbage) relay?.tellClient(message)
      },
    })
    // Megabytes take a busy machine a while.
    expect(warnings(story).filter((code) => code !== 'program-stalled')).toEqual(['model-message-unreadable'])
    expect(texts(story)).toEqual(['agent: Hello.', 'person: Yes?', 'agent: Goodbye.'])
    expect(story.exitCode).toBe(0)
    expectHungUp(story)
  })

  it('G10 never ends its turns: exit 0, the time limit ends the call', async () => {
    const story = await tell({
      turns: [agent('One thing more. '.repeat(60))],
      flags: { maxDuration: '8s' },
    })
    expect(story.ended.reason).toBe('time-limit')
    expect(story.exitCode).toBe(0)
    expectHungUp(story)
  })
})
