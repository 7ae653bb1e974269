import { describe, expect, it, type onTestFinished } from 'vitest'
import { createClock } from '../../src/flow/clock.ts'
import type { Scenario } from '../../src/sim/scenario.ts'
import { type Simulation, startSimulation } from '../../src/sim/simulation.ts'
import { type SlowTwilio, startSlowTwilio } from './slow-twilio.ts'
import { freePort, type SpawnedCall, spawnCall } from './spawned.ts'
import { agent, farewell, person } from './story.ts'

/** Enough to talk for longer than any of these tests. */
const LONG =
  'Hello. I have a great deal to tell you today, so please stay on the line and listen to every word.'

/** Calls in real time, by programs that all start at once. */
const PATIENT = { timeout: 40_000 }

type Cleaner = { onTestFinished: typeof onTestFinished }
type Stage = { simulation: Simulation; call: SpawnedCall }

/** A simulation, and the built program that is pointed at it by its environment alone; `more` goes before the simulation's settings. */
async function start(
  test: Cleaner,
  scenario: Partial<Scenario>,
  more: (simulation: Simulation) => Promise<Record<string, string>> = async () => ({}),
): Promise<Stage> {
  const phone = { ringMs: 300, outcome: 'answer' } as const
  const simulation = await startSimulation(
    { ...{ name: 'binary', speed: 1, phone, turns: [agent(LONG)], faults: {} }, ...scenario },
    createClock(),
  )
  test.onTestFinished(simulation.close)
  const port = String(await freePort())
  const address = { PORT: port, PUBLIC_WS_URL: `ws://127.0.0.1:${port}/ws` }
  const call = await spawnCall({ ...simulation.settings, ...address, ...(await more(simulation)) })
  test.onTestFinished(call.undo)
  return { simulation, call }
}

/** The last event, which says how the process ended; and no secret anywhere. */
async function ending({ simulation, call }: Stage) {
  const { exitCode, atMs } = await call.gone
  const ended = await call.told('call.ended')
  expect(call.events.at(-1)).toBe(ended)
  expect(call.events.map(({ seq }) => seq)).toEqual(call.events.map((_, i) => i + 1))
  expect(exitCode).toBe(ended.exitCode)
  expectNoSecret(simulation, call)
  return { exitCode, atMs, ended }
}

function expectNoSecret({ settings }: Simulation, call: SpawnedCall) {
  const left = call.leavings()
  for (const secret of [settings.TWILIO_AUTH_TOKEN, settings.GOOGLE_API_KEY]) {
    for (const form of [secret, Buffer.from(`${settings.TWILIO_ACCOUNT_SID}:${secret}`).toString('base64')])
      expect(left).not.toContain(form)
  }
}

describe('the built program', PATIENT, () => {
  it.concurrent('holds a whole call by settings alone, ends with 0, and is gone within 3 s of the hang-up', async (test) => {
    const turns = [agent('Hello?'), person('Yes.'), farewell('Goodbye.')]
    const stage = await start(test, { turns })
    const { simulation, call } = stage
    await simulation.twilio.waitFor(() => simulation.twilio.calls[0]?.status === 'completed', 20_000)
    const hungUpAtMs = performance.now()

    const { exitCode, atMs, ended } = await ending(stage)
    expect({ exitCode, stderr: call.stderr }).toEqual({ exitCode: 0, stderr: '' })
    expect(atMs - hungUpAtMs).toBeLessThan(3000)
    expect(ended).toMatchObject({ reason: 'agent-hung-up', dialled: 'yes', hungUp: true })
    const [placed] = simulation.twilio.calls
    expect(placed).toMatchObject({ status: 'completed', endedBy: 'rest', sid: ended.callSid })
    expect(placed?.stream).toMatchObject({ upgradeStatus: 101, state: 'closed' })
    expect(placed?.callbacks.map(({ answer }) => answer)).toEqual([204, 204, 204, 204])
    expect(call.events.filter(({ type }) => type === 'turn.ended')).toHaveLength(3)
    expect(call.kept('transcript.txt')).toContain('person: Yes.')
    expect(JSON.parse(call.kept('summary.json'))).toMatchObject({ exitCode: 0, callSid: ended.callSid })
  })

  it.concurrent('L5 goes on with the call when the reader of its output goes away, and the terminal too', async (test) => {
    const turns = [agent('Hello?'), person('Goodbye.', { hangUp: true })]
    const { simulation, call } = await start(test, { turns })
    await call.told('call.requested')
    call.child.stdout.destroy()
    call.child.stderr.destroy()

    expect((await call.gone).exitCode).toBe(0)
    const [placed] = simulation.twilio.calls
    expect(placed).toMatchObject({ status: 'completed', endedBy: 'person' })
    expect(placed?.stream?.heard.some((sample) => sample !== 0)).toBe(true)
    const last: unknown = JSON.parse(call.kept('events.ndjson').trimEnd().split('\n').at(-1) ?? '')
    expect(last).toMatchObject({ type: 'call.ended', exitCode: 0, reason: 'person-hung-up' })
    expectNoSecret(simulation, call)
  })

  it.concurrent('L4 killed in the call leaves a call that ends by itself, and a recording that can be played', async (test) => {
    const { simulation, call } = await start(test, {})
    await call.told('transcript.delta')
    call.child.kill('SIGKILL')
    expect(await call.gone).toMatchObject({ exitCode: null, signal: 'SIGKILL' })
    const [placed] = simulation.twilio.calls
    await placed?.until('completed')
    expect(placed).toMatchObject({ endedBy: 'twiml', verbs: ['Connect', 'Hangup'] })
    expect(placed?.stream?.state).not.toBe('open')
    expect(call.kept('call.wav').slice(0, 4)).toBe('RIFF')
    expect(call.kept('events.ndjson')).toMatch(/^(\{.*\}\n)+$/)
    expectNoSecret(simulation, call)
  })
})

describe('a signal while it rings', PATIENT, () => {
  const ringing = { phone: { ringMs: 20_000, outcome: 'answer' } } as const

  it.concurrent.for([
    ['SIGINT', 130, 'sigint'],
    ['SIGTERM', 143, 'sigterm'],
  ] as const)('L2 %s cancels the call and ends with %i', async ([signal, code, reason], test) => {
    const stage = await start(test, ringing)
    await stage.call.told('call.status', ({ status }) => status === 'ringing')
    stage.call.child.kill(signal)
    const { exitCode, ended } = await ending(stage)
    expect(exitCode).toBe(code)
    expect(ended).toMatchObject({ reason, dialled: 'yes', hungUp: true, durationMs: 0 })
    expect(stage.simulation.twilio.calls[0]).toMatchObject({ status: 'canceled', endedBy: 'rest' })
  })
})

describe('a signal in the call', PATIENT, () => {
  it.concurrent.for([
    ['SIGINT', 130, 'sigint'],
    ['SIGTERM', 143, 'sigterm'],
    ['SIGHUP', 129, 'sighup'],
  ] as const)('L2 %s hangs up first and ends with %i', async ([signal, code, reason], test) => {
    const stage = await start(test, {})
    await stage.call.told('transcript.delta')
    stage.call.child.kill(signal)
    const { exitCode, ended } = await ending(stage)
    expect(exitCode).toBe(code)
    expect(ended).toMatchObject({ reason, dialled: 'yes', hungUp: true })
    expect(stage.simulation.twilio.calls[0]).toMatchObject({ status: 'completed', endedBy: 'rest' })
    expect(stage.call.stderr).toContain('Hanging up')
  })
})

// Alone, because it measures time.
describe('a second signal', PATIENT, () => {
  it('L3 leaves within 1.5 s although Twilio does not answer, and says what is not proven', async (test) => {
    let slow: SlowTwilio | undefined
    const stage = await start(test, {}, async ({ twilio }) => {
      slow = await startSlowTwilio(twilio.baseUrl)
      test.onTestFinished(slow.close)
      return { TWILIO_BASE_URL: slow.baseUrl }
    })
    const { simulation, call } = stage
    await call.told('transcript.delta')
    call.child.kill('SIGINT')
    await slow?.askedToHangUp
    const insistedAtMs = performance.now()
    // More than the 100 ms within which two signals are one press.
    await new Promise((resolve) => setTimeout(resolve, 150))
    call.child.kill('SIGINT')
    const { exitCode, atMs, ended } = await ending(stage)
    expect(atMs - insistedAtMs).toBeLessThan(1650)
    expect(exitCode).toBe(130)
    expect(ended).toMatchObject({ reason: 'sigint', dialled: 'yes', hungUp: 'unknown' })
    expect(ended.error?.hint).toContain(ended.callSid)
    // The program is gone, its socket with it, and the TwiML's last verb ends what could not be ended by request.
    await simulation.twilio.calls[0]?.until('completed')
    expect(simulation.twilio.calls[0]?.endedBy).toBe('twiml')
  })
})
