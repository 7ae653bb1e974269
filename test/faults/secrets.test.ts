import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, type onTestFinished } from 'vitest'
import { createClock } from '../../src/flow/clock.ts'
import { startSimulation } from '../../src/sim/simulation.ts'
import { startBinary } from '../cli/run-binary.ts'
import { freePort } from '../stories/spawned.ts'
import { agent } from '../stories/story.ts'

/** Nobody prints these by chance; their signs look different in every way of writing. */
const TOKEN = 'canary+token/of=twilio&5ec2e7'
const KEY = 'canary+key/of=gemini&5ec2e7'
const AUTHTOKEN = 'canary+token/of=ngrok&5ec2e7'

type Cleaner = { onTestFinished: typeof onTestFinished }

/** The ways in which a secret may stand in a text. */
function spellings(secret: string): string[] {
  const bytes = Buffer.from(secret)
  const base64 = [0, 1, 2].map((shift) =>
    Buffer.concat([Buffer.alloc(shift, 'x'), bytes])
      .toString('base64')
      .slice(4, 28),
  )
  return [
    ...[secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1), bytes.toString('hex')],
    ...base64.flatMap((text) => [
      text,
      text.replaceAll('+', '-').replaceAll('/', '_'),
      encodeURIComponent(text),
    ]),
    ...([...secret].length > 12 ? [secret.slice(0, 14), secret.slice(-12)] : []),
  ]
}

/** All that the process left: both outputs, every file in its folder and its home but for `.env`, and what `ps` showed of it. */
async function leavings(test: Cleaner, args: string[], env: Record<string, string>) {
  const folder = await mkdtemp(join(tmpdir(), 'ai-caller-canary-'))
  test.onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const secrets = { TWILIO_AUTH_TOKEN: TOKEN, GOOGLE_API_KEY: KEY, NGROK_AUTHTOKEN: AUTHTOKEN }
  const lines = Object.entries({ ...secrets, ...env }).map(([name, value]) => `${name}='${value}'\n`)
  await writeFile(join(folder, '.env'), lines.join(''))
  const child = startBinary(args, folder, {
    AI_CALLER_HOME: join(folder, 'home'),
    DEBUG: '*',
    TWILIO_LOG_LEVEL: 'debug',
  })
  const chunks: Buffer[] = []
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => chunks.push(chunk))
  chunks.push(readFileSync(`/proc/${child.pid}/cmdline`))
  const exitCode = await new Promise<number | null>((resolve) => child.once('close', resolve))
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }))
    if (entry.isFile() && entry.name !== '.env') chunks.push(readFileSync(join(entry.parentPath, entry.name)))
  return { exitCode, all: Buffer.concat(chunks).toString('latin1') }
}

function expectNoSecret(text: string): void {
  for (const secret of [TOKEN, KEY, AUTHTOKEN])
    for (const spelling of spellings(secret)) expect(text).not.toContain(spelling)
}

const CALL = ['call', '+12025550123', '--allow-any-hour', '--verbose']
const NOWHERE = 'http://127.0.0.1:9'
/** Stands for the secret that the simulation takes. */
const RIGHT = '(right)'
const ALL_RIGHT = { TWILIO_AUTH_TOKEN: RIGHT, GOOGLE_API_KEY: RIGHT }

describe.skipIf(process.platform !== 'linux')('secrets', { timeout: 40_000 }, () => {
  it('A10 are found by this test wherever they stand and however they are written', () => {
    for (const secret of [TOKEN, KEY])
      for (const leak of [
        secret,
        `?key=${encodeURIComponent(secret)}`,
        Buffer.from(`ACf00dfacef00dfacef00dfacef00dface:${secret}`).toString('base64'),
        JSON.stringify({ secret }),
      ])
        expect(() => expectNoSecret(`lost ${leak} here`)).toThrow()
  })

  it.concurrent.for([
    ['refused by Twilio', 5, [...CALL], {}],
    ['refused by Twilio, told as JSON', 5, [...CALL, '--json'], {}],
    ['refused by Gemini', 7, [...CALL, '--json'], { TWILIO_AUTH_TOKEN: RIGHT }],
    ['sent to a Twilio that is not there', 5, [...CALL], { TWILIO_BASE_URL: NOWHERE, GOOGLE_API_KEY: RIGHT }],
    [
      'sent to a Gemini that is not there',
      7,
      [...CALL],
      { GOOGLE_GEMINI_BASE_URL: NOWHERE, TWILIO_AUTH_TOKEN: RIGHT },
    ],
    [
      'sent to an ngrok that is not there',
      8,
      [...CALL],
      { ...ALL_RIGHT, PUBLIC_WS_URL: '', NGROK_SERVER_ADDR: '127.0.0.1:9' },
    ],
    [
      'next to settings that are wrong',
      2,
      [...CALL],
      { PORT: 'x', TWILIO_ACCOUNT_SID: TOKEN, NGROK_DOMAIN: KEY },
    ],
    ['looked at by status', 2, ['status'], {}],
    ['shown by a dry run', 0, [...CALL, '--dry-run', '--json'], {}],
    ['asked for by hangup', 5, ['hangup', 'CA0123456789abcdef0123456789abcdef'], {}],
  ] as const)(
    'A10 %s: exit %i, not a byte of them is told, kept or shown by ps',
    async ([, code, args, more], test) => {
      const simulation = await startSimulation(
        {
          name: 'canary',
          speed: 1,
          phone: { ringMs: 300, outcome: 'answer' },
          turns: [agent('Hello.')],
          faults: {},
        },
        createClock(),
      )
      test.onTestFinished(simulation.close)
      const { TWILIO_AUTH_TOKEN: _token, GOOGLE_API_KEY: _key, ...addresses } = simulation.settings
      const port = await freePort()
      const own = { ...addresses, PORT: `${port}`, PUBLIC_WS_URL: `ws://127.0.0.1:${port}/ws` }
      const right: Record<string, string> = simulation.settings
      const env = Object.fromEntries(
        Object.entries({ ...own, ...more }).map(([name, value]) => [
          name,
          value === RIGHT ? (right[name] ?? '') : value,
        ]),
      )
      const { exitCode, all } = await leavings(test, [...args], env)
      expect(exitCode, all.slice(0, 2000)).toBe(code)
      expectNoSecret(all)
    },
  )

  it.concurrent('A16 stand in a folder whose .env sets a proxy and options of Node: exit 5, nobody else is asked', async (test) => {
    let knocks = 0
    const proxy = createServer((socket) => {
      knocks += 1
      socket.destroy()
    })
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
    test.onTestFinished(() => void proxy.close())
    const address = proxy.address()
    const url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`
    const proxies = ['HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy', 'https_proxy', 'ALL_PROXY'].map((name) => [
      name,
      url,
    ])
    const { exitCode, all } = await leavings(test, [...CALL], {
      ...Object.fromEntries(proxies),
      NODE_OPTIONS: '--require ./evil.cjs',
      NODE_TLS_REJECT_UNAUTHORIZED: '0',
      TWILIO_ACCOUNT_SID: 'ACf00dfacef00dfacef00dfacef00dface',
      TWILIO_PHONE_NUMBER: '+12025550100',
      TWILIO_BASE_URL: NOWHERE,
      GOOGLE_GEMINI_BASE_URL: NOWHERE,
      PUBLIC_WS_URL: 'ws://127.0.0.1:9/ws',
    })
    expect([5, 7, 8]).toContain(exitCode)
    expect(knocks).toBe(0)
    expect(all).not.toContain('evil')
  })
})
