import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { createServer as createTcpServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { CALL, startRun } from '../journal/noting-run.ts'
import { openBench, refusal } from './status-bench.ts'

const CALLEE = '+12025550123'
const EVERYTHING = [
  ...['node', 'settings', 'files', 'earlier-runs', 'called-number', 'hour', 'twilio-account'],
  ...['twilio-balance', 'calling-number', 'permission', 'price', 'gemini-key', 'gemini-model'],
  ...['gemini-session', 'public-address'],
]

describe('status, when all is well', () => {
  it('says so of everything, in a fixed order, and ends with 0', async () => {
    const bench = await openBench()
    const report = await bench.report({ to: CALLEE, deep: true })
    expect(report.checks.filter(({ state }) => state !== 'ok')).toEqual([])
    expect(report.checks.map(({ name }) => name)).toEqual(EVERYTHING)
    expect({ exitCode: report.exitCode, ready: report.ready }).toEqual({ exitCode: 0, ready: true })
    expect(report.of('twilio-balance').detail).toBe('42.17 USD')
    expect(report.of('price').detail).toContain('0.014 USD a minute')
    expect(report.of('public-address').detail).toContain(bench.settings.PUBLIC_WS_URL)
    expect(report.of('gemini-session').detail).toMatch(/^opened in .+, spoke .+ later$/)
    for (const { ms, hint } of report.checks) expect([typeof ms, hint]).toEqual(['number', null])
  })

  it('rings nobody, closes what it opened and leaves no file', async () => {
    const bench = await openBench()
    await bench.report({ to: CALLEE, deep: true })
    expect(bench.simulation.twilio.requests.every(({ method }) => method === 'GET')).toBe(true)
    expect(bench.simulation.twilio.calls).toEqual([])
    await bench.simulation.gemini.waitFor(() => bench.simulation.gemini.sessions[0]?.closed)
    expect(bench.simulation.gemini.sessions.flatMap(({ violations }) => violations)).toEqual([])
    const port = Number(bench.settings.PORT)
    const server = createTcpServer().listen(port, '127.0.0.1')
    await new Promise((resolve, reject) => server.once('listening', resolve).once('error', reject))
    await new Promise((resolve) => server.close(resolve))
    expect(await readdir(bench.home)).toEqual([])
  })

  it('shows no secret, whatever is asked for', async () => {
    const bench = await openBench()
    const { TWILIO_AUTH_TOKEN = '', GOOGLE_API_KEY = '' } = bench.settings
    const shown = [
      await bench.read({ verbose: true, to: CALLEE }),
      await bench.report({ to: CALLEE }),
      await bench.report(
        {},
        {
          settings: { TWILIO_ACCOUNT_SID: 'ACwrong', GOOGLE_GEMINI_BASE_URL: bench.settings.TWILIO_BASE_URL },
        },
      ),
    ]
    for (const { stdout } of shown)
      for (const secret of [TWILIO_AUTH_TOKEN, GOOGLE_API_KEY]) {
        expect(secret.length).toBeGreaterThan(8)
        expect(stdout).not.toContain(secret)
      }
  })

  it('shows no secret even when a service repeats that of another', async () => {
    const body = { error: { code: 400, message: '', status: 'INVALID_ARGUMENT' } }
    const bench = await openBench({ overrides: [{ path: /\/models/, reply: { status: 400, body } }] })
    body.error.message = `strange: ${bench.settings.TWILIO_AUTH_TOKEN}`
    const shown = [await bench.report(), await bench.read(), await bench.read({}, { tty: true })]
    for (const { stdout } of shown) expect(stdout).toContain('strange: ***')
  })
})

describe('status on this machine', () => {
  it('looks at nothing beyond it with --offline', async () => {
    const bench = await openBench()
    const report = await bench.report({ offline: true, deep: true, to: CALLEE })
    expect(report.checks.map(({ name }) => name)).toEqual(EVERYTHING.slice(0, 6))
    expect(report.exitCode).toBe(0)
    expect(bench.simulation.twilio.requests).toEqual([])
    expect(bench.simulation.gemini.sessions).toEqual([])
  })

  it('skips what lacks a setting, names it, and looks at the rest', async () => {
    const bench = await openBench()
    const settings = { TWILIO_AUTH_TOKEN: undefined, GOOGLE_GEMINI_BASE_URL: 'http://example.com' }
    const report = await bench.report({ to: CALLEE, deep: true }, { settings })
    expect(report.of('settings')).toMatchObject({ state: 'failed', detail: '2 are missing or wrong' })
    for (const name of ['twilio-account', 'twilio-balance', 'calling-number', 'permission', 'price'])
      expect(report.of(name)).toMatchObject({ state: 'skipped', ms: null, detail: 'needs TWILIO_AUTH_TOKEN' })
    for (const name of ['gemini-key', 'gemini-model', 'gemini-session'])
      expect(report.of(name)).toMatchObject({ state: 'skipped', detail: 'needs GOOGLE_GEMINI_BASE_URL' })
    expect(report.of('public-address').state).toBe('ok')
    const rows = Object.fromEntries(report.settings.map((row) => [row.name, row]))
    expect(rows.TWILIO_AUTH_TOKEN).toMatchObject({ state: 'missing', source: null })
    expect(rows.GOOGLE_GEMINI_BASE_URL).toMatchObject({ state: 'wrong', source: 'environment' })
  })

  it('fails when calls cannot be kept', async () => {
    const bench = await openBench()
    await writeFile(join(bench.home, 'data'), '')
    const report = await bench.report({ offline: true })
    expect(report.of('files')).toMatchObject({
      state: 'failed',
      hint: expect.stringContaining('AI_CALLER_HOME'),
    })
    expect(report.exitCode).toBe(2)
  })

  it('fails when nobody can tell who does not want to be called', async () => {
    const bench = await openBench()
    await mkdir(join(bench.home, 'data', 'do-not-call.txt'), { recursive: true })
    const report = await bench.report({ offline: true })
    expect(report.of('files')).toMatchObject({
      state: 'failed',
      detail: expect.stringContaining('do-not-call'),
    })
  })

  it('warns of calls that an earlier run left behind', async () => {
    const bench = await openBench()
    const run = startRun(join(bench.home, 'data'))
    await run.step('intend', CALL)
    await run.kill()
    const report = await bench.report({ offline: true })
    expect(report.of('earlier-runs')).toMatchObject({
      state: 'warning',
      detail: expect.stringContaining(`a call to ${CALL.to}`),
      hint: "'ai-caller hangup --all' ends it.",
    })
    expect(report.exitCode).toBe(0)
  })
})

describe('what status prints', () => {
  it('is a line for each check in a pipe, in order, with mark, title, time and detail', async () => {
    const bench = await openBench({ faults: { trialAccount: true } })
    const { stdout, exitCode } = await bench.read()
    const titles = [...stdout.matchAll(/^([✓!✗?–]) (.{14}) ( *[\d.]+ m?s) {2}\S/gm)].map((match) =>
      match[2]?.trim(),
    )
    expect(titles).toEqual([
      ...['Node.js', 'Settings', 'Files', 'Earlier runs', 'Twilio account', 'Twilio balance'],
      ...['Calling number', 'Gemini key', 'Gemini model', 'Public address'],
    ])
    expect(stdout).toMatch(/^✗ Twilio account .*trial account.*\n {4}→ Upgrade/m)
    expect(stdout).toMatch(/\n\nNot ready: 1 check failed\.\n$/)
    expect(exitCode).toBe(2)
  })

  it('is calm about settings that are right, unless asked for all of them', async () => {
    const bench = await openBench()
    const calm = await bench.read({ offline: true })
    expect(calm.stdout).toMatch(/^✓ Settings .*all that a call needs are set \(9 in the environment\)$/m)
    expect(calm.stdout).not.toContain('TWILIO_AUTH_TOKEN')
    expect(calm.stdout).toMatch(/\nReady, as far as can be seen without the network\.\n$/)
    const whole = await bench.read({ offline: true, verbose: true })
    expect(whole.stdout).toMatch(
      /^ {4}✓ set +TWILIO_AUTH_TOKEN +32 characters, not shown \(from environment\)$/m,
    )
    expect(whole.stdout).toMatch(/^ {4}· default NGROK_DOMAIN +ngrok's choice$/m)
  })

  it('appears on a terminal as it is found: what is slow comes last, and nothing comes twice', async () => {
    const bench = await openBench({ overrides: [{ path: /Accounts\/AC\w+\.json/, reply: 'silence' }] })
    const { stdout } = await bench.read({}, { tty: true, answerMs: 2000 })
    const marked = [...stdout.matchAll(/^[✓!✗?–] (.{14})/gm)].map((match) => match[1]?.trim())
    expect(marked).toHaveLength(10)
    expect(new Set(marked).size).toBe(10)
    expect(marked.at(-1)).toBe('Twilio account')
    expect(stdout).not.toContain('--deep')
    expect((await (await openBench()).read({}, { tty: true })).stdout).toMatch(/--to .*--deep.*\n$/)
  })

  it('says a remedy once, however many checks have it', async () => {
    const bench = await openBench()
    const { stdout } = await bench.read({}, { settings: { TWILIO_AUTH_TOKEN: 'wrong' } })
    expect(stdout.match(/Twilio rejected the credentials/g)?.length).toBeGreaterThan(1)
    expect(stdout.match(/→ Check TWILIO_ACCOUNT_SID/g)).toHaveLength(1)
  })

  it('says a remedy below every check that fails', async () => {
    const bench = await openBench({ overrides: [{ path: /\/Accounts\//, reply: refusal(500, 0, 'down') }] })
    const { stdout } = await bench.read()
    const failed = stdout.split(/^(?=[✓!✗?–] )/m).filter((part) => part.startsWith('✗'))
    expect(failed.length).toBeGreaterThan(1)
    for (const part of failed) expect(part).toContain('→ ')
  })

  it('cannot be steered by what a service says', async () => {
    const reply = refusal(400, 0, 'bad \u001b[2J\u202e things')
    const bench = await openBench({ overrides: [{ path: /Accounts\/AC\w+\.json/, reply }] })
    for (const { stdout } of [await bench.read(), await bench.report()])
      for (const steering of ['\u001b', '\u202e']) expect(stdout).not.toContain(steering)
  })
})
