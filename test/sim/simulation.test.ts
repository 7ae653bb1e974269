import { describe, expect, it, onTestFinished } from 'vitest'
import { createClock } from '../../src/flow/clock.ts'
import { loadScenario } from '../../src/sim/load-scenario.ts'
import { startSimulation } from '../../src/sim/simulation.ts'
import { converse, DANA } from './simple-bridge.ts'

describe('a simulation', () => {
  it('plays the default scenario from the first ring to the end: greeting, barge-in, farewell, end_call', async () => {
    const scenario = await loadScenario('default')
    const { call, messages, record } = await converse(scenario)
    const words = (speaker: string) =>
      scenario.turns.filter((turn) => turn.speaker === speaker).map(({ text }) => text)
    expect(record).toMatchObject({
      said: words('agent'),
      heard: words('person'),
      interruptions: 1,
      violations: [],
    })
    expect(call.endedBy).toBe('rest')
    const seconds = (call.stream?.heard.length ?? 0) / 8000
    expect(seconds).toBeGreaterThan(15)
    expect(seconds).toBeLessThan(25)
    const heardText = messages
      .map((message) => message.serverContent?.inputTranscription?.text ?? '')
      .join('')
    expect(heardText).toBe(words('person').join(''))
  })
  it('plays the phone menu: keys lead from one stream to the next while the model stays', async () => {
    const scenario = await loadScenario('phone-menu')
    const { call, record } = await converse(scenario)
    expect(call.pressed.map(({ key }) => key).join('')).toBe('14071#')
    expect(call.streams).toHaveLength(3)
    const [menu = '', number = '', thanks = ''] = scenario.turns.flatMap(({ speaker, text }) =>
      speaker === 'person' ? [text] : [],
    )
    expect(record).toMatchObject({ heard: [menu, number, thanks], violations: [] })
    expect(record?.said.at(-1)).toBe('Thank you very much, and goodbye!')
    expect(call.endedBy).toBe('rest')
  })
  it('plays the transfer: the person is put through, and the call ends when both are done', async () => {
    const { call, record } = await converse(await loadScenario('transfer'))
    expect(call.transfers).toMatchObject([{ to: DANA, status: 'completed' }])
    expect(record?.said.at(-1)).toMatch(/^Of course\./)
    expect(call.endedBy).toBe('twiml')
  })
  it('plays the voicemail box: the agent reports it once the box has said its greeting', async () => {
    const { call, record } = await converse(await loadScenario('voicemail'))
    expect(record?.toolCalls.map(({ name }) => name)).toEqual(['report_machine'])
    expect(record?.heard).toHaveLength(1)
    expect(call.endedBy).toBe('rest')
  })
  it('gives all the settings that a client needs', async () => {
    const { settings, close } = await startSimulation(await loadScenario('busy'), createClock())
    onTestFinished(close)
    expect(settings).toEqual({
      TWILIO_BASE_URL: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      GOOGLE_GEMINI_BASE_URL: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      TWILIO_ACCOUNT_SID: expect.stringMatching(/^AC[0-9a-f]{32}$/),
      TWILIO_AUTH_TOKEN: expect.stringMatching(/^[0-9a-f]{32}$/),
      TWILIO_PHONE_NUMBER: expect.stringMatching(/^\+1\d{10}$/),
      GOOGLE_API_KEY: expect.stringMatching(/^simulated-\d+$/),
    })
  })
  it('does not start, and leaves nothing open, when a WAV file of the scenario is missing', async () => {
    const scenario = await loadScenario('default')
    const turns = scenario.turns.map((turn) => ({ ...turn, audio: '/nowhere.wav' }))
    await expect(startSimulation({ ...scenario, turns }, createClock())).rejects.toThrow('ENOENT')
  })
})
