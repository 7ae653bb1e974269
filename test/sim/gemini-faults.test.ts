import { afterEach, describe, expect, it } from 'vitest'
import { createClock } from '../../src/flow/clock.ts'
import { type SimulatedGemini, startSimulatedGemini } from '../../src/sim/gemini/simulated-gemini.ts'
import type { Faults } from '../../src/sim/scenario.ts'
import { createSpeech } from '../../src/sim/speech.ts'
import { agent, MODEL, openRaw, scenarioOf } from './gemini-client.ts'

describe('a faulty simulated Gemini', () => {
  let gemini: SimulatedGemini | undefined
  afterEach(() => gemini?.close())
  const start = async (faults: Faults) => {
    const scenario = scenarioOf([agent('Hello.')], faults)
    gemini = await startSimulatedGemini({ scenario, clock: createClock(10), speech: createSpeech().agent })
    return gemini
  }
  const setup = { setup: { model: `models/${MODEL}` } }

  it('refuses the upgrade with the status of the scenario', async () => {
    await expect(openRaw(await start({ modelHttp: 429 }))).rejects.toThrow('429')
  })
  it('closes instead of setupComplete when the turn is 0, every time', async () => {
    const server = await start({ modelClose: { turn: 0, code: 1011, reason: 'x'.repeat(200) } })
    for (let i = 0; i < 2; i += 1) {
      const client = await openRaw(server)
      client.send(setup)
      expect(await client.closed).toEqual({ code: 1011, reason: 'x'.repeat(123) })
    }
    expect(server.sessions[0]).toMatchObject({ violations: [], closed: { code: 1011, by: 'server' } })
  })
  it('breaks the connection without a close frame for code 1006', async () => {
    const client = await openRaw(await start({ modelClose: { turn: 1, code: 1006, reason: '' } }))
    client.send(setup)
    await client.frame(0)
    client.send({ realtimeInput: { text: 'Go.' } })
    expect(await client.closed).toEqual({ code: 1006, reason: '' })
  })
  it('takes a setup and never answers it when it is silent', async () => {
    const server = await start({ modelSilent: true })
    const client = await openRaw(server)
    client.send(setup)
    await server.waitFor(([record]) => record?.setup)
    const answered = client.frame(0).then(() => 'answered')
    expect(
      await Promise.race([
        answered,
        createClock(10)
          .sleep(2000)
          .then(() => 'silent'),
      ]),
    ).toBe('silent')
    client.socket.terminate()
    expect(await server.waitFor(([record]) => record?.closed)).toMatchObject({ by: 'client' })
  })
  it('frees its port and its waiting readers when it is closed, twice', async () => {
    const server = await start({})
    const client = await openRaw(server)
    const waiting = server.waitFor(() => false)
    const rejected = expect(waiting).rejects.toThrow('closed before')
    await server.close()
    await server.close()
    await rejected
    expect(await client.closed).toMatchObject({ code: 1006 })
    await expect(openRaw(server)).rejects.toThrow('ECONNREFUSED')
  })
})
