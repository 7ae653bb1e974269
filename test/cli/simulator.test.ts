import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { parse } from 'dotenv'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { freePort, spawnCall } from '../stories/spawned.ts'
import { runBinary, startBinary } from './run-binary.ts'

const LIVE_PATH = '/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent'
const SHORT = 'turns:\n  - agent: Hello.\n    tools: [end_call]\n'

let folder: string
const cleanUps: (() => Promise<unknown>)[] = []
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ai-caller-simulator-'))
})
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
  await rm(folder, { recursive: true })
})

/** Starts the command; resolves once it has printed its settings. */
async function start(args: string[] = []) {
  const child = startBinary(['simulator', ...args], folder)
  const lines: string[] = []
  const gone = once(child, 'close')
  cleanUps.push(async () => {
    child.kill('SIGKILL')
    await gone
  })
  let stderr = ''
  let wake = () => {}
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk
    wake()
  })
  void gone.then(() => wake())
  createInterface(child.stdout).on('line', (line) => {
    lines.push(line)
    wake()
  })
  const until = async (seen: () => unknown) => {
    while (!seen()) {
      if (child.exitCode !== null) throw new Error(`the simulator ended: ${stderr}`)
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
  }
  await until(() => lines.length >= (args.includes('--json') ? 1 : 6))
  const settings = args.includes('--json')
    ? JSON.parse(lines[0] ?? '')
    : parse(lines.map((line) => line.replace(/^export /, '')).join('\n'))
  return {
    settings: settings as Record<string, string>,
    lines,
    said: async (words: RegExp) => {
      await until(() => words.test(stderr))
      return stderr
    },
    /** The exit code. */
    async stop(signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP') {
      child.kill(signal)
      return (await gone)[0] as number | null
    },
  }
}

/** One message to the simulated model, and how it closes the connection. */
async function closedAfter(url: string, message: string): Promise<{ code: number; reason: string }> {
  const socket = new WebSocket(url)
  await once(socket, 'open')
  socket.send(message)
  const [code, reason] = await once(socket, 'close')
  return { code, reason: String(reason) }
}

describe('the simulator', () => {
  it('carries a call of the program, each a process of its own, and tells of it', async () => {
    await writeFile(join(folder, 'short.yaml'), SHORT)
    const { settings, said, stop } = await start(['./short.yaml'])
    const port = await freePort()
    const publicUrl = `ws://127.0.0.1:${port}`
    const call = await spawnCall(settings, ['--port', String(port), '--public-url', publicUrl])
    cleanUps.push(call.undo)
    expect((await call.gone).exitCode).toBe(0)
    expect(call.events.at(-1)).toMatchObject({ type: 'call.ended', reason: 'agent-hung-up' })
    const told = await said(/session 1: closed[\s\S]*completed after|completed after[\s\S]*session 1: closed/)
    expect(told).toMatch(/^twilio {2}call CA\w{32} to \+12025550123 from \+12025550100: placed$/m)
    expect(told).toMatch(/^twilio {2}call CA\w{32}: completed after .* s, ended over REST$/m)
    expect(told).toMatch(/^gemini {2}session 1: opened for models\/gemini-3\.8-live$/m)
    expect(told).not.toMatch(/wrong|refused/)
    expect(await stop('SIGINT')).toBe(0)
  })

  it('serves any client, and tells what it does wrong', async () => {
    const { settings, said } = await start(['--json'])
    const { TWILIO_BASE_URL, GOOGLE_GEMINI_BASE_URL = '', GOOGLE_API_KEY = '' } = settings
    const account = `${TWILIO_BASE_URL}/2010-04-01/Accounts/${settings.TWILIO_ACCOUNT_SID}.json`
    const basic = (token = '') =>
      `Basic ${Buffer.from(`${settings.TWILIO_ACCOUNT_SID}:${token}`).toString('base64')}`
    const ask = (token: string | undefined) =>
      fetch(account, { headers: { authorization: basic(token), connection: 'close' } })
    expect(await (await ask(settings.TWILIO_AUTH_TOKEN)).json()).toMatchObject({ status: 'active' })
    expect((await ask('another')).status).toBe(401)
    expect(await said(/refused/)).toMatch(/^twilio {2}GET .*: refused with 401$/m)

    const models = await fetch(`${GOOGLE_GEMINI_BASE_URL}/v1beta/models`, {
      headers: { 'x-goog-api-key': GOOGLE_API_KEY, connection: 'close' },
    })
    expect(JSON.stringify(await models.json())).toContain('models/gemini-3.8-live')
    const live = `${GOOGLE_GEMINI_BASE_URL.replace('http', 'ws')}${LIVE_PATH}?key=${GOOGLE_API_KEY}`
    const setup = { model: 'models/gemini-3.8-live', volume: '\u001b[2J' }
    expect((await closedAfter(live, JSON.stringify({ setup }))).code).toBe(1007)
    const told = await said(/session 1: closed with 1007/)
    expect(told).toMatch(/^gemini {2}session 1: wrong: .*volume/m)
    expect(told).toMatch(/^[\x20-\x7e\n]+$/)
  })

  it('prints lines that a shell reads as the settings they are', async () => {
    const { lines, settings } = await start()
    const script = `${lines.join('\n')}\nprintf '%s\\n' "$TWILIO_PHONE_NUMBER" "$GOOGLE_API_KEY" "$TWILIO_BASE_URL"`
    const read = execFileSync('sh', ['-c', script], { encoding: 'utf8', env: {} }).trim().split('\n')
    expect(read).toEqual([settings.TWILIO_PHONE_NUMBER, settings.GOOGLE_API_KEY, settings.TWILIO_BASE_URL])
  })

  it('listens where it is told to', async () => {
    const [twilio, gemini] = [await freePort(), await freePort()]
    const { settings } = await start([
      ...['--port-twilio', String(twilio), '--port-gemini', String(gemini), '--json'],
    ])
    expect(settings.TWILIO_BASE_URL).toBe(`http://127.0.0.1:${twilio}`)
    expect(settings.GOOGLE_GEMINI_BASE_URL).toBe(`http://127.0.0.1:${gemini}`)
  })

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'ends with 0 at %s, frees its ports and takes its file away, which only its owner could read',
    async (signal) => {
      const file = join(folder, 'sim.env')
      const { settings, stop } = await start(['--json', '--write-env', 'sim.env'])
      expect(parse(readFileSync(file))).toEqual(settings)
      expect(statSync(file).mode & 0o777).toBe(0o600)
      expect(await stop(signal)).toBe(0)
      expect(existsSync(file)).toBe(false)
      await expect(fetch(`${settings.TWILIO_BASE_URL}/`)).rejects.toThrow()
      await expect(fetch(`${settings.GOOGLE_GEMINI_BASE_URL}/`)).rejects.toThrow()
    },
  )

  it('writes over the file of another run, removes only its own, and touches no other', async () => {
    const file = join(folder, 'sim.env')
    const first = await start(['--json', '--write-env', file])
    const { settings } = await start(['--json', '--write-env', file])
    expect(parse(readFileSync(file))).toEqual(settings)
    await first.stop('SIGHUP')
    expect(parse(readFileSync(file))).toEqual(settings)

    const own = join(folder, '.env')
    await writeFile(own, 'GOOGLE_API_KEY=mine\n')
    const { exitCode, stdout, stderr } = await runBinary(['simulator', '--write-env', '.env'], folder)
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
    expect(stderr).toMatch(/^error: --write-env: '\.env' is there already/)
    expect(readFileSync(own, 'utf8')).toBe('GOOGLE_API_KEY=mine\n')
  })

  it('says that a port is taken, and leaves nothing open', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    cleanUps.push(async () => taken.close())
    const { port } = taken.address() as AddressInfo
    for (const flag of ['--port-twilio', '--port-gemini']) {
      const { exitCode, stdout, stderr } = await runBinary(['simulator', flag, String(port)], folder)
      expect({ exitCode, stdout }).toEqual({ exitCode: 8, stdout: '' })
      expect(stderr).toMatch(
        new RegExp(`^error: port ${port} of 127\\.0\\.0\\.1 cannot be had \\(EADDRINUSE\\)\n`),
      )
    }
  })

  it.each<[string[], RegExp]>([
    [['none'], /no scenario called none/],
    [['--speed', '0'], /^error: --speed must be a number from 0\.1 to 50, not '0'\n$/],
    [
      ['--speed', 'fast', '--port-twilio', '-1'],
      /2 things.*\n {2}--port-twilio must be.*\n {2}--speed must be/,
    ],
    [['--port-twilio', '4010', '--port-gemini', '4010'], /must differ/],
    [['--write-env', 'none/sim.env'], /^error: --write-env: the file cannot be written \(ENOENT\)\n/],
  ])('%j is a usage error', async (args, words) => {
    const { exitCode, stdout, stderr } = await runBinary(['simulator', ...args], folder)
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
    expect(stderr).toMatch(words)
  })
})
