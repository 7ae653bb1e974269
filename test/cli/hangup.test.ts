import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { hangup } from '../../src/cli/commands/hangup.ts'
import type { SimulatedTwilio } from '../../src/sim/twilio/observations.ts'
import { startRun } from '../journal/noting-run.ts'
import { CALLEE, startBench } from '../sim/twilio-bench.ts'

const CALL_SID = 'CA0123456789abcdef0123456789abcdef'

let home: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'ai-caller-hangup-'))
  vi.stubEnv('AI_CALLER_HOME', home)
  for (const name of ['TWILIO_ACCOUNT_SID', 'TWILIO_AUTH_TOKEN', 'TWILIO_BASE_URL']) vi.stubEnv(name, '')
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(home, { recursive: true })
})

/** Runs the command as the program does; both outputs as text. */
async function run(call: string | undefined, flags: { all?: boolean; json?: boolean } = {}) {
  const output = { stdout: '', stderr: '' }
  const stream = (name: keyof typeof output) =>
    Object.assign(
      new PassThrough().on('data', (chunk: Buffer) => {
        output[name] += chunk
      }),
      { isTTY: false },
    ) as unknown as NodeJS.WriteStream // Of a terminal's abilities, this command uses none.
  const environment = { FORCE_COLOR: undefined, TERM: undefined, CI: undefined }
  const exitCode = await hangup(call, flags, {
    stdout: stream('stdout'),
    stderr: stream('stderr'),
    environment,
  })
  await new Promise((resolve) => setImmediate(resolve))
  return { exitCode, ...output }
}

/** A phone that rings for long, and the settings that lead to it. */
async function openTwilio(faults = {}) {
  const bench = await startBench({ speed: 1, phone: { ringMs: 60_000 }, faults })
  use(bench.twilio)
  return bench
}

function use({ accountSid, authToken, baseUrl }: SimulatedTwilio): void {
  vi.stubEnv('TWILIO_ACCOUNT_SID', accountSid)
  vi.stubEnv('TWILIO_AUTH_TOKEN', authToken)
  vi.stubEnv('TWILIO_BASE_URL', baseUrl)
}

/** A run that noted a call and was killed. */
async function leave({ accountSid, phoneNumber }: SimulatedTwilio, callSid?: string): Promise<void> {
  const noting = startRun(home, { accountSid })
  await noting.step('intend', { to: CALLEE, from: phoneNumber, longestMs: 360_000 })
  if (callSid) await noting.step('placed', callSid)
  await noting.kill()
}
const notes = () => readdir(join(home, 'live'))

describe('hangup --all', () => {
  it('needs no settings when nothing was left behind', async () => {
    const { exitCode, stdout, stderr } = await run(undefined, { all: true })
    expect([exitCode, stderr]).toEqual([0, ''])
    expect(stdout).toBe(`Nothing to end: ${home} knows of no call that was left behind.\n`)
    expect(await run(undefined, { all: true, json: true })).toEqual({ exitCode: 0, stdout: '', stderr: '' })
  })

  it('L4 ends every call of dead runs, a line each, and forgets them', async () => {
    const { twilio, dial } = await openTwilio()
    const [one, two] = [await dial(), await dial({ to: '+12025550188' })]
    await leave(twilio, one.sid)
    await leave(twilio, two.sid)
    const { exitCode, stdout, stderr } = await run(undefined, { all: true })
    expect([exitCode, stderr]).toEqual([0, ''])
    expect(stdout.split('\n')).toEqual([
      ...[one, two].map(({ sid }) => expect.stringMatching(`^${sid} to .* of .*: ended$`)),
      '',
    ])
    expect([one.endedBy, two.endedBy]).toEqual(['rest', 'rest'])
    expect(await notes()).toEqual([])
  })

  it('finds and ends a call whose run died before it heard the SID', async () => {
    const { twilio, dial } = await openTwilio()
    await leave(twilio)
    const call = await dial()
    const { exitCode, stdout } = await run(undefined, { all: true, json: true })
    expect(exitCode).toBe(0)
    expect(JSON.parse(stdout)).toEqual({
      callSid: call.sid,
      to: CALLEE,
      startedAt: expect.stringMatching(/^\d{4}-.*Z$/),
      result: 'ended',
    })
    expect(call.endedBy).toBe('rest')
    expect(await notes()).toEqual([])
  })

  it('says of a call that is over that it was', async () => {
    const { twilio, dial } = await openTwilio()
    const call = await dial()
    await leave(twilio, call.sid)
    await run(call.sid)
    await leave(twilio, call.sid)
    const { exitCode, stdout } = await run(undefined, { all: true })
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/: was over already\n$/)
  })

  it('L13 never touches the call of a run that lives', async () => {
    const { twilio, dial } = await openTwilio()
    const call = await dial()
    const noting = startRun(home, { accountSid: twilio.accountSid })
    await noting.step('intend', { to: CALLEE, from: twilio.phoneNumber, longestMs: 360_000 })
    await noting.step('placed', call.sid)
    expect((await run(undefined, { all: true })).stdout).toMatch(/^Nothing to end/)
    expect(call.endedBy).toBeUndefined()
    expect(await notes()).toHaveLength(1)
  })

  it('is 10, with reason and remedy, and keeps the note while Twilio does not end the call', async () => {
    const { twilio, dial } = await openTwilio({ hangUpErrors: 3 })
    const call = await dial()
    await leave(twilio, call.sid)
    const { exitCode, stdout, stderr } = await run(undefined, { all: true })
    expect(exitCode).toBe(10)
    expect(stdout).toMatch(/: may still be running \(Twilio still shows it as .*\)\n$/)
    expect(stderr).toMatch(/console\.twilio\.com/)
    expect(await notes()).toHaveLength(1)
    expect((await run(undefined, { all: true })).exitCode).toBe(0)
    expect(call.endedBy).toBe('rest')
    expect(await notes()).toEqual([])
  })

  it('is 5 when Twilio refuses the credentials, and neither tells them nor forgets the call', async () => {
    const { twilio } = await openTwilio()
    await leave(twilio, CALL_SID)
    vi.stubEnv('TWILIO_AUTH_TOKEN', 'wrong-but-secret')
    const { exitCode, stdout, stderr } = await run(undefined, { all: true, json: true })
    expect(exitCode).toBe(5)
    expect(JSON.parse(stdout)).toMatchObject({
      callSid: CALL_SID,
      result: 'unknown',
      hint: expect.stringMatching(/TWILIO_AUTH_TOKEN/),
    })
    expect(stdout + stderr).not.toContain('wrong-but-secret')
    expect(await notes()).toHaveLength(1)
  })

  it('asks nothing about a call of another account', async () => {
    const { twilio } = await openTwilio()
    await leave({ ...twilio, accountSid: 'ACanother', phoneNumber: '+12025550100' }, CALL_SID)
    const { exitCode, stdout } = await run(undefined, { all: true })
    expect(exitCode).toBe(10)
    expect(stdout).toContain('ACanother')
    expect(twilio.requests).toEqual([])
  })

  it('tells what is missing when there is a call to end', async () => {
    const { twilio } = await openTwilio()
    await leave(twilio, CALL_SID)
    vi.stubEnv('TWILIO_AUTH_TOKEN', '')
    await expect(run(undefined, { all: true })).rejects.toMatchObject({ code: 'settings' })
  })

  it('warns of files that are no notes, without what steers a terminal', async () => {
    const { twilio, dial } = await openTwilio()
    await leave(twilio, (await dial()).sid)
    await writeFile(join(home, 'live', '\u001b[2J.json'), '{')
    const { exitCode, stderr } = await run(undefined, { all: true })
    expect(exitCode).toBe(0)
    expect(stderr).toMatch(/^warning: '\?\[2J\.json' in .* cannot be read/)
  })
})

describe('hangup <call>', () => {
  it('ends the call, whether a run has noted it or not', async () => {
    const { twilio, dial } = await openTwilio()
    const [noted, other] = [await dial(), await dial()]
    await leave(twilio, noted.sid)
    expect(await run(other.sid)).toEqual({ exitCode: 0, stdout: `${other.sid}: ended\n`, stderr: '' })
    expect(noted.endedBy).toBeUndefined()
    expect((await run(noted.sid)).stdout).toMatch(/: ended\n$/)
    expect(await notes()).toEqual([])
  })

  it('is 10 when Twilio knows no such call: the SID may be mistyped', async () => {
    await openTwilio()
    const { exitCode, stdout, stderr } = await run(CALL_SID)
    expect(exitCode).toBe(10)
    expect(stdout).toMatch(/^CA0.*: may still be running \(Twilio knows no such call of the account AC/)
    expect(stderr).toMatch(/Check the SID/)
  })

  it.each([
    [undefined, {}],
    [CALL_SID, { all: true }],
    ['+12025550123', {}],
    ['../CA1', {}],
    ['CA1\u001b[2J', {}],
  ])('is a usage error with %j and %j, and asks nothing', async (call, flags) => {
    const failure = await run(call, flags).catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'usage', hint: expect.stringContaining('CA') })
    expect(String(failure)).not.toContain('\u001b')
  })
})
