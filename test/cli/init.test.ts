import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'dotenv'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createClock } from '../../src/flow/clock.ts'
import { loadScenario } from '../../src/sim/load-scenario.ts'
import { type Simulation, startSimulation } from '../../src/sim/simulation.ts'
import { canOpenPty } from '../reporters/pty.ts'
import { type PtyRun, startAtPty } from './pty-run.ts'
import { runBinary } from './run-binary.ts'

const ENTER = '\r'
const CTRL_C = '\u0003'
const CTRL_U = '\u0015'
const DOWN = '\u001b[B'
const NGROK_TOKEN = '2ngrok_Secret'
const OTHER_SECRETS = ['wrong-twilio-secret', 'wrong-google-secret']

let simulation: Simulation
let folder: string
let running: PtyRun | undefined
beforeAll(async () => {
  simulation = await startSimulation(await loadScenario('default'), createClock())
})
afterAll(() => simulation.close())
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ai-caller-init-'))
})
afterEach(async () => {
  if (running) {
    running.type(CTRL_C)
    await running.gone
    expectNoSecret(running.seen)
    running = undefined
  }
  await rm(folder, { recursive: true })
})

function expectNoSecret(text: string): void {
  const { TWILIO_AUTH_TOKEN, GOOGLE_API_KEY } = simulation.settings
  for (const secret of [TWILIO_AUTH_TOKEN, GOOGLE_API_KEY, NGROK_TOKEN, ...OTHER_SECRETS])
    expect(text).not.toContain(secret)
}

const inFolder = (name: string) => join(folder, name)
const envText = () => readFileSync(inFolder('.env'), 'utf8')
const endpoints = () => {
  const { TWILIO_BASE_URL, GOOGLE_GEMINI_BASE_URL } = simulation.settings
  return { TWILIO_BASE_URL, GOOGLE_GEMINI_BASE_URL }
}
/** Everything that a call needs, as the simulators want it. */
const complete = () => {
  const { TWILIO_BASE_URL: _twilio, GOOGLE_GEMINI_BASE_URL: _google, ...rest } = simulation.settings
  return { ...rest, NGROK_AUTHTOKEN: NGROK_TOKEN }
}
const lines = (settings: Record<string, string>) =>
  Object.entries(settings)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('')

async function start(env: Record<string, string> = {}, args: string[] = []): Promise<PtyRun> {
  running = await startAtPty(['init', ...args], folder, { ...endpoints(), ...env })
  return running
}
/** Waits for a question, which stands below its name, and answers it. */
async function answer(run: PtyRun, question: string, keys: string): Promise<void> {
  await run.shows(`◆ ${question}`)
  run.type(keys)
}

describe.skipIf(!canOpenPty())('init at a terminal', () => {
  it('asks for everything, again where a service says no and why, and writes it for the owner alone', async () => {
    const { TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, TWILIO_PHONE_NUMBER, GOOGLE_API_KEY } = simulation.settings
    const run = await start()
    await run.shows('Copy the Account SID from https://console.twilio.com')
    await answer(run, 'TWILIO_ACCOUNT_SID', `SK123${ENTER}`)
    await run.shows('SK… is an API key')
    run.type(`${CTRL_U}${TWILIO_ACCOUNT_SID}${ENTER}`)
    await answer(run, 'TWILIO_AUTH_TOKEN', `wrong-twilio-secret${ENTER}`)
    await run.shows('Twilio rejected the credentials (Twilio error 20003).')
    await answer(run, 'TWILIO_ACCOUNT_SID', ENTER)
    await answer(run, 'TWILIO_AUTH_TOKEN', `${TWILIO_AUTH_TOKEN}${ENTER}`)
    await run.shows('Twilio takes the credentials.')
    await answer(run, 'TWILIO_PHONE_NUMBER', `+12025550177${ENTER}`)
    await run.shows('+12025550177 is neither a number of this Twilio account nor a verified caller ID')
    await answer(run, 'TWILIO_PHONE_NUMBER', `${CTRL_U}+1 (202) 555-0100${ENTER}`)
    await run.shows('+12025550100 is a voice number of the account.')
    await answer(run, 'GOOGLE_API_KEY', `wrong-google-secret${ENTER}`)
    await run.shows('Gemini does not accept the API key')
    await answer(run, 'GOOGLE_API_KEY', `${GOOGLE_API_KEY}${ENTER}`)
    await run.shows('Google takes the key.')
    await answer(run, 'How shall Twilio reach this machine', ENTER)
    await answer(run, 'NGROK_AUTHTOKEN', `ngrok config add-authtoken ${NGROK_TOKEN}${ENTER}`)
    await run.shows('It must have no spaces')
    run.type(`${CTRL_U}${NGROK_TOKEN}${ENTER}`)
    await run.shows('Written into .env')
    expect(await run.gone).toBe(0)
    expect(parse(envText())).toEqual(complete())
    expect(parse(envText()).TWILIO_PHONE_NUMBER).toBe(TWILIO_PHONE_NUMBER)
    expect(statSync(inFolder('.env')).mode & 0o777).toBe(0o600)
    expect(readdirSync(folder)).toEqual(['.env'])
  })

  it('keeps what is there when told so, and does not touch the file; that others can read it is told', async () => {
    const text = `# mine\n\n${lines(complete())}`
    writeFileSync(inFolder('.env'), text)
    chmodSync(inFolder('.env'), 0o640)
    const { ino } = statSync(inFolder('.env'))
    const run = await start()
    for (const name of ['TWILIO_ACCOUNT_SID', 'TWILIO_AUTH_TOKEN', 'TWILIO_PHONE_NUMBER', 'GOOGLE_API_KEY'])
      await answer(run, `${name}:`, ENTER)
    await run.shows('Google takes the key.')
    await answer(run, 'NGROK_AUTHTOKEN: 13 characters, not shown, in .env. Keep it?', ENTER)
    await run.shows('There is nothing to write.')
    await run.shows('chmod 600 .env')
    expect(await run.gone).toBe(0)
    expect(envText()).toBe(text)
    expect(statSync(inFolder('.env')).ino).toBe(ino)
  })

  it('changes only what is not to be kept, in its place, and leaves every other line as it is', async () => {
    const before = { ...complete(), GOOGLE_API_KEY: 'wrong-google-secret' }
    const text = `# keys\r\nexport OTHER="a b" # kept\r\n\r\n${lines(before).replaceAll('\n', ' # why\r\n')}`
    writeFileSync(inFolder('.env'), text, { mode: 0o644 })
    const run = await start()
    for (const name of ['TWILIO_ACCOUNT_SID', 'TWILIO_AUTH_TOKEN', 'TWILIO_PHONE_NUMBER', 'GOOGLE_API_KEY'])
      await answer(run, `${name}:`, ENTER)
    await run.shows('Gemini does not accept the API key')
    await answer(run, 'GOOGLE_API_KEY', `${simulation.settings.GOOGLE_API_KEY}${ENTER}`)
    await answer(run, 'NGROK_AUTHTOKEN:', 'n')
    await answer(run, 'How shall Twilio reach this machine', `${DOWN}${ENTER}`)
    await answer(run, 'PUBLIC_WS_URL', `ws://example.com${ENTER}`)
    await run.shows('ws:// and http:// are for this machine only')
    run.type(`${CTRL_U}https://calls.example.com/ws/${ENTER}`)
    await answer(run, 'PORT', `0${ENTER}`)
    await run.shows('must be the port that your address leads to')
    run.type(`${CTRL_U}8080${ENTER}`)
    await run.shows('Until now other users of this machine could read .env.')
    expect(await run.gone).toBe(0)
    expect(envText()).toBe(
      `${text.replace('wrong-google-secret', simulation.settings.GOOGLE_API_KEY)}PUBLIC_WS_URL=wss://calls.example.com/ws\r\nPORT=8080\r\n`,
    )
    expect(statSync(inFolder('.env')).mode & 0o777).toBe(0o600)
  })

  it("takes an address of one's own away when the tunnel shall open instead, because it would win", async () => {
    const { NGROK_AUTHTOKEN: _token, ...rest } = complete()
    writeFileSync(inFolder('.env'), lines({ ...rest, PUBLIC_WS_URL: 'wss://calls.example.com' }))
    const run = await start()
    for (const name of ['TWILIO_ACCOUNT_SID', 'TWILIO_AUTH_TOKEN', 'TWILIO_PHONE_NUMBER', 'GOOGLE_API_KEY'])
      await answer(run, `${name}:`, ENTER)
    await answer(run, "PUBLIC_WS_URL: 'wss://calls.example.com', in .env. Keep it?", 'n')
    await answer(run, 'How shall Twilio reach this machine', ENTER)
    await answer(run, 'NGROK_AUTHTOKEN', `${NGROK_TOKEN}${ENTER}`)
    expect(await run.gone).toBe(0)
    expect(parse(envText())).toEqual({ ...complete(), PUBLIC_WS_URL: '' })
  })

  it.each([0, 1, 2, 3, 4, 5])(
    'writes nothing after Ctrl-C at question %i, says so, and ends with 130',
    async (at) => {
      const { TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, TWILIO_PHONE_NUMBER, GOOGLE_API_KEY } =
        simulation.settings
      const questions: [string, string][] = [
        ['TWILIO_ACCOUNT_SID', TWILIO_ACCOUNT_SID],
        ['TWILIO_AUTH_TOKEN', TWILIO_AUTH_TOKEN],
        ['TWILIO_PHONE_NUMBER', TWILIO_PHONE_NUMBER],
        ['GOOGLE_API_KEY', GOOGLE_API_KEY],
        ['How shall Twilio reach this machine', ''],
        ['NGROK_AUTHTOKEN', NGROK_TOKEN],
      ]
      const run = await start()
      for (const [question, value] of questions.slice(0, at)) await answer(run, question, `${value}${ENTER}`)
      const [last = '', typed = ''] = questions[at] ?? []
      await answer(run, last, typed.slice(0, 3))
      run.type(CTRL_C)
      await run.shows('Stopped: nothing was written.')
      expect(await run.gone).toBe(130)
      expect(run.seen).toMatch(/nothing was written\.\r\n(\p{Cc}\[\?25h)?$/u)
      expect(readdirSync(folder)).toEqual([])
    },
  )

  it.each<[NodeJS.Signals, number]>([
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ])('stops at %s with %i', async (signal, exitCode) => {
    const run = await start()
    await run.shows('◆ TWILIO_ACCOUNT_SID')
    run.kill(signal)
    expect(await run.gone).toBe(exitCode)
    expect(run.seen).toContain('Stopped: nothing was written.')
    expect(readdirSync(folder)).toEqual([])
  })

  it('stops at Ctrl-D and at Escape as well', async () => {
    for (const key of ['\u0004', '\u001b']) {
      const run = await start()
      await answer(run, 'TWILIO_ACCOUNT_SID', key)
      expect(await run.gone).toBe(130)
    }
    expect(readdirSync(folder)).toEqual([])
  })

  it('stops at Ctrl-C also while a service is being asked, and shows nothing of what was pasted too early', async () => {
    const { TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, GOOGLE_API_KEY } = simulation.settings
    const silent = createServer().listen(0, '127.0.0.1')
    const asked = once(silent, 'connection')
    await once(silent, 'listening')
    const { port } = silent.address() as AddressInfo
    const run = await start({ TWILIO_BASE_URL: `http://127.0.0.1:${port}` })
    // All at once, as from a note with everything in it.
    await answer(
      run,
      'TWILIO_ACCOUNT_SID',
      `${TWILIO_ACCOUNT_SID}\r${TWILIO_AUTH_TOKEN}\r${GOOGLE_API_KEY}\r`,
    )
    await answer(run, 'TWILIO_AUTH_TOKEN', `${TWILIO_AUTH_TOKEN}${ENTER}`)
    const [socket] = await asked
    run.type(GOOGLE_API_KEY)
    run.type(CTRL_C)
    expect(await run.gone).toBe(130)
    socket.destroy()
    silent.close()
    expect(readdirSync(folder)).toEqual([])
  })

  it('goes on when a service cannot be reached, and says that nothing was checked', async () => {
    const run = await start({
      TWILIO_BASE_URL: 'http://127.0.0.1:1',
      GOOGLE_GEMINI_BASE_URL: 'http://127.0.0.1:1',
    })
    const values = complete()
    await answer(run, 'TWILIO_ACCOUNT_SID', `${values.TWILIO_ACCOUNT_SID}${ENTER}`)
    await answer(run, 'TWILIO_AUTH_TOKEN', `${values.TWILIO_AUTH_TOKEN}${ENTER}`)
    await run.shows('Twilio could not be reached (ECONNREFUSED).')
    await run.shows('Not checked; we go on.')
    await answer(run, 'TWILIO_PHONE_NUMBER', `${values.TWILIO_PHONE_NUMBER}${ENTER}`)
    await answer(run, 'GOOGLE_API_KEY', `${values.GOOGLE_API_KEY}${ENTER}`)
    await run.shows('Gemini could not be reached')
    await run.shows('Not checked; we go on.')
    await answer(run, 'How shall Twilio reach this machine', ENTER)
    await answer(run, 'NGROK_AUTHTOKEN', `${NGROK_TOKEN}${ENTER}`)
    expect(await run.gone).toBe(0)
    expect(parse(envText())).toEqual(values)
  })

  it('says that a trial account can make no such call', async () => {
    const scenario = await loadScenario('default')
    const trial = await startSimulation({ ...scenario, faults: { trialAccount: true } }, createClock())
    try {
      const { TWILIO_BASE_URL, TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN } = trial.settings
      const run = await start({ TWILIO_BASE_URL })
      await answer(run, 'TWILIO_ACCOUNT_SID', `${TWILIO_ACCOUNT_SID}${ENTER}`)
      await answer(run, 'TWILIO_AUTH_TOKEN', `${TWILIO_AUTH_TOKEN}${ENTER}`)
      await run.shows('Media Streams are not available on trial accounts')
      await run.shows('◆ TWILIO_PHONE_NUMBER')
    } finally {
      await trial.close()
    }
  })

  it('neither asks for nor writes what the environment gives, and ends with 2 when that is wrong', async () => {
    const { NGROK_AUTHTOKEN: _token, ...values } = complete()
    const run = await start({ ...values, GOOGLE_API_KEY: 'wrong-google-secret' })
    await run.shows('TWILIO_AUTH_TOKEN: 32 characters, not shown, from the environment')
    await run.shows('Twilio takes the credentials.')
    await run.shows('Gemini does not accept the API key')
    await run.shows('Change GOOGLE_API_KEY in the environment.')
    await answer(run, 'How shall Twilio reach this machine', ENTER)
    await answer(run, 'NGROK_AUTHTOKEN', `${NGROK_TOKEN}${ENTER}`)
    await run.shows('Not ready: GOOGLE_API_KEY must be changed in the environment.')
    expect(await run.gone).toBe(2)
    expect(envText()).toBe(`NGROK_AUTHTOKEN=${NGROK_TOKEN}\n`)
  })

  it('warns when git would commit the keys, and only then', async () => {
    execFileSync('git', ['init', '--quiet'], { cwd: folder })
    const values = complete()
    const first = await start(values)
    await first.shows('git does not ignore .env')
    expect(await first.gone).toBe(0)
    writeFileSync(inFolder('.gitignore'), '.env*\n')
    const second = await start(values)
    expect(await second.gone).toBe(0)
    expect(second.seen).not.toContain('git')
  })

  it('says who gets a key, where that is not the service itself', async () => {
    const { TWILIO_BASE_URL } = simulation.settings
    writeFileSync(inFolder('.env'), `TWILIO_BASE_URL=${TWILIO_BASE_URL}\n`)
    const run = await start({ TWILIO_BASE_URL: '' })
    await run.shows('TWILIO_BASE_URL is set in .env: the key that goes with it will be sent to')
    await run.shows(`${TWILIO_BASE_URL}.`)
    await run.shows('GOOGLE_GEMINI_BASE_URL is set in the environment')
    await run.shows('◆ TWILIO_ACCOUNT_SID')
  })

  it('sends no key to an endpoint that was not meant: another setting that is wrong comes first', async () => {
    const run = await start({ TWILIO_BASE_URL: 'http://example.com' })
    expect(await run.gone).toBe(2)
    expect(run.seen).toContain('error: TWILIO_BASE_URL must be https://')
  })

  it.each([
    [['--no-color'], {}],
    [[], { NO_COLOR: '1' }],
  ])('writes no colour with %j %j', async (args, env) => {
    const run = await start(env, args)
    await answer(run, 'TWILIO_ACCOUNT_SID', `nonsense${ENTER}`)
    await run.shows('must start with AC')
    run.type(CTRL_C)
    await run.gone
    // Inverse video is how the prompts show the cursor.
    expect(run.seen.match(/\p{Cc}\[[\d;]*m/gu)).toBeNull()
  })
})

describe('init without a terminal', () => {
  it('says what to set and where to get it, asks nothing, and ends with 2', async () => {
    const { exitCode, stdout, stderr } = await runBinary(['init'], folder)
    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: '' })
    for (const name of Object.keys(complete())) expect(stdout).toMatch(new RegExp(`^ {2}${name} +\\S`, 'm'))
    expect(stdout).toContain('https://aistudio.google.com/apikey')
    expect(readdirSync(folder)).toEqual([])
  })

  it('ends with 0 when all is there, in the environment or in .env, and tells its dangers', async () => {
    const { TWILIO_AUTH_TOKEN, ...values } = complete()
    writeFileSync(inFolder('.env'), lines(values), { mode: 0o644 })
    execFileSync('git', ['init', '--quiet'], { cwd: folder })
    const { exitCode, stdout, stderr } = await runBinary(['init'], folder, { TWILIO_AUTH_TOKEN })
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout: 'Every setting is there that a call needs.\n',
    })
    expect(stderr).toMatch(/^warning: .*chmod 600 \.env\nwarning: .*\.gitignore.*\n$/)
  })

  it('names what is wrong', async () => {
    const { exitCode, stdout } = await runBinary(['init'], folder, { ...complete(), PORT: 'x' })
    expect(exitCode).toBe(2)
    expect(stdout).toMatch(/^ {2}PORT {2}must be a number/m)
  })

  it('says so when .env is no file', async () => {
    mkdirSync(inFolder('.env'))
    const { exitCode, stderr } = await runBinary(['init'], folder, complete())
    expect(exitCode).toBe(2)
    expect(stderr).toMatch(/^error: .*\.env/)
    expect(existsSync(inFolder('.env'))).toBe(true)
  })
})
