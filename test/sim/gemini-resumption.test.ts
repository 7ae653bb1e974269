import { describe, expect, it } from 'vitest'
import { soundPrints } from '../../src/sim/gemini/sound-print.ts'
import {
  agent,
  buzz,
  hasSound,
  MODEL,
  newHandle,
  openRaw,
  person,
  type SdkClient,
  sendSound,
  speakUp,
  startTalk,
  turnComplete,
} from './gemini-client.ts'

const DIALOGUE = [
  agent('Hello, who is there?'),
  person('It is me.'),
  agent('What can I do for you?'),
  person('Nothing.'),
  agent('Then goodbye.'),
]
const handleOf = async (client: SdkClient) =>
  (await client.next(newHandle)).sessionResumptionUpdate?.newHandle ?? ''
const setup = (handle: string) => ({
  setup: { model: `models/${MODEL}`, sessionResumption: { handle }, inputAudioTranscription: {} },
})

describe('a session of the simulated Gemini', () => {
  it('is not resumable while a turn is generated, and gives a new handle after every turn', async () => {
    const { first } = await startTalk(DIALOGUE)
    for (let turn = 0; turn < 3; turn += 1) {
      first.session.sendRealtimeInput({ text: 'Go on.' })
      await first.next(newHandle)
    }
    const updates = first.messages.flatMap(({ sessionResumptionUpdate }) => sessionResumptionUpdate ?? [])
    expect(updates.map(({ resumable }) => resumable)).toEqual([false, true, false, true, false, true])
    expect(new Set(updates.flatMap(({ newHandle }) => newHandle ?? [])).size).toBe(3)
  })

  it('goes on over a new connection exactly where it was, also in the middle of the person’s words', async () => {
    const { gemini, connect, first } = await startTalk(DIALOGUE)
    first.session.sendRealtimeInput({ text: 'Greet.' })
    const { usageMetadata } = await first.next(turnComplete)
    const handle = await handleOf(first)
    const speech = Int16Array.from([...buzz(900, 16000), ...new Int16Array(520 * 16)])
    sendSound(first.session, speech.subarray(0, 8000), 16000)
    await gemini.waitFor(([record]) => record?.audio.samples === 8000)
    const second = await connect(handle)
    sendSound(second.session, speech.subarray(8000), 16000)
    first.session.close()
    const after = await second.next(turnComplete)

    const [old, resumed] = gemini.sessions
    expect([...(old?.heard ?? []), ...(resumed?.heard ?? [])]).toEqual(['It is me.'])
    expect(old).toMatchObject({ said: ['Hello, who is there?'], speechStarts: 1, violations: [] })
    expect(resumed).toMatchObject({ said: ['What can I do for you?'], speechStarts: 0, violations: [] })
    expect(after.usageMetadata?.promptTokenCount).toBeGreaterThan(usageMetadata?.totalTokenCount ?? 0)
    const prints = gemini.sessions.flatMap(({ audio }) => audio.prints)
    expect(prints).toEqual(soundPrints(speech, 16000))
  })

  it('has forgotten, by an older handle, what it said since', async () => {
    const { gemini, connect, first } = await startTalk(DIALOGUE)
    first.session.sendRealtimeInput({ text: 'Greet.' })
    const older = await handleOf(first)
    first.session.sendRealtimeInput({ text: 'Go on.' })
    const latest = await handleOf(first)
    first.session.close()
    for (const handle of [latest, older]) {
      const next = await connect(handle)
      next.session.sendRealtimeInput({ text: 'Go on.' })
      await next.next(turnComplete)
      next.session.close()
    }
    expect(gemini.sessions.map(({ said }) => said.at(-1))).toEqual([
      'What can I do for you?',
      'Then goodbye.',
      'What can I do for you?',
    ])
  })

  it('finishes over the old connection what it was saying there', async () => {
    const { gemini, connect, first } = await startTalk(DIALOGUE)
    first.session.sendRealtimeInput({ text: 'Greet.' })
    const handle = await handleOf(first)
    first.session.sendRealtimeInput({ text: 'Go on.' })
    await first.next(hasSound)
    const second = await connect(handle)
    await first.next(turnComplete)
    expect(second.messages.filter(hasSound)).toEqual([])
    second.session.sendRealtimeInput({ text: 'And then?' })
    await second.next(turnComplete)
    expect(gemini.sessions.map(({ said }) => said)).toEqual([
      ['Hello, who is there?', 'What can I do for you?'],
      ['Then goodbye.'],
    ])
  })
})

describe('a connection to the simulated Gemini', () => {
  it('announces its end and is closed when the time is up; so is the next', async () => {
    const { gemini, clock, connect, first } = await startTalk(DIALOGUE, {
      goAways: { afterMs: 2000, timeLeftMs: 1500 },
    })
    first.session.sendRealtimeInput({ text: 'Greet.' })
    const handle = await handleOf(first)
    expect((await first.next(({ goAway }) => goAway)).goAway).toEqual({ timeLeft: '1.5s' })
    const announcedMs = clock.nowMs()
    const end = { code: 1011, reason: 'Deadline expired before operation could complete.' }
    expect(await first.closed).toEqual(end)
    expect(clock.nowMs() - announcedMs).toBeGreaterThan(1400)
    const second = await connect(handle)
    expect(await second.closed).toEqual(end)
    expect(gemini.sessions).toMatchObject([
      { goAway: true, closed: { code: 1011, by: 'server' } },
      { goAway: true, closed: { code: 1011, by: 'server' } },
    ])
  })

  it('is reset at the planned times after the person was first heard, and the session can go on', async () => {
    const { gemini, connect, first } = await startTalk(DIALOGUE, { modelDropsMs: [1000] })
    first.session.sendRealtimeInput({ text: 'Greet.' })
    const handle = await handleOf(first)
    expect(gemini.sessions[0]?.closed).toBe(undefined)
    const raw = await openRaw(gemini)
    raw.send(setup(handle))
    await raw.frame(0)
    sendSound(first.session, new Int16Array(320), 16000)
    expect(await raw.closed).toEqual({ code: 1006, reason: '' })
    expect(raw.tcpError()).toBe('ECONNRESET')
    expect(gemini.sessions.map(({ closed }) => closed?.code)).toEqual([undefined, 1006])
    const third = await connect(handle)
    speakUp(third.session)
    await third.next(turnComplete)
    expect(gemini.sessions[2]).toMatchObject({ said: ['What can I do for you?'], heard: ['It is me.'] })
  })

  it('takes the answer that it owed with it: the model has to be asked again', async () => {
    const turns = [DIALOGUE[0], DIALOGUE[1], agent('What can I do for you?', { delayMs: 5000 })]
    const { gemini, connect, first } = await startTalk(turns.flatMap((turn) => turn ?? []))
    first.session.sendRealtimeInput({ text: 'Greet.' })
    const handle = await handleOf(first)
    speakUp(first.session)
    await gemini.waitFor(([record]) => (record?.audio.samples ?? 0) >= 24_320)
    first.session.close()
    const second = await connect(handle)
    second.session.sendRealtimeInput({ text: 'Please answer.' })
    await second.next(turnComplete)
    expect(gemini.sessions[1]).toMatchObject({ said: ['What can I do for you?'], heard: [] })
  })
})

describe('a resumption that is refused', () => {
  const resume = async (gemini: Parameters<typeof openRaw>[0], handle: string) => {
    const raw = await openRaw(gemini)
    raw.send(setup(handle))
    return raw
  }

  it('for the time that the old connection is open, works afterwards', async () => {
    const { gemini, connect, first } = await startTalk(DIALOGUE, { resume: 'refused-while-open' })
    first.session.sendRealtimeInput({ text: 'Greet.' })
    const handle = await handleOf(first)
    const early = await resume(gemini, handle)
    expect(await early.closed).toEqual({ code: 1011, reason: 'Internal error encountered.' })
    first.session.close()
    await gemini.waitFor(([record]) => record?.closed)
    const second = await connect(handle)
    second.session.sendRealtimeInput({ text: 'Go on.' })
    await second.next(turnComplete)
    expect(gemini.sessions.map(({ said }) => said.length)).toEqual([1, 0, 1])
    expect(gemini.sessions.flatMap(({ violations }) => violations)).toEqual([])
  })

  const refused = async () => {
    const talk = await startTalk(DIALOGUE, { resume: 'refused' })
    talk.first.session.sendRealtimeInput({ text: 'Greet.' })
    const raw = await resume(talk.gemini, await handleOf(talk.first))
    expect(await raw.closed).toEqual({ code: 1007, reason: 'Request contains an invalid argument.' })
    expect(talk.gemini.sessions[1]?.violations).toEqual([])
    talk.first.session.close()
    return talk
  }
  const tell = (text: string) => ({ turns: [{ role: 'model', parts: [{ text }] }], turnComplete: false })

  it('for good leaves a fresh session, which goes on when it is told what was said', async () => {
    const { gemini, connect } = await refused()
    const fresh = await connect()
    fresh.session.sendClientContent(tell('Hello, who is there?'))
    speakUp(fresh.session)
    await fresh.next(turnComplete)
    expect(gemini.sessions[2]).toMatchObject({ said: ['What can I do for you?'], heard: ['It is me.'] })
  })
  it('for good may also be told of in the instruction', async () => {
    const { gemini } = await refused()
    const raw = await openRaw(gemini)
    const parts = [{ text: 'So far you said: Hello, who is there?' }]
    raw.send({ setup: { model: `models/${MODEL}`, systemInstruction: { parts, role: 'user' } } })
    await raw.frame(0)
    raw.send({ realtimeInput: { text: 'Go on.' } })
    await gemini.waitFor((sessions) => sessions[2]?.said[0] === 'What can I do for you?')
    raw.socket.terminate()
  })
  it('for good leaves a session that starts over when it is told nothing, or something else', async () => {
    const { gemini, connect } = await refused()
    const fresh = await connect()
    fresh.session.sendClientContent(tell('How do you do?'))
    fresh.session.sendRealtimeInput({ text: 'Go on.' })
    await fresh.next(turnComplete)
    expect(gemini.sessions[2]?.said).toEqual(['Hello, who is there?'])
  })
})
