import type { FunctionCall } from '@google/genai'
import { describe, expect, it } from 'vitest'
import type { SdkClient } from './gemini-client.ts'
import { agent, person, startTalk, turnComplete } from './gemini-client.ts'

const TOOLS = {
  tools: [
    {
      functionDeclarations: ['look_up', 'note'].map((name) => ({
        name,
        parametersJsonSchema: { type: 'object' },
      })),
    },
  ],
}
const LOOK = { name: 'look_up', args: { day: 'today' } }
const calls = async ({ next }: SdkClient) =>
  (await next(({ toolCall }) => toolCall)).toolCall?.functionCalls ?? []
const reply = (
  client: SdkClient,
  call: FunctionCall | undefined,
  response: Record<string, unknown>,
  more = {},
) => {
  const { id = '', name = '' } = call ?? {}
  client.session.sendToolResponse({ functionResponses: [{ id, name, response, ...more }] })
}

describe('the tools of the simulated Gemini', () => {
  it('are called together in one message, and every answer is kept as it came', async () => {
    const turn = agent('Let me see.', { tools: [LOOK, { name: 'note', args: {} }] })
    const { gemini, first } = await startTalk([turn, agent('Found it.')], {}, TOOLS)
    first.session.sendRealtimeInput({ text: 'Go.' })
    const [look, note] = await calls(first)
    first.session.sendToolResponse({
      functionResponses: [
        { id: note?.id ?? '', name: 'note', response: { error: 'no paper' }, scheduling: 'SILENT' as never },
        { id: look?.id ?? '', name: 'look_up', response: { output: [1] } },
      ],
    })
    await first.next(turnComplete)
    await first.next(turnComplete)
    expect(gemini.sessions[0]).toMatchObject({
      said: ['Let me see.', 'Found it.'],
      toolCalls: [
        { id: look?.id, ...LOOK },
        { id: note?.id, name: 'note', args: {} },
      ],
      toolResponses: [
        { id: note?.id, name: 'note', response: { error: 'no paper' }, scheduling: 'SILENT' },
        { id: look?.id, name: 'look_up', response: { output: [1] }, scheduling: undefined },
      ],
      violations: [],
    })
  })

  it('are taken back when the scenario says so, and a later answer is a violation', async () => {
    const turn = agent('Let me see.', { tools: [LOOK, { name: 'note', args: {} }], cancelToolsMs: 800 })
    const { gemini, clock, first } = await startTalk([turn, agent('Never said.')], {}, TOOLS)
    first.session.sendRealtimeInput({ text: 'Go.' })
    const [look, note] = await calls(first)
    const calledMs = clock.nowMs()
    reply(first, note, { output: 'ok' }, { scheduling: 'SILENT' })
    const { toolCallCancellation } = await first.next((message) => message.toolCallCancellation)
    expect(toolCallCancellation?.ids).toEqual([look?.id])
    expect(clock.nowMs() - calledMs).toBeGreaterThan(600)
    reply(first, look, { output: 'too late' })
    await gemini.waitFor(([record]) => record?.violations.length)
    expect(gemini.sessions[0]).toMatchObject({
      said: ['Let me see.'],
      cancelledCalls: [look?.id],
      violations: [`answered a tool call that was cancelled: ${look?.id}`],
    })
  })

  it.each([{}, { output: '' }, { output: [] }])(
    'are called again, three times, when they answer %j',
    async (empty) => {
      const { gemini, first } = await startTalk(
        [agent('Let me see.', { tools: [LOOK] }), agent('Nothing there.')],
        {},
        TOOLS,
      )
      first.session.sendRealtimeInput({ text: 'Go.' })
      const ids = new Set<string | undefined>()
      for (let time = 1; time <= 4; time += 1) {
        const [call] = await calls(first)
        expect(call).toMatchObject(LOOK)
        ids.add(call?.id)
        reply(first, call, empty)
      }
      await gemini.waitFor(([record]) => record?.said.length === 2)
      expect(ids.size).toBe(4)
      expect(gemini.sessions[0]).toMatchObject({ said: ['Let me see.', 'Nothing there.'], violations: [] })
    },
  )

  it('are called once when a silent answer is empty', async () => {
    const { gemini, first } = await startTalk([agent('Bye.', { tools: [LOOK] })], {}, TOOLS)
    first.session.sendRealtimeInput({ text: 'Go.' })
    const [call] = await calls(first)
    reply(first, call, {}, { scheduling: 'SILENT' })
    await first.next(turnComplete)
    expect(gemini.sessions[0]?.toolCalls).toHaveLength(1)
  })

  const WAIT = agent('One moment, please.', { onText: 'hold on|one moment|still working' })

  it('may take their time: text brings the turn on its cue, and the result is spoken of after it', async () => {
    const turns = [agent('Let me see.', { tools: [LOOK] }), agent('Found it.'), WAIT]
    const { gemini, first } = await startTalk(turns, {}, TOOLS)
    first.session.sendRealtimeInput({ text: 'Go.' })
    const [call] = await calls(first)
    await first.next(turnComplete)
    first.session.sendRealtimeInput({ text: 'The tool is still working. Ask for patience.' })
    await gemini.waitFor(([record]) => record?.texts.length === 2)
    reply(first, call, { output: 'ok' })
    await first.next(turnComplete)
    await first.next(turnComplete)
    expect(gemini.sessions[0]).toMatchObject({
      said: ['Let me see.', WAIT.text, 'Found it.'],
      cancelledCalls: [],
      violations: [],
    })
  })

  it('bring their result after the turn on its cue also when both have to wait for a long turn', async () => {
    const long = agent('Let me have a look at the calendar. '.repeat(3), { tools: [LOOK] })
    const { gemini, first } = await startTalk([long, agent('Found it.'), person('Thanks.'), WAIT], {}, TOOLS)
    first.session.sendRealtimeInput({ text: 'Go.' })
    const [call] = await calls(first)
    first.session.sendRealtimeInput({ text: 'Hold on.' })
    await gemini.waitFor(([record]) => record?.texts.length === 2)
    reply(first, call, { output: 'ok' })
    for (let turns = 0; turns < 3; turns += 1) await first.next(turnComplete)
    expect(gemini.sessions[0]?.said).toEqual([long.text, WAIT.text, 'Found it.'])
  })
})
