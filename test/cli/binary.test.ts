import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { COMPLETE } from './complete-settings.ts'
import { type Run, runBinary, startBinary } from './run-binary.ts'

const SECRETS = ['twilio-secret', 'google-secret', 'ngrok-secret']

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ai-caller-cli-'))
})
afterAll(() => rm(folder, { recursive: true }))

/** Numbers are not to be refused because the tests run at night. */
const run = (args: string[], env: Record<string, string> = {}): Promise<Run> =>
  runBinary(args[0] === 'call' ? ['call', '--allow-any-hour', ...args.slice(1)] : args, folder, env)

describe('help and version', () => {
  it('--version is that of package.json', async () => {
    const manifest = readFileSync(resolve(import.meta.dirname, '../../package.json'), 'utf8')
    const { exitCode, stdout, stderr } = await run(['--version'])
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    expect(manifest).toContain(`"version": "${stdout.trim()}"`)
  })

  it.each([[['--help']], [['help']], [[]]])('%j shows the commands with examples', async (args) => {
    const { exitCode, stdout, stderr } = await run(args)
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    for (const word of ['call', 'status', 'voices', 'script', 'Examples:', '--simulate'])
      expect(stdout).toContain(word)
  })

  it('call --help shows every flag, and none for a secret', async () => {
    const { exitCode, stdout } = await run(['call', '--help'])
    expect(exitCode).toBe(0)
    const flags = [...stdout.matchAll(/^ +(?:-\w, )?(--[\w-]+)/gm)].map((match) => match[1])
    expect([...new Set(flags)].sort()).toEqual(
      [
        ...[
          '--voice',
          '--model',
          '--prompt',
          '--greeting',
          '--language',
          '--from',
          '--max-duration',
          '--ring-timeout',
        ],
        ...[
          '--input-rate',
          '--json',
          '--quiet',
          '--verbose',
          '--no-color',
          '--simulate',
          '--dry-run',
          '--public-url',
        ],
        ...['--port', '--record', '--no-record', '--out', '--help'],
        ...['--max-turns', '--silence-timeout', '--start-sensitivity', '--end-sensitivity'],
        ...['--prefix-padding', '--silence-duration'],
        ...['--script', '--var', '--digits', '--detect-machine', '--on-machine', '--voicemail-message'],
        ...['--transfer-to', '--allow-any-hour', '--yes'],
      ].sort(),
    )
  })

  it.each([
    [['--version'], []],
    [['--help'], ['LOADED commander']],
    [['call', '--help'], ['LOADED commander']],
    ...['exit-codes', 'settings', 'scripts', 'events'].map((topic) => [
      ['help', topic],
      ['LOADED commander'],
    ]),
    ...['bash', 'zsh', 'fish'].map((shell) => [['completion', shell], ['LOADED commander']]),
  ])('%j loads no vendor but %j', async (args, vendors) => {
    const hook = join(folder, 'loaded.mjs')
    await writeFile(
      hook,
      `import { registerHooks, register } from 'node:module'
       const source = "export async function resolve(name, context, next) { if (!/^[./]|^node:|^file:/.test(name)) console.error('LOADED ' + name); return next(name, context) }"
       register('data:text/javascript,' + encodeURIComponent(source))`.replace('registerHooks, ', ''),
    )
    const { stderr } = await run(args, { NODE_OPTIONS: `--import=${hook}` })
    expect([...new Set(stderr.match(/LOADED .*/g))]).toEqual(vendors)
  })
})

describe('a usage error', () => {
  it.each<[string[], RegExp]>([
    [['call'], /missing required argument 'number'\nSee 'ai-caller call --help'/],
    [['help', 'cal'], /unknown command or topic 'cal'.*Did you mean call\?/],
    [['--nonsense'], /unknown option '--nonsense'\nSee 'ai-caller --help'/],
    [['cal'], /unknown command 'cal'.*Did you mean call\?/],
    [['call', '+12025550123', '--vioce', 'Kore'], /unknown option '--vioce'.*Did you mean --voice\?/],
    [['call', '+12025550123', '--voice'], /argument missing/],
    [['call', '+1', '202', '555', '0123'], /too many arguments.*quotes/],
    [['call', '+12025550123', '--auth-token=hush'], /unknown option '--auth-token'.*never flags/],
    [['call', '911', '--simulate'], /'911' is an emergency number/],
    [['call', '--simulate', '911'], /'911' is an emergency number/],
    [['call', '2025550123', '--simulate'], /lacks the plus/],
    [['call', '+12025550123', '--simulate', '--max-duration', '5'], /--max-duration must be a duration/],
    [
      ['call', '+12025550123', '--simulate', '--prompt', '@none.txt'],
      /--prompt names a file that cannot be read/,
    ],
    [
      ['call', '2025550123', '--simulate', 'none', '--out', process.execPath],
      /^error: 3 things.*\n.*lacks the plus.*\n.*no scenario called none.*\n.*--out must name a folder/,
    ],
    [['call', '+12025550123', '--simulate', 'none', '--dry-run'], /no scenario called none/],
    [['call', '+12025550123', '--simulate='], /--simulate must name a scenario or its file/],
    [['call', '+12025550123', '--simulate', '-qv'], /--quiet contradicts --verbose/],
    [['voices', 'extra'], /too many arguments.*got 1\.\nSee/],
    [['call', '\u001B[2J\u009B'], /is not a phone number/],
  ])('%j ends with 2 and a sentence on stderr', async (args, sentence) => {
    const { exitCode, stdout, stderr } = await run(args)
    expect(exitCode).toBe(2)
    expect(stdout).toBe('')
    expect(stderr).toMatch(sentence)
    expect(stderr).toMatch(/^error: /)
    expect(stderr).not.toMatch(/\n\s+at |hush/)
    expect(stderr).toMatch(/^[\x20-\x7E\n]+$/)
  })

  it('names every missing setting at once', async () => {
    const { exitCode, stdout, stderr } = await run(['call', '+12025550123', '--json'])
    expect(exitCode).toBe(2)
    expect(stdout).toBe('')
    for (const name of Object.keys(COMPLETE)) expect(stderr).toMatch(new RegExp(`${name} is missing: `))
  })
})

describe('the hour', () => {
  /** Around the globe, with less than a night from each to the next: it is always night in one of them. */
  const numbers = {
    '+4930901820': 'Europe/Berlin',
    '+862161234567': 'Asia/Shanghai',
    '+6493070000': 'Pacific/Auckland',
    '+18085550123': 'Pacific/Honolulu',
    '+12125550123': 'America/New_York',
  }
  const hourIn = (timeZone: string) =>
    Number(
      new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', hourCycle: 'h23' }).format(new Date()),
    )
  const isNight = (timeZone: string) => hourIn(timeZone) >= 21 || hourIn(timeZone) < 8
  const night = Object.entries(numbers).find(([, zone]) => isNight(zone))
  if (!night) throw new Error('it is day everywhere')

  it('at night refuses the call, but not a dry run, which only warns, nor with --allow-any-hour', async () => {
    const [number, zone] = night
    const refused = await runBinary(['call', number], folder, COMPLETE)
    expect(refused.exitCode).toBe(2)
    expect(refused.stderr).toContain(zone)
    expect(refused.stderr).toContain('--allow-any-hour')
    const dry = await runBinary(['call', number, '--dry-run'], folder, COMPLETE)
    expect(dry.exitCode).toBe(0)
    expect(dry.stderr).toContain(`warning: it is `)
    const asked = await runBinary(['call', number, '--dry-run', '--allow-any-hour'], folder, COMPLETE)
    expect({ exitCode: asked.exitCode, stderr: asked.stderr }).toEqual({ exitCode: 0, stderr: '' })
  })
})

describe('a crash', () => {
  it.each(['throw error', 'void Promise.reject(error)'])(
    'by %j ends with 1, one sentence, no stack and no secret',
    async (crash) => {
      const hook = join(folder, 'crash.mjs')
      await writeFile(
        hook,
        `const error = new Error('lost twilio-secret \\u001B[2J')
       process.on('newListener', (name) => { if (name === 'unhandledRejection') setImmediate(() => { ${crash} }) })`,
      )
      const { exitCode, stderr } = await run(['voices'], { ...COMPLETE, NODE_OPTIONS: `--import=${hook}` })
      expect(exitCode).toBe(1)
      expect(stderr).toBe(
        'error: something unexpected happened: lost *** [2J\nThis is a bug in ai-caller; please report it.\n',
      )
    },
  )

  it('is put down to Node where that is too old', async () => {
    const hook = join(folder, 'old.mjs')
    await writeFile(
      hook,
      `Object.defineProperty(process, 'version', { value: 'v18.20.8' })
       process.on('newListener', (name) => { if (name === 'unhandledRejection') setImmediate(() => { throw new Error('no such function') }) })`,
    )
    const { stderr } = await run(['voices'], { NODE_OPTIONS: `--import=${hook}` })
    expect(stderr).toBe(
      'error: Node.js v18.20.8 is too old: something unexpected happened: no such function\nInstall Node.js 20.19 or newer from https://nodejs.org.\n',
    )
  })
})

describe('voices', () => {
  it('lists 30, the first eight marked', async () => {
    const { exitCode, stdout } = await run(['voices'])
    expect(exitCode).toBe(0)
    expect(stdout.match(/^[* ] [A-Z]\w+ +\S+$/gm)).toHaveLength(30)
    expect(stdout.match(/^\* [A-Z]/gm)).toHaveLength(8)
    expect(stdout).toMatch(/^\* Kore +Firm$/m)
  })

  it('--json is an array', async () => {
    const { stdout } = await run(['voices', '--json'])
    expect(JSON.parse(stdout)).toHaveLength(30)
    expect(JSON.parse(stdout)[0]).toEqual({ name: 'Puck', character: 'Upbeat', original: true })
  })

  it('into a reader that goes away is no error', async () => {
    const child = startBinary(['voices'], folder)
    child.stdout.destroy()
    const [stderr, [exitCode]] = await Promise.all([text(child.stderr), once(child, 'close')])
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
  })
})

describe('--dry-run', () => {
  it('shows the call and dials nothing', async () => {
    const args = ['call', '+1 (202) 555-0123', '--dry-run', '--voice', 'puck', '--max-duration', '90s']
    const { exitCode, stdout, stderr } = await run(args, COMPLETE)
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    for (const line of [
      /to +\+12025550123 \(US\)/,
      /from +\+12025550199/,
      /voice +Puck/,
      /max duration +1m30s/,
      /ngrok tunnel/,
    ]) {
      expect(stdout).toMatch(line)
    }
    expect(stdout).toContain('nothing was dialled')
    for (const secret of SECRETS) expect(stdout).not.toContain(secret)
    expect((await readdir(folder)).filter((name) => !name.endsWith('.mjs'))).toEqual([])
  })

  it('shows what few calls change, where this one does, and only there', async () => {
    const usual = await run(['call', '+12025550123', '--dry-run'], COMPLETE)
    expect(usual.stdout).not.toMatch(/turns|silence|sensitivity|padding/)
    const given = { 'max turns': '7', 'silence timeout': '30s', 'start sensitivity': 'low' }
    const more = { 'end sensitivity': 'high', 'prefix padding': '0s', 'silence duration': '800ms' }
    const rows = Object.entries({ ...given, ...more })
    const flags = rows.flatMap(([name, value]) => [`--${name.replace(' ', '-')}`, value])
    const args = ['call', '+12025550123', '--dry-run', '--greeting', 'none', ...flags]
    const { exitCode, stdout } = await run(args, COMPLETE)
    expect(exitCode).toBe(0)
    for (const [name, value] of rows) expect(stdout).toMatch(new RegExp(`^  ${name} +${value}$`, 'm'))
    expect(stdout).toMatch(/greeting +none: the person speaks first/)
    expect(JSON.parse((await run([...args, '--json'], COMPLETE)).stdout)).toMatchObject({
      speaksFirst: 'person',
      greeting: null,
      maxTurns: 7,
      silenceTimeoutMs: 30_000,
      voiceActivity: {
        startSensitivity: 'low',
        endSensitivity: 'high',
        prefixPaddingMs: 0,
        silenceDurationMs: 800,
      },
    })
  })

  it('warns of an unknown voice and of a number nobody has, and goes on', async () => {
    const { exitCode, stderr } = await run(['call', '+15551234567', '--dry-run', '--voice', 'Kora'], COMPLETE)
    expect(exitCode).toBe(0)
    expect(stderr).toMatch(/warning: 'Kora' .*Kore/)
    expect(stderr).toMatch(/warning: \+15551234567 .*no country/)
  })

  it('--json is one object', async () => {
    const env = {
      ...COMPLETE,
      PUBLIC_WS_URL: 'https://calls.example.com/ws',
      PORT: '4000',
      AI_CALLER_HOME: '/kept',
    }
    const { stdout } = await run(['call', '+12025550123', '--dry-run', '--json', '--no-record'], env)
    expect(JSON.parse(stdout)).toMatchObject({
      to: '+12025550123',
      from: '+12025550199',
      voice: 'Kore',
      model: 'gemini-3.8-live',
      maxDurationMs: 300_000,
      publicAddress: 'wss://calls.example.com/ws',
      port: 4000,
      record: false,
      keptIn: resolve('/kept/calls'),
    })
  })

  it.each([
    [['--simulate', '+12025550123']],
    [['+12025550123', '--simulate']],
    [['--simulate=default', '+12025550123']],
  ])('of a simulated call needs no settings: %j', async (args) => {
    const { exitCode, stdout } = await run(['call', ...args, '--dry-run', '--json'])
    expect(exitCode).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ to: '+12025550123', simulate: 'default', from: null })
  })

  it('takes the scenario that is named', async () => {
    const { stdout } = await run(['call', '+12025550123', '--simulate', 'busy', '--dry-run', '--json'])
    expect(JSON.parse(stdout)).toMatchObject({ to: '+12025550123', simulate: 'busy' })
  })
})
