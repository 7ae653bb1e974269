import { describe, expect, it, onTestFinished } from 'vitest'
import { createClock } from '../../src/flow/clock.ts'
import { decodeUlaw, encodeUlaw } from '../../src/sim/g711.ts'
import { loadScenario } from '../../src/sim/load-scenario.ts'
import type { Scenario } from '../../src/sim/scenario.ts'
import { startSimulation } from '../../src/sim/simulation.ts'
import { startCustomer } from './customer.ts'
import { connectSdk, sendSound } from './gemini-client.ts'
import { CALLEE, sdkFor } from './twilio-bench.ts'

const SPEED = 5
const TOOLS = {
  tools: [{ functionDeclarations: [{ name: 'end_call', parametersJsonSchema: { type: 'object' } }] }],
}

/** The simplest bridge that can hold a conversation: no product code, only the two simulators' own words. */
async function converse(scenario: Scenario) {
  const simulation = await startSimulation(scenario, createClock(SPEED))
  onTestFinished(() => simulation.close())
  const { twilio, gemini } = simulation
  const { session, messages, next } = await connectSdk(gemini, TOOLS)
  onTestFinished(() => session.close())

  const customer = await startCustomer({
    started({ socket, play, clear, mark }) {
      session.sendRealtimeInput({ text: 'Greet the person.' })
      socket.on('message', (data) => {
        const { event, media } = JSON.parse(String(data))
        if (event === 'media') sendSound(session, decodeUlaw(Buffer.from(media.payload, 'base64')), 8000)
        if (event === 'mark')
          void sdkFor(twilio)
            .calls(twilio.calls[0]?.sid ?? '')
            .update({ status: 'completed' })
      })
      const bridge = async () => {
        for (;;) {
          const { serverContent, toolCall } = await next(() => true)
          for (const part of serverContent?.modelTurn?.parts ?? [])
            play(encodeUlaw(everyThird(Buffer.from(part.inlineData?.data ?? '', 'base64'))))
          if (serverContent?.interrupted) clear()
          for (const { id = '', name = '' } of toolCall?.functionCalls ?? []) {
            const answer = { id, name, response: { output: 'ok' }, scheduling: 'SILENT' as never }
            session.sendToolResponse({ functionResponses: [answer] })
          }
          if (toolCall) mark('farewell')
        }
      }
      void bridge()
    },
  })
  await sdkFor(twilio).calls.create({ to: CALLEE, from: twilio.phoneNumber, twiml: customer.twiml() })
  const call = await twilio.waitFor(() => twilio.calls[0])
  await call.until('completed', 20_000)
  return { simulation, call, messages, record: gemini.sessions[0] }
}

/** Every third sample of 24 kHz: good enough for a test. Chunks that are no multiple of three only click. */
function everyThird(bytes: Buffer): Int16Array {
  return Int16Array.from({ length: Math.floor(bytes.length / 6) }, (_, i) => bytes.readInt16LE(i * 6))
}

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
