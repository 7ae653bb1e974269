import type { LiveServerMessage } from '@google/genai'
import { afterEach, describe, expect, it } from 'vitest'
import { createClock } from '../../src/flow/clock.ts'
import { type SimulatedGemini, startSimulatedGemini } from '../../src/sim/gemini/simulated-gemini.ts'
import type { Scenario, ScenarioTurn } from '../../src/sim/scenario.ts'
import { createSpeech } from '../../src/sim/speech.ts'
import {
  agent,
  buzz,
  connectSdk,
  contentOf,
  person,
  type SdkClient,
  scenarioOf,
  sendSound,
} from './gemini-client.ts'

const END_CALL = {
  tools: [{ functionDeclarations: [{ name: 'end_call', parametersJsonSchema: { type: 'object' } }] }],
}
const turnComplete = (message: LiveServerMessage) => message.serverContent?.turnComplete
const interrupted = (message: LiveServerMessage) => message.serverContent?.interrupted
const hasSound = (message: LiveServerMessage) => message.serverContent?.modelTurn
const silence = (ms: number) => new Int16Array(ms * 16)

describe('the simulated Gemini', () => {
  const open: { client: SdkClient; gemini: SimulatedGemini }[] = []
  afterEach(async () => {
    for (const { client, gemini } of open.splice(0)) {
      client.session.close()
      await gemini.close()
    }
  })
  const talk = async (
    turns: readonly ScenarioTurn[],
    config = {},
    faults: Scenario['faults'] = {},
    speed = 10,
  ) => {
    const clock = createClock(speed)
    const gemini = await startSimulatedGemini({
      scenario: scenarioOf(turns, faults),
      clock,
      speech: createSpeech().agent,
    })
    const client = await connectSdk(gemini, config)
    open.push({ client, gemini })
    return { gemini, clock, client, session: client.session, next: client.next }
  }

  it('says the first turn of the script when it is asked by text, and all of its sound and words arrive', async () => {
    const turn = agent('Hello, this is a test of the voice.')
    const { client, session, next } = await talk([turn])
    session.sendRealtimeInput({ text: 'Greet the person.' })
    await next(({ serverContent }) => serverContent?.generationComplete)
    await next(turnComplete)
    const { pcm, chunkBytes, agentText, personText } = contentOf(client.messages)
    expect(agentText).toBe(turn.text)
    expect(personText).toBe('')
    expect(pcm).toEqual(await createSpeech().agent(turn))
    expect(chunkBytes.every((bytes) => bytes % 2 === 0)).toBe(true)
    expect(chunkBytes.filter((bytes) => bytes % 6 !== 0).length).toBeGreaterThan(2)
  })

  it('also begins by client content, but only when the turn is complete', async () => {
    const { gemini, session, next } = await talk([agent('Hello.')])
    session.sendClientContent({
      turns: [{ role: 'user', parts: [{ text: 'Context.' }] }],
      turnComplete: false,
    })
    await gemini.waitFor(([record]) => record?.texts.length === 1)
    expect(gemini.sessions[0]?.said).toEqual([])
    session.sendClientContent({ turns: [{ role: 'user', parts: [{ text: 'Greet.' }] }], turnComplete: true })
    await next(turnComplete)
    expect(gemini.sessions[0]).toMatchObject({ said: ['Hello.'], texts: ['Context.', 'Greet.'] })
  })

  it('sends sound faster than it plays, and completes the turn when it would have been played', async () => {
    const turn = agent('This sentence has a good length, so that the times can be told apart from noise.')
    const { clock, session, next } = await talk([turn])
    session.sendRealtimeInput({ text: 'Go.' })
    await next(hasSound)
    const startMs = clock.nowMs()
    await next(({ serverContent }) => serverContent?.generationComplete)
    const generatedMs = clock.nowMs() - startMs
    await next(turnComplete)
    const playedMs = clock.nowMs() - startMs
    const soundMs = (await createSpeech().agent(turn)).length / 24
    expect(generatedMs).toBeLessThan(soundMs * 0.6)
    expect(playedMs).toBeGreaterThan(soundMs * 0.9)
  })

  it('answers when the person is silent, with the words transcribed partly while they are spoken', async () => {
    const words = person('Could you tell me when you open?')
    const { client, gemini, session, next } = await talk([words, agent('At nine.')])
    const early = next(({ serverContent }) => serverContent?.inputTranscription)
    sendSound(session, buzz(2500, 16000), 16000)
    await early
    expect(gemini.sessions[0]?.said).toEqual([])
    sendSound(session, silence(520), 16000)
    await next(turnComplete)
    expect(contentOf(client.messages).personText).toBe(words.text)
    expect(gemini.sessions[0]).toMatchObject({ heard: [words.text], said: ['At nine.'], violations: [] })
    const pieces = client.messages.flatMap((message) => message.serverContent?.inputTranscription ?? [])
    expect(pieces.length).toBeGreaterThan(3)
    expect(pieces.some(({ finished }) => finished !== undefined)).toBe(false)
  })

  it.each([8000, 16000, 24000])(
    'measures silence in received sound at %i Hz, never in time that passes',
    async (rate) => {
      const clock = createClock(10)
      const { gemini, session, next } = await talk([person('Hello?'), agent('Hi.')])
      sendSound(session, buzz(600, rate), rate)
      sendSound(session, new Int16Array((440 * rate) / 1000), rate)
      await gemini.waitFor(([record]) => (record?.audio.ms ?? 0) >= 1040)
      await clock.sleep(3000)
      expect(gemini.sessions[0]?.said).toEqual([])
      sendSound(session, new Int16Array((100 * rate) / 1000), rate)
      await next(turnComplete)
      expect(gemini.sessions[0]).toMatchObject({ said: ['Hi.'], audio: { rate, messages: 57, ms: 1140 } })
    },
  )

  it('honours the silence that the setup asks for', async () => {
    const config = { realtimeInputConfig: { automaticActivityDetection: { silenceDurationMs: 200 } } }
    const { session, next } = await talk([person('Hello?'), agent('Hi.')], config)
    sendSound(session, buzz(600, 16000), 16000)
    sendSound(session, silence(220), 16000)
    await next(turnComplete)
  })

  it('does not take line noise or a click for speech', async () => {
    const { gemini, session } = await talk([person('Hello?'), agent('Hi.')])
    sendSound(session, buzz(2000, 8000, 180), 8000)
    sendSound(session, buzz(40, 8000), 8000)
    sendSound(session, buzz(1000, 8000, 8), 8000)
    await gemini.waitFor(([record]) => (record?.audio.ms ?? 0) >= 3040)
    expect(gemini.sessions[0]?.speechStarts).toBe(0)
  })

  it('stops when the person speaks into its turn: interrupted, then turnComplete, and no generationComplete', async () => {
    const long = agent('This is a very long sentence. '.repeat(6))
    const { client, gemini, session, next } = await talk([long, person('Stop!'), agent('Sorry.')])
    session.sendRealtimeInput({ text: 'Go.' })
    await next(hasSound)
    sendSound(session, buzz(600, 16000), 16000)
    await next(interrupted)
    await next(turnComplete)
    const soFar = client.messages.slice()
    expect(soFar.some(({ serverContent }) => serverContent?.generationComplete)).toBe(false)
    const whole = await createSpeech().agent(long)
    expect(contentOf(soFar).pcm.length).toBeLessThan(whole.length / 2)
    sendSound(session, silence(520), 16000)
    await next(hasSound)
    await next(turnComplete)
    expect(gemini.sessions[0]).toMatchObject({
      said: [long.text, 'Sorry.'],
      heard: ['Stop!'],
      interruptions: 1,
    })
  })

  it('is also interrupted when all sound is sent but still assumed to be playing', async () => {
    const long = agent('This is a very long sentence. '.repeat(4))
    const { session, next } = await talk([long, person('Yes.'), agent('Good.')])
    session.sendRealtimeInput({ text: 'Go.' })
    await next(({ serverContent }) => serverContent?.generationComplete)
    sendSound(session, buzz(200, 16000), 16000)
    await next(interrupted)
    await next(turnComplete)
  })

  it('says interrupted even after turnComplete, while a phone may still be playing', async () => {
    const turns = [agent('Hello.'), person('Yes.'), agent('Good.')]
    const { client, session, next } = await talk(turns, {}, {}, 1)
    session.sendRealtimeInput({ text: 'Go.' })
    await next(turnComplete)
    sendSound(session, buzz(200, 16000), 16000)
    await next(interrupted)
    expect(client.messages.filter(turnComplete)).toHaveLength(1)
  })

  it('starts its greeting over when the person was to speak first', async () => {
    const hello = agent('Hello, this is the assistant.')
    const { gemini, session, next } = await talk([person('Hello?'), hello])
    session.sendRealtimeInput({ text: 'Go.' })
    await next(hasSound)
    sendSound(session, buzz(400, 16000), 16000)
    sendSound(session, silence(520), 16000)
    await next(interrupted)
    await next(({ serverContent }) => serverContent?.generationComplete)
    expect(gemini.sessions[0]?.said).toEqual([hello.text, hello.text])
  })

  it('takes speech before its answer for more of the same turn', async () => {
    const words = person('Well, let me think about it.')
    const { client, gemini, session, next } = await talk([words, agent('Sure.'), person('Yes.')])
    for (let i = 0; i < 2; i += 1) {
      sendSound(session, buzz(600, 16000), 16000)
      sendSound(session, silence(520), 16000)
    }
    await next(turnComplete)
    expect(gemini.sessions[0]).toMatchObject({ speechStarts: 2, heard: [words.text], said: ['Sure.'] })
    expect(contentOf(client.messages).personText).toBe(words.text)
  })

  it('waits for the person who has more to say', async () => {
    const { gemini, session, next } = await talk([person('One.'), person('Two.'), agent('Three.')])
    sendSound(session, buzz(300, 16000), 16000)
    sendSound(session, silence(2000), 16000)
    sendSound(session, buzz(300, 16000), 16000)
    sendSound(session, silence(520), 16000)
    await next(turnComplete)
    expect(gemini.sessions[0]).toMatchObject({ heard: ['One.', 'Two.'], said: ['Three.'] })
  })

  it('lets text wait for the end of a turn, while client content cuts it', async () => {
    const long = agent('This is a rather long sentence.')
    const { gemini, session, next } = await talk([long, long, agent('Three.')])
    session.sendRealtimeInput({ text: 'Go.' })
    await next(hasSound)
    session.sendRealtimeInput({ text: 'And then?' })
    await next(turnComplete)
    await next(hasSound)
    expect(gemini.sessions[0]?.interruptions).toBe(0)
    session.sendClientContent({ turns: [{ role: 'user', parts: [{ text: 'Now!' }] }], turnComplete: true })
    await next(interrupted)
    await next(turnComplete)
    await next(turnComplete)
    expect(gemini.sessions[0]).toMatchObject({ interruptions: 1, said: [long.text, long.text, 'Three.'] })
  })

  it('calls a declared tool after the speech, and a silent answer makes it say no more', async () => {
    const bye = agent('Goodbye!', { tools: [{ name: 'end_call', args: { why: 'done' } }] })
    const { client, gemini, session, next } = await talk([bye, agent('Never said.')], END_CALL)
    session.sendRealtimeInput({ text: 'Go.' })
    const { toolCall } = await next(({ toolCall }) => toolCall)
    const [call] = toolCall?.functionCalls ?? []
    expect(call).toMatchObject({ name: 'end_call', args: { why: 'done' } })
    expect(call?.id).toMatch(/^function-call-\d+$/)
    expect(contentOf(client.messages).agentText).toBe('Goodbye!')
    session.sendToolResponse({
      functionResponses: [
        { id: call?.id ?? '', name: 'end_call', response: { output: 'ok' }, scheduling: 'SILENT' as never },
      ],
    })
    await next(turnComplete)
    session.sendRealtimeInput({ audioStreamEnd: true })
    expect(gemini.sessions[0]).toMatchObject({
      said: ['Goodbye!'],
      violations: [],
      toolResponses: [{ id: call?.id }],
    })
  })

  it('speaks about a result that is not silent', async () => {
    const look = agent('Let me see.', { tools: [{ name: 'end_call', args: {} }] })
    const { gemini, session, next } = await talk([look, agent('Found it.')], END_CALL)
    session.sendRealtimeInput({ text: 'Go.' })
    const { toolCall } = await next(({ toolCall }) => toolCall)
    const id = toolCall?.functionCalls?.[0]?.id ?? ''
    session.sendToolResponse({ functionResponses: [{ id, name: 'end_call', response: { output: 1 } }] })
    await next(turnComplete)
    await next(turnComplete)
    expect(gemini.sessions[0]?.said).toEqual(['Let me see.', 'Found it.'])
  })

  it('cancels open calls when it is interrupted, and notes a late answer', async () => {
    const look = agent('Let me have a look at the calendar. '.repeat(3), {
      tools: [{ name: 'end_call', args: {} }],
    })
    const { gemini, session, next } = await talk([look, person('Wait!')], END_CALL)
    session.sendRealtimeInput({ text: 'Go.' })
    const { toolCall } = await next(({ toolCall }) => toolCall)
    const id = toolCall?.functionCalls?.[0]?.id ?? ''
    sendSound(session, buzz(200, 16000), 16000)
    await next(interrupted)
    expect(
      (await next(({ toolCallCancellation }) => toolCallCancellation)).toolCallCancellation?.ids,
    ).toEqual([id])
    session.sendToolResponse({ functionResponses: [{ id, name: 'end_call', response: { output: 1 } }] })
    expect(await gemini.waitFor(([record]) => record?.violations[0])).toContain(id)
  })

  it('does not call a tool that nobody declared', async () => {
    const { client, session, next } = await talk([agent('Bye!', { tools: [{ name: 'end_call', args: {} }] })])
    session.sendRealtimeInput({ text: 'Go.' })
    await next(turnComplete)
    expect(client.messages.some(({ toolCall }) => toolCall)).toBe(false)
  })

  it('goes on answering by the protocol when the script is over, without a word', async () => {
    const { client, session, next } = await talk([])
    session.sendRealtimeInput({ text: 'Anything else?' })
    await next(turnComplete)
    expect(client.messages.some(hasSound)).toBe(false)
  })

  it('reports usage that grows with the conversation and whose details do not add up', async () => {
    const { session, next } = await talk([agent('Hello there, my friend.'), agent('And again.')])
    session.sendRealtimeInput({ text: 'Go.' })
    const first = (await next(turnComplete)).usageMetadata
    session.sendRealtimeInput({ text: 'Go on.' })
    const second = (await next(turnComplete)).usageMetadata
    const soundTokens = (23 * 65 * 25) / 1000
    expect(first?.responseTokensDetails?.[1]?.tokenCount).toBe(Math.round(soundTokens))
    expect(second?.promptTokenCount).toBeGreaterThan((first?.promptTokenCount ?? 0) + soundTokens)
    const details = first?.promptTokensDetails?.reduce((sum, { tokenCount = 0 }) => sum + tokenCount, 0)
    expect((first?.promptTokenCount ?? 0) - (details ?? 0)).toBeGreaterThanOrEqual(25)
    expect(first?.totalTokenCount).toBe((first?.promptTokenCount ?? 0) + (first?.responseTokenCount ?? 0))
  })

  it('breaks once in the middle of the scripted turn, and goes on from its handle in a new session', async () => {
    const fault = { modelClose: { turn: 2, code: 1011, reason: 'Internal error encountered.' } }
    const second = agent('This one breaks off in the middle.')
    const turns = [agent('Hello.'), second]
    const { client, gemini, session, next } = await talk(turns, { sessionResumption: {} }, fault)
    session.sendRealtimeInput({ text: 'Go.' })
    const update = await next(({ sessionResumptionUpdate }) => sessionResumptionUpdate?.newHandle)
    session.sendRealtimeInput({ text: 'Go on.' })
    expect(await client.closed).toEqual({ code: 1011, reason: 'Internal error encountered.' })
    const [{ length: heard }, { length: whole }] = [
      contentOf(client.messages).pcm,
      await createSpeech().agent(second),
    ]
    const hello = (await createSpeech().agent(agent('Hello.'))).length
    expect((heard - hello) / whole).toBeGreaterThanOrEqual(0.5)
    expect((heard - hello) / whole).toBeLessThan(1)

    const handle = update.sessionResumptionUpdate?.newHandle ?? ''
    const resumed = await connectSdk(gemini, { sessionResumption: { handle } })
    open.push({ client: resumed, gemini })
    resumed.session.sendRealtimeInput({ text: 'Go on.' })
    await resumed.next(turnComplete)
    expect(gemini.sessions[1]).toMatchObject({ said: [second.text], violations: [] })
  })

  it('can cut sound in the middle of samples', async () => {
    const turn = agent('Some words to be cut.')
    const gemini = await startSimulatedGemini({
      scenario: scenarioOf([turn]),
      clock: createClock(10),
      speech: createSpeech().agent,
      splitSamples: true,
    })
    const client = await connectSdk(gemini)
    open.push({ client, gemini })
    client.session.sendRealtimeInput({ text: 'Go.' })
    await client.next(turnComplete)
    const { pcm, chunkBytes } = contentOf(client.messages)
    expect(chunkBytes.some((bytes) => bytes % 2 === 1)).toBe(true)
    expect(pcm).toEqual(await createSpeech().agent(turn))
  })
})
