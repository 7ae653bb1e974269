/** Scripts from the command line: checked, shown, and refused. */
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Run, runBinary } from './run-binary.ts'

const EXAMPLES = resolve(import.meta.dirname, '../../examples')

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ai-caller-script-'))
  await writeFile(
    join(folder, 'good.yaml'),
    `description: Says hello.
prompt: Say hello to {{guest}}.
voice: kore
variables: { guest: , day: today }
transfer_to: { Dana: "+14155550123" }
digits: ww1
detect_machine: true
on_machine: leave-message
voicemail_message: Hello {{guest}}.
farewell_phrases: [So long]
tools:
  - name: look
    description: Looks.
    http: { url: https://api.example.com/look, headers: { Authorization: Bearer $LOOK_TOKEN } }
mcp_servers:
  calendar: { command: calendar-server }
`,
  )
  await writeFile(
    join(folder, 'bad.yaml'),
    `prompt: Be kind to {{guest}}.
voise: Kore
max_duration: 9h
max_turns: [1]
transfer_to: { Dana: "2025550123" }
tools:
  - name: look
    description: Looks.
    parameters: { type: object, properties: { day: { type: date } } }
    http: { url: http://192.168.0.1/look }
`,
  )
})
afterAll(() => rm(folder, { recursive: true }))

const run = (args: string[], env: Record<string, string> = {}): Promise<Run> => runBinary(args, folder, env)
const SIMULATED = ['call', '+12025550123', '--simulate', '--dry-run']

describe('script check', () => {
  it('says of every good script what it is and what it needs, and ends with 0', async () => {
    const { exitCode, stdout, stderr } = await run(['script', 'check', 'good.yaml'], { LOOK_TOKEN: 'hush' })
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    expect(stdout).toBe(
      'ok  good.yaml  (Says hello.; variables: guest needed, day; tools: look, calendar (MCP))\n',
    )
  })

  it('says every problem with its line and ends with 2; the good ones are good all the same', async () => {
    const { exitCode, stdout } = await run(['script', 'check', 'bad.yaml', 'good.yaml', 'none.yaml'])
    expect(exitCode).toBe(2)
    expect(stdout.split('\n')).toEqual([
      expect.stringMatching(/^bad\.yaml:2: unknown key "voise"; known here: /),
      "bad.yaml:3: max_duration must be from 1s to 4h, not '9h'",
      'bad.yaml:4: max_turns must be text or a number',
      expect.stringMatching(/^bad\.yaml:5: transfer_to cannot be used: '2025550123' lacks the plus/),
      expect.stringMatching(/^bad\.yaml:9: tools\.parameters\.properties\.day\.type must be one of: string/),
      expect.stringMatching(/^bad\.yaml:10: tools\.http\.url must not lead to a private address/),
      expect.stringMatching(/^ok {2}good\.yaml/),
      'none.yaml cannot be read: there is no such file',
      '',
    ])
  })

  it('warns of what the environment lacks, and of a voice that nobody knows', async () => {
    await writeFile(join(folder, 'voice.yaml'), 'prompt: x\nvoice: Kora\n')
    const { exitCode, stdout, stderr } = await run(['script', 'check', 'good.yaml', 'voice.yaml'])
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/^ok {2}good.*\nok {2}voice/)
    expect(stderr).toMatch(/^warning: good\.yaml:14: LOOK_TOKEN is not set/)
    expect(stderr).toMatch(/\nwarning: voice\.yaml:2: 'Kora' is none of the voices.*Kore/)
  })

  it('takes values for variables, and refuses those that no script has', async () => {
    const given = await run(['script', 'check', 'good.yaml', '--var', 'guest=Kim'])
    expect(given.stdout).toContain('variables: guest given, day')
    const { exitCode, stderr } = await run([
      'script',
      'check',
      'good.yaml',
      '--var',
      'geust=Kim',
      '--var',
      'x',
    ])
    expect(exitCode).toBe(2)
    expect(stderr).toContain("error: --var 'geust' is no variable of the script; it has: guest, day\n")
    expect(stderr).toContain("error: --var must be name=value, not 'x'\n")
  })

  it('--json is an array with an object for each file', async () => {
    const { exitCode, stdout } = await run([
      'script',
      'check',
      'good.yaml',
      'bad.yaml',
      'none.yaml',
      '--json',
    ])
    expect(exitCode).toBe(2)
    expect(JSON.parse(stdout)).toMatchObject([
      {
        file: 'good.yaml',
        ok: true,
        description: 'Says hello.',
        variables: [
          { name: 'guest', default: null, given: false },
          { name: 'day', default: 'today', given: false },
        ],
        tools: ['look'],
        mcpServers: ['calendar'],
        problems: [],
        warnings: [{ line: 14, message: expect.stringContaining('LOOK_TOKEN') }],
      },
      {
        file: 'bad.yaml',
        ok: false,
        problems: expect.arrayContaining([{ line: 3, message: expect.any(String) }]),
      },
      {
        file: 'none.yaml',
        ok: false,
        problems: [{ line: 1, message: expect.stringContaining('no such file') }],
      },
    ])
  })

  it.each([
    [['script'], /Usage: ai-caller script/],
    [['script', 'check'], /missing required argument 'file'\nSee 'ai-caller script check --help'/],
    [['script', 'chek', 'x'], /unknown command 'chek'.*Did you mean check\?/],
  ])('%j is a usage error', async (args, text) => {
    const { exitCode, stdout, stderr } = await run(args)
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
    expect(stderr).toMatch(text)
  })

  it('finds nothing wrong with the examples', async () => {
    const files = (await readdir(EXAMPLES)).map((name) => join(EXAMPLES, name))
    const { exitCode, stdout, stderr } = await run(['script', 'check', ...files])
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    expect(stdout.match(/^ok /gm)).toHaveLength(3)
  })
})

describe('call --script', () => {
  it('shows what the script decides, and what flags decide instead', async () => {
    const args = [...SIMULATED, '--script', 'good.yaml', '--var', 'guest=Kim', '--voice', 'Puck']
    const { exitCode, stdout, stderr } = await run(args, { LOOK_TOKEN: 'hush' })
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    for (const line of [
      /script +good\.yaml$/m,
      /prompt +Say hello to Kim\.$/m,
      /voice +Puck$/m,
      /digits +ww1$/m,
      /machine detection +yes$/m,
      /on machine +leave-message: Hello Kim\.$/m,
      /transfer to +Dana \(\+14155550123\)$/m,
      /tools +look, calendar \(MCP\)$/m,
      /farewell phrases +So long$/m,
    ])
      expect(stdout).toMatch(line)
    expect(stdout).not.toContain('hush')
    const { stdout: json } = await run([...args, '--json'], { LOOK_TOKEN: 'hush' })
    expect(JSON.parse(json)).toMatchObject({
      script: 'good.yaml',
      digits: 'ww1',
      detectMachine: true,
      onMachine: { type: 'leave-message', message: 'Hello Kim.' },
      transferTo: [{ name: 'Dana', number: '+14155550123' }],
      farewells: ['So long'],
      tools: [{ name: 'look', method: 'GET', url: 'https://api.example.com/look' }],
      mcpServers: ['calendar'],
    })
    expect(json).not.toContain('hush')
  })

  it('lets --prompt win over the words of the script', async () => {
    const args = [...SIMULATED, '--script', 'good.yaml', '--var', 'guest=Kim', '--prompt', 'Sing.', '--json']
    expect(JSON.parse((await run(args, { LOOK_TOKEN: 'x' })).stdout)).toMatchObject({
      prompt: 'Sing.',
      digits: 'ww1',
    })
  })

  it('with any problem dials nothing, and tells all of them with those of the flags and the number', async () => {
    const args = [
      'call',
      '2025550123',
      '--simulate',
      '--script',
      'bad.yaml',
      '--max-turns',
      '0',
      '--digits',
      'x',
    ]
    const { exitCode, stdout, stderr } = await run(args)
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
    expect(stderr.split('\n').map((line) => line.trim())).toEqual([
      'error: 10 things are missing or wrong:',
      expect.stringContaining("'2025550123' lacks the plus"),
      'bad.yaml:1: the variable has no value: guest; give it with --var guest=...',
      expect.stringContaining('bad.yaml:2: unknown key'),
      'bad.yaml:4: max_turns must be text or a number',
      expect.stringContaining('bad.yaml:9: tools.parameters.properties.day.type must be one of'),
      expect.stringContaining('bad.yaml:10: tools.http.url must not lead to a private address'),
      "bad.yaml:3: max_duration must be from 1s to 4h, not '9h'",
      "--max-turns must be a number from 1 to 1000, not '0'",
      expect.stringContaining('--digits must be 1 to 32 keys'),
      expect.stringContaining("bad.yaml:5: transfer_to cannot be used: '2025550123' lacks the plus"),
      '',
    ])
  })

  it.each<[string[], RegExp]>([
    [['--script', 'none.yaml'], /^error: --script 'none\.yaml' cannot be read: there is no such file\n/],
    [['--script', '.'], /cannot be read: it is a folder/],
    [['--var', 'a=b'], /^error: --var needs --script/],
    [
      ['--transfer-to', 'me=+12025550123'],
      /^error: --transfer-to is \+12025550123, the very number that is called/,
    ],
    [['--transfer-to', '911'], /^error: --transfer-to cannot be used: '911' is an emergency number/],
    [['--voicemail-message', 'Hello.'], /^error: --voicemail-message has no effect/],
    [['--on-machine', 'leave-message'], /^error: --on-machine leave-message needs a message/],
  ])('%j is refused', async (flags, sentence) => {
    const { exitCode, stderr } = await run([...SIMULATED, ...flags])
    expect(exitCode).toBe(2)
    expect(stderr).toMatch(sentence)
  })
})

describe('the do-not-call list', () => {
  it('is heeded by every call, a simulated one too, for the callee and for transfers', async () => {
    const home = join(folder, 'home')
    await mkdir(home)
    await writeFile(join(home, 'do-not-call.txt'), '# nobody of these\n+1 202 555 0123\n')
    const env = { AI_CALLER_HOME: home }
    const refused = await run(SIMULATED, env)
    expect(refused.exitCode).toBe(2)
    expect(refused.stderr).toContain(
      `error: +12025550123 does not want to be called: ${home}/do-not-call.txt:2\n`,
    )
    const transfer = await run(
      ['call', '+14155550123', '--simulate', '--dry-run', '--transfer-to', '+12025550123'],
      env,
    )
    expect(transfer.stderr).toMatch(/--transfer-to cannot be used: \+12025550123 does not want to be called/)
    expect((await run(['call', '+14155550123', '--simulate', '--dry-run'], env)).exitCode).toBe(0)
  })

  it('lets nobody be called while it cannot be read', async () => {
    const home = join(folder, 'broken')
    await mkdir(join(home, 'do-not-call.txt'), { recursive: true })
    const { exitCode, stderr } = await run([...SIMULATED, '--transfer-to', '+14155550123'], {
      AI_CALLER_HOME: home,
    })
    expect(exitCode).toBe(2)
    expect(stderr).toBe(
      `error: the do-not-call list ${home}/do-not-call.txt cannot be read: it is a folder\nNobody is rung while it is unknown who does not want to be.\n`,
    )
  })
})
