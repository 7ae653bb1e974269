import { describe, expect, it } from 'vitest'
import {
  agent,
  contentOf,
  hasSound,
  interrupted,
  newHandle,
  person,
  type SdkClient,
  speakUp,
  startTalk,
  turnComplete,
} from './gemini-client.ts'

const TOOLS = {
  tools: [{ functionDeclarations: [{ name: 'look_up', parametersJsonSchema: { type: 'object' } }] }],
}
const GREETING = 'Hello, this is the assistant.'
const ANSWER = 'Let me see what I can find.'
const TURNS = [agent(GREETING), person('Yes?'), agent(ANSWER), person('Well?'), agent('Here it is.')]

/** A talk whose greeting is over. */
async function greeted(stall: Parameters<typeof startTalk>[1], turns = TURNS, speed?: number) {
  const talk = await startTalk(turns, stall, TOOLS, speed)
  talk.first.session.sendRealtimeInput({ text: 'Greet.' })
  await talk.first.next(turnComplete)
  return talk
}
const nudge = (client: SdkClient) => client.session.sendRealtimeInput({ text: 'Are you there?' })
/** Nothing came for five seconds of the clock that was not there before. */
async function staysSilent(client: SdkClient, sleep: (ms: number) => Promise<void>) {
  const before = client.messages.length
  await sleep(5000)
  expect(client.messages.slice(before)).toEqual([])
}

describe('a stall of the simulated model', () => {
  it('empty-turn: the turn completes without a sound, and is said after the nudge', async () => {
    const { gemini, first } = await greeted({ stalls: [{ turn: 2, kind: 'empty-turn', nudges: 2 }] })
    speakUp(first.session)
    for (const empty of [1, 2]) {
      const before = first.messages.length
      if (empty === 2) nudge(first)
      await first.next(turnComplete)
      expect(first.messages.slice(before).filter(hasSound)).toEqual([])
    }
    nudge(first)
    await first.next(hasSound)
    expect(gemini.sessions[0]?.said).toEqual([GREETING, ANSWER])
  })

  it('freeze-after-interruption: nothing after interrupted, until the nudge', async () => {
    const { gemini, clock, first } = await greeted({
      stalls: [{ turn: 2, kind: 'freeze-after-interruption' }],
    })
    speakUp(first.session)
    await first.next(hasSound)
    speakUp(first.session)
    await first.next(interrupted)
    await staysSilent(first, clock.sleep)
    nudge(first)
    await first.next(turnComplete)
    expect(gemini.sessions[0]).toMatchObject({ interruptions: 1, said: [GREETING, ANSWER, 'Here it is.'] })
    expect(contentOf(first.messages).personText).toBe('Yes?Well?')
  })

  it('freeze-after-interruption: also when interrupted comes after turnComplete', async () => {
    const stalls = [{ turn: 1, kind: 'freeze-after-interruption' } as const]
    // The phone plays for 300 ms more: slowly, for a machine that is busy.
    const { clock, first } = await greeted({ stalls }, TURNS, 2)
    speakUp(first.session)
    await first.next(interrupted)
    await staysSilent(first, clock.sleep)
  })

  it('no-turn-complete: all is said and the turn stays open, until the nudge', async () => {
    const { gemini, clock, first } = await greeted({ stalls: [{ turn: 2, kind: 'no-turn-complete' }] })
    speakUp(first.session)
    await first.next(hasSound)
    await first.next(() => contentOf(first.messages).agentText === GREETING + ANSWER)
    await clock.sleep(4000)
    await staysSilent(first, clock.sleep)
    nudge(first)
    await first.next(turnComplete)
    expect(first.messages.filter(({ serverContent }) => serverContent?.generationComplete)).toHaveLength(1)
    expect(gemini.sessions[0]?.said).toEqual([GREETING, ANSWER])
  })

  it('no-turn-complete: the person who speaks gets an answer', async () => {
    const { clock, first } = await greeted({ stalls: [{ turn: 2, kind: 'no-turn-complete' }] })
    speakUp(first.session)
    await first.next(hasSound)
    await clock.sleep(4000)
    speakUp(first.session)
    await first.next(interrupted)
    await first.next(turnComplete)
    await first.next(hasSound)
  })

  it('silent-audio: the turn has its length and its words but no sound, and is said aloud after the nudge', async () => {
    const { gemini, first } = await greeted({ stalls: [{ turn: 2, kind: 'silent-audio' }] })
    const before = first.messages.length
    speakUp(first.session)
    await first.next(turnComplete)
    const { pcm, agentText } = contentOf(first.messages.slice(before))
    expect(agentText).toBe(ANSWER)
    expect(pcm.length).toBe(ANSWER.length * 65 * 24)
    expect(Math.max(...pcm)).toBeLessThanOrEqual(1)
    const between = first.messages.length
    nudge(first)
    await first.next(turnComplete)
    expect(Math.max(...contentOf(first.messages.slice(between)).pcm)).toBeGreaterThan(3000)
    expect(gemini.sessions[0]?.said).toEqual([GREETING, ANSWER, ANSWER])
  })

  it('deaf-after-tool: nothing after the answer to the tool call, until the nudge', async () => {
    const tools = [{ name: 'look_up', args: {} }]
    const turns = [agent(GREETING), agent(ANSWER, { tools }), agent('Here it is.')]
    const { gemini, clock, first } = await greeted({ stalls: [{ turn: 2, kind: 'deaf-after-tool' }] }, turns)
    nudge(first)
    const { toolCall } = await first.next(({ toolCall }) => toolCall)
    const id = toolCall?.functionCalls?.[0]?.id ?? ''
    first.session.sendToolResponse({
      functionResponses: [{ id, name: 'look_up', response: { output: 'found' } }],
    })
    await gemini.waitFor(([record]) => record?.toolResponses[0])
    await first.next(({ serverContent }) => serverContent?.generationComplete)
    speakUp(first.session)
    await staysSilent(first, clock.sleep)
    nudge(first)
    await first.next(hasSound)
    expect(gemini.sessions[0]?.said.at(-1)).toBe('Here it is.')
  })

  it('no-answer: nothing follows the person’s speech until it has been nudged often enough', async () => {
    const { gemini, clock, first } = await greeted({ stalls: [{ turn: 2, kind: 'no-answer', nudges: 2 }] })
    speakUp(first.session)
    await first.next(() => contentOf(first.messages).personText === 'Yes?')
    await staysSilent(first, clock.sleep)
    nudge(first)
    await staysSilent(first, clock.sleep)
    nudge(first)
    await first.next(hasSound)
    expect(gemini.sessions[0]).toMatchObject({ heard: ['Yes?'], said: [GREETING, ANSWER] })
  })

  it('no-answer: is over in the resumed session, which speaks when it is asked to', async () => {
    const { gemini, clock, connect, first } = await greeted({
      stalls: [{ turn: 2, kind: 'no-answer', nudges: 1000 }],
    })
    const { sessionResumptionUpdate } = await first.next(newHandle)
    speakUp(first.session)
    await first.next(() => contentOf(first.messages).personText === 'Yes?')
    const second = await connect(sessionResumptionUpdate?.newHandle)
    await staysSilent(second, clock.sleep)
    nudge(second)
    await second.next(hasSound)
    expect(gemini.sessions[1]?.said).toEqual([ANSWER])
  })

  it('that is planned twice for a turn outlives the first resumption', async () => {
    const stall = { turn: 2, kind: 'no-answer', nudges: 1000 } as const
    const { clock, connect, first } = await greeted({ stalls: [stall, stall] })
    const { sessionResumptionUpdate } = await first.next(newHandle)
    nudge(first)
    await staysSilent(first, clock.sleep)
    const second = await connect(sessionResumptionUpdate?.newHandle)
    nudge(second)
    await staysSilent(second, clock.sleep)
    const third = await connect(sessionResumptionUpdate?.newHandle)
    nudge(third)
    await third.next(hasSound)
  })

  it('greeting-text-ignored: realtime text does nothing, client content begins the turn', async () => {
    const talk = await startTalk(TURNS, { stalls: [{ turn: 1, kind: 'greeting-text-ignored' }] })
    const { gemini, clock, first } = talk
    nudge(first)
    nudge(first)
    await gemini.waitFor(([record]) => record?.texts.length === 2)
    await staysSilent(first, clock.sleep)
    first.session.sendClientContent({ turns: [{ role: 'user', parts: [{ text: 'Greet.' }] }] })
    await first.next(turnComplete)
    nudge(first)
    await first.next(hasSound)
    expect(gemini.sessions[0]?.said).toEqual([GREETING, ANSWER])
  })
})

describe('an agent’s turn on its cue', () => {
  const STILL_THERE = agent('Hello? Are you still there?', { onText: 'still there|SILENT' })
  const BYE = agent('Goodbye, then.', {
    onText: 'goodbye',
    tools: [{ name: 'look_up', args: {} }],
  })
  const turns = [agent(GREETING), BYE, STILL_THERE, person('Yes?'), agent(ANSWER)]

  it('is spoken whenever a text fits it, the first that fits, and leaves the order as it is', async () => {
    const { gemini, first } = await startTalk(turns, {}, TOOLS)
    const ask = async (text: string) => {
      first.session.sendRealtimeInput({ text })
      await first.next(turnComplete)
    }
    await ask('Greet.')
    await ask('The person is silent. Ask whether they are still there.')
    await ask('Still silent.')
    speakUp(first.session)
    await first.next(turnComplete)
    await ask('They are silent. Say Goodbye.')
    expect(first.messages.some(({ toolCall }) => toolCall)).toBe(true)
    await ask('Nothing is left for this.')
    expect(gemini.sessions[0]).toMatchObject({
      said: [GREETING, STILL_THERE.text, STILL_THERE.text, ANSWER, BYE.text],
      heard: ['Yes?'],
    })
  })
  it('waits for the end of the turn that is being spoken, and for the person who speaks', async () => {
    const { gemini, first } = await startTalk(turns, {}, TOOLS)
    first.session.sendRealtimeInput({ text: 'Greet.' })
    await first.next(hasSound)
    first.session.sendRealtimeInput({ text: 'still there?' })
    await first.next(turnComplete)
    await first.next(turnComplete)
    speakUp(first.session, 300)
    await gemini.waitFor(([record]) => record?.speechStarts === 1)
    first.session.sendRealtimeInput({ text: 'Goodbye.' })
    await gemini.waitFor(([record]) => record?.texts.length === 3)
    speakUp(first.session)
    await first.next(({ toolCall }) => toolCall)
    expect(gemini.sessions[0]?.said).toEqual([GREETING, STILL_THERE.text, BYE.text])
  })
})
