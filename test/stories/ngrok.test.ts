import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { describe, expect, it, type onTestFinished } from 'vitest'
import type { Scenario } from '../../src/sim/scenario.ts'
import type { SimulationSettings } from '../../src/sim/simulation.ts'
import { createFakeNgrok, type FakeNgrok } from '../fakes/fake-ngrok.ts'
import { ngrokMissing, titled } from '../fakes/ngrok-available.ts'
import { type SpawnedCall, spawnCall } from './spawned.ts'
import { agent, farewell, person } from './story.ts'

const TOKEN = '2abcDEF_secretsecret'
const SIMULATION = resolve(import.meta.dirname, 'simulation-process.mjs')

type Cleaner = { onTestFinished: typeof onTestFinished }

/** What `simulation-process.mjs` says of a call. */
type PicturedCall = {
  status: string
  endedBy?: string
  callbacks: { event: string; url: string; answer?: number }[]
  stream?: { url: string; upgradeStatus?: number; heardMs: number; saidMs: number }
}

type Stage = { ngrok: FakeNgrok; call: SpawnedCall; pictureOfCalls(): Promise<PicturedCall[]> }

/** ngrok's service, Twilio and Gemini, each a fake that trusts and is trusted, and the built program between them. */
async function start(
  test: Cleaner,
  scenario: Partial<Scenario>,
  prepare: (ngrok: FakeNgrok) => void = () => {},
): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'ai-caller-ngrok-'))
  test.onTestFinished(() => rm(folder, { recursive: true }))
  const ngrok = await createFakeNgrok()
  test.onTestFinished(ngrok.close)
  prepare(ngrok)
  const certificate = join(folder, 'certificate.pem')
  await writeFile(certificate, ngrok.certificate)
  const trust = { NODE_EXTRA_CA_CERTS: certificate }

  const phone = { ringMs: 300, outcome: 'answer' }
  const whole = { ...{ name: 'ngrok', speed: 1, phone, turns: [], faults: {} }, ...scenario }
  const simulation = fork(SIMULATION, [JSON.stringify(whole)], { env: { PATH: process.env.PATH, ...trust } })
  test.onTestFinished(() => void simulation.kill('SIGKILL'))
  // Our own script says what it sends.
  const [settings] = (await once(simulation, 'message')) as [SimulationSettings]
  const call = await spawnCall({
    ...{ ...settings, ...trust, NGROK_AUTHTOKEN: TOKEN },
    ...{ NGROK_SERVER_ADDR: ngrok.serverAddr, NGROK_ROOT_CAS: certificate },
  })
  test.onTestFinished(call.undo)
  return {
    ...{ ngrok, call },
    async pictureOfCalls() {
      const picture = once(simulation, 'message')
      simulation.send('picture')
      const [calls] = (await picture) as [PicturedCall[]]
      return calls
    },
  }
}

/** The last event; the token is nowhere in what the run left behind. */
async function ending({ call }: Stage) {
  const { exitCode } = await call.gone
  const ended = await call.told('call.ended')
  expect(call.events.at(-1)).toBe(ended)
  expect(exitCode).toBe(ended.exitCode)
  expect(call.leavings()).not.toContain(TOKEN)
  return ended
}

const longRing = { phone: { ringMs: 20_000, outcome: 'answer' } } as const

const suite = titled('a call through a tunnel of the real ngrok package')
describe.skipIf(ngrokMissing)(suite, { timeout: 40_000 }, () => {
  it.concurrent('passes callbacks and sound of both sides, and unregisters its address in the end', async (test) => {
    const turns = [agent('Hello?'), person('Yes, speaking.'), farewell('Goodbye.')]
    const stage = await start(test, { turns })
    const { ngrok, call } = stage
    const ended = await ending(stage)
    expect(ended).toMatchObject({ exitCode: 0, reason: 'agent-hung-up', hungUp: true })

    const publicUrl = ngrok.origin.replace('https', 'wss')
    expect(await call.told('ingress.ready')).toMatchObject({ via: 'ngrok', publicUrl })
    const [placed] = await stage.pictureOfCalls()
    expect(placed).toMatchObject({ status: 'completed', endedBy: 'rest', stream: { upgradeStatus: 101 } })
    expect(placed?.stream?.url).toMatch(new RegExp(`^${publicUrl}/`))
    expect(placed?.stream?.heardMs).toBeGreaterThan(300)
    expect(placed?.stream?.saidMs).toBeGreaterThan(300)
    const answered = placed?.callbacks.slice(0, 3) ?? []
    expect(answered.map(({ event, answer }) => [event, answer])).toEqual([
      ['initiated', 204],
      ['ringing', 204],
      ['answered', 204],
    ])
    for (const { url } of answered) expect(url).toMatch(new RegExp(`^${ngrok.origin}/`))
    // The model heard the person, and the person's words came back.
    expect(call.kept('transcript.txt')).toContain('person: Yes, speaking.')

    expect((await ngrok.seen('auth')).message).toMatchObject({ Extra: { AuthToken: TOKEN } })
    expect(ngrok.rpcs.map(({ name }) => name)).toContain('unbind')
  })

  it.concurrent('N1 ends with 8 when ngrok refuses the token, and repeats it nowhere', async (test) => {
    const stage = await start(test, {}, ({ knobs }) => {
      knobs.authError = `The authtoken is no longer valid.\nYour authtoken: ${TOKEN}\n\nERR_NGROK_107`
    })
    const ended = await ending(stage)
    expect(ended).toMatchObject({ exitCode: 8, reason: 'tunnel-failed', dialled: 'no' })
    expect(ended.error?.message).toContain('ERR_NGROK_107')
    expect(await stage.pictureOfCalls()).toEqual([])
  })

  // The package's own promise never settles then; its 15 s deadline is held by the tests of the tunnel.
  it.concurrent('can be interrupted while ngrok says nothing, and the process does not hang on it', async (test) => {
    const stage = await start(test, {}, ({ knobs }) => knobs.mute.add('auth'))
    await stage.ngrok.seen('auth')
    const stoppedAtMs = performance.now()
    stage.call.child.kill('SIGINT')
    expect(await ending(stage)).toMatchObject({ exitCode: 130, reason: 'sigint', dialled: 'no' })
    expect((await stage.call.gone).atMs - stoppedAtMs).toBeLessThan(3000)
  })

  describe('that rings', () => {
    it.concurrent('N2 is canceled with 8 when the tunnel is stopped', async (test) => {
      const stage = await start(test, longRing)
      await stage.call.told('call.status', ({ status }) => status === 'ringing')
      stage.ngrok.stopTunnel('stopped from the dashboard', 'ERR_NGROK_9997')
      const ended = await ending(stage)
      expect(ended).toMatchObject({ exitCode: 8, reason: 'tunnel-lost', dialled: 'yes', hungUp: true })
      expect(await stage.pictureOfCalls()).toMatchObject([{ status: 'canceled', endedBy: 'rest' }])
    })

    it.concurrent('hangs up when interrupted, and still unregisters its address', async (test) => {
      const stage = await start(test, longRing)
      await stage.call.told('call.status', ({ status }) => status === 'ringing')
      stage.call.child.kill('SIGINT')
      expect(await ending(stage)).toMatchObject({ exitCode: 130, reason: 'sigint', hungUp: true })
      expect(stage.ngrok.rpcs.map(({ name }) => name)).toContain('unbind')
      expect(await stage.pictureOfCalls()).toMatchObject([{ status: 'canceled', endedBy: 'rest' }])
    })
  })
})
