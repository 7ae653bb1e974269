/** `status` as a user runs it: the built program, in a process of its own. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, type onTestFinished } from 'vitest'
import { SETTING_NAMES } from '../../src/config/settings.ts'
import type { SimulationSettings } from '../../src/sim/simulation.ts'
import { createFakeNgrok } from '../fakes/fake-ngrok.ts'
import { ngrokMissing, titled } from '../fakes/ngrok-available.ts'
import { COMPLETE } from './complete-settings.ts'
import { runBinary } from './run-binary.ts'

const SIMULATION = resolve(import.meta.dirname, '../stories/simulation-process.mjs')
const TOKEN = '2abcDEF_secretsecret'
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ai-caller-status-'))
})
afterAll(() => rm(folder, { recursive: true }))

describe('status as a program', () => {
  it('says what is missing and where to get it, and ends with 2', async () => {
    const { exitCode, stdout, stderr } = await runBinary(['status'], folder)
    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: '' })
    for (const name of Object.keys(COMPLETE))
      expect(stdout).toMatch(new RegExp(`^ {4}✗ missing ${name} .*https://`, 'm'))
    expect(stdout).toMatch(/^✗ Settings .*5 are missing or wrong$/m)
    expect(stdout).toMatch(/^– Public address +skipped: needs NGROK_AUTHTOKEN$/m)
    expect(stdout).toContain('Not ready: 1 check failed, 6 had to be skipped.')
  })

  it('lists every setting with --verbose, and shows no secret', async () => {
    const { exitCode, stdout } = await runBinary(['status', '--offline', '--verbose'], folder, COMPLETE)
    expect(exitCode).toBe(0)
    for (const name of SETTING_NAMES) expect(stdout).toContain(name)
    for (const secret of ['twilio-secret', 'google-secret', 'ngrok-secret'])
      expect(stdout).not.toContain(secret)
  })

  it('reads .env and tells a wrong setting from a missing one', async () => {
    const own = await mkdtemp(join(tmpdir(), 'ai-caller-status-'))
    await writeFile(
      join(own, '.env'),
      'TWILIO_ACCOUNT_SID=SK123\nPORT=99999\nPUBLIC_WS_URL=wss://x.example/ws\n',
    )
    const { exitCode, stdout } = await runBinary(['status', '--json'], own)
    await rm(own, { recursive: true })
    const { ready, settings, checks } = JSON.parse(stdout)
    expect({ exitCode, ready }).toEqual({ exitCode: 2, ready: false })
    const rows = Object.fromEntries(settings.map((row: { name: string }) => [row.name, row]))
    expect(rows.TWILIO_ACCOUNT_SID).toMatchObject({ state: 'wrong', source: '.env' })
    expect(rows.PORT).toMatchObject({ state: 'wrong' })
    expect(rows.TWILIO_AUTH_TOKEN).toMatchObject({ state: 'missing', source: null })
    expect(rows.PUBLIC_WS_URL).toMatchObject({ state: 'set' })
    expect(rows.NGROK_AUTHTOKEN).toMatchObject({
      state: 'default',
      detail: expect.stringContaining('not needed'),
    })
    expect(checks).toContainEqual(expect.objectContaining({ name: 'public-address', detail: 'needs PORT' }))
  })

  it('takes GEMINI_API_KEY for GOOGLE_API_KEY, and says so', async () => {
    const { GOOGLE_API_KEY, ...rest } = COMPLETE
    const settings = { ...rest, GEMINI_API_KEY: GOOGLE_API_KEY }
    const { exitCode, stdout } = await runBinary(['status', '--offline', '-v'], folder, settings)
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/^ {4}· default GOOGLE_API_KEY +GEMINI_API_KEY is there$/m)
  })
})

/** The program against all three services, of which ngrok's is `prepare`d. */
async function runThroughTunnel(
  test: { onTestFinished: typeof onTestFinished },
  prepare: (ngrok: Awaited<ReturnType<typeof createFakeNgrok>>) => void = () => {},
) {
  const own = await mkdtemp(join(tmpdir(), 'ai-caller-status-'))
  test.onTestFinished(() => rm(own, { recursive: true }))
  const ngrok = await createFakeNgrok()
  test.onTestFinished(ngrok.close)
  prepare(ngrok)
  const certificate = join(own, 'certificate.pem')
  await writeFile(certificate, ngrok.certificate)
  const phone = { ringMs: 300, outcome: 'answer' }
  const turns = [{ speaker: 'agent', text: 'Ready.', delayMs: 50, tools: [] }]
  const scenario = { name: 'status', speed: 1, phone, turns, faults: {} }
  const simulation = fork(SIMULATION, [JSON.stringify(scenario)], { env: { PATH: process.env.PATH } })
  test.onTestFinished(() => void simulation.kill('SIGKILL'))
  // Our own script says what it sends.
  const [settings] = (await once(simulation, 'message')) as [SimulationSettings]
  const run = await runBinary(['status', '--json', '--deep'], own, {
    ...settings,
    ...{ NODE_EXTRA_CA_CERTS: certificate, NGROK_AUTHTOKEN: TOKEN, AI_CALLER_HOME: own },
    ...{ NGROK_SERVER_ADDR: ngrok.serverAddr, NGROK_ROOT_CAS: certificate },
  })
  const { checks, ready } = JSON.parse(run.stdout)
  const address = checks.find(({ name }: { name: string }) => name === 'public-address')
  const others = checks.filter(
    (check: { name: string; state: string }) => check !== address && check.state !== 'ok',
  )
  expect({ others, secret: run.stdout.includes(TOKEN) }).toEqual({ others: [], secret: false })
  return { run, ready, address, ngrok }
}

const suite = titled('status through a tunnel of the real ngrok package')
describe.skipIf(ngrokMissing)(suite, { timeout: 40_000 }, () => {
  it.concurrent('opens it, proves it from end to end, and takes it down again', async (test) => {
    const { run, ready, address, ngrok } = await runThroughTunnel(test)
    expect({ exitCode: run.exitCode, stderr: run.stderr, ready }).toEqual({
      exitCode: 0,
      stderr: '',
      ready: true,
    })
    const publicUrl = ngrok.origin.replace('https', 'wss')
    expect(address).toMatchObject({
      state: 'ok',
      detail: `${publicUrl} (ngrok tunnel): a signed stream came through it`,
    })
    expect(ngrok.rpcs.map(({ name }) => name)).toContain('unbind')
  })

  it.concurrent('fails when ngrok refuses the token, and repeats it nowhere', async (test) => {
    const { run, address } = await runThroughTunnel(test, ({ knobs }) => {
      knobs.authError = `The authtoken is no longer valid.\nYour authtoken: ${TOKEN}\n\nERR_NGROK_107`
    })
    expect(address).toMatchObject({ state: 'failed', detail: expect.stringContaining('ERR_NGROK_107') })
    expect(run.exitCode).toBe(2)
  })

  it.concurrent('does not wait for long when ngrok says nothing, and the process ends', async (test) => {
    const { run, address } = await runThroughTunnel(test, ({ knobs }) => knobs.mute.add('auth'))
    expect(address).toMatchObject({
      state: 'failed',
      detail: expect.stringContaining('did not answer within 5 s'),
    })
    expect(address.ms).toBeLessThan(9000)
    expect(run.exitCode).toBe(2)
  })
})
