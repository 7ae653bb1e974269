import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Command } from 'commander'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { commandPath, everyCommand } from '../../src/cli/help/command-path.ts'
import { TOPICS } from '../../src/cli/help/topics.ts'
import { usageSentence } from '../../src/cli/help/usage-error.ts'
import { createProgram } from '../../src/cli/program.ts'
import { COMPLETE } from './complete-settings.ts'
import { type Run, runBinary } from './run-binary.ts'

/** Nothing runs in these tests: the streams are only there to be named. */
const { stdin, stdout, stderr } = process
const io = { stdin, stdout, stderr, environment: { FORCE_COLOR: undefined, TERM: undefined, CI: undefined } }
const tree = () =>
  createProgram(
    {
      io,
      wishes: () => {
        throw new Error('nothing is to run')
      },
    },
    () => {},
  )

/** What a command's `--help` prints, at 80 columns. */
function helpOf(command: Command): string {
  let text = ''
  command.configureOutput({ writeOut: (more) => (text += more), getOutHelpWidth: () => 80 })
  command.outputHelp()
  return text
}

/** The command lines among a command's examples, each on one line, without comments and what follows a pipe. */
function examplesIn(help: string): string[] {
  const block = help.split('Examples:\n')[1]?.split('\n\n')[0] ?? ''
  return block
    .replace(/\\\n\s*/g, '')
    .split('\n')
    .map((line) => line.trim().replace(/\s+(\||>|&|#).*$/, ''))
    .filter((line) => line.startsWith('ai-caller '))
}

/** A command line as a shell would split it. */
const wordsOf = (line: string) =>
  [...line.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g)].map(([word]) => word.replace(/["']/g, '')).slice(1)

const program = await tree()
const visible = everyCommand(program).filter((command) => {
  const { parent } = command
  return !parent || parent.createHelp().visibleCommands(parent).includes(command)
})
const helps = visible.map((command) => ({ path: commandPath(command), help: helpOf(command) }))
const examples = [...new Set(helps.flatMap(({ help }) => examplesIn(help)))]

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ai-caller-help-'))
  for (const name of ['survey.txt', 'reminder.txt'])
    await writeFile(join(folder, name), 'You ask a question.')
  await writeFile(join(folder, 'booking.yaml'), 'prompt: You book a table for {{guest}}.')
})
afterAll(() => rm(folder, { recursive: true }))

const run = (args: string[], env?: Record<string, string>): Promise<Run> => runBinary(args, folder, env)

describe("a command's help", () => {
  it.each(helps)('$path: fits into 80 columns', ({ help }) => {
    expect(help.split('\n').filter((line) => line.length > 80)).toEqual([])
  })

  it.each(helps)('$path: has examples', ({ help }) => {
    expect(examplesIn(help).length).toBeGreaterThan(0)
  })

  it.each(examples)('%s: may be typed', async (line) => {
    const own = await tree()
    let ran = 0
    for (const command of everyCommand(own))
      if (command.commands.length === 0)
        command.configureOutput({ writeErr: () => {} }).action(() => void ran++)
    await own.parseAsync(wordsOf(line), { from: 'user' })
    expect(ran).toBe(1)
  })

  it.each(examples.filter((line) => /^ai-caller (call|script|voices|help|completion)/.test(line)))(
    '%s: works',
    async (line) => {
      const args = wordsOf(line).filter((word) => word !== 'scripts/*.yaml')
      if (args[0] === 'script' && args.length === 3) args.push('booking.yaml')
      const safe = args[0] === 'call' ? [...args, '--dry-run', '--allow-any-hour'] : args
      const { exitCode, stderr: told } = await run(safe, {
        ...COMPLETE,
        // A call over a simulator at an address of one's own.
        TWILIO_BASE_URL: 'http://127.0.0.1:9',
      })
      expect({ exitCode, told: told.replace(/^warning:.*\n/gm, '') }).toEqual({ exitCode: 0, told: '' })
    },
  )
})

describe('ai-caller help', () => {
  it('lists the topics', async () => {
    const { exitCode, stdout: shown } = await run(['help'])
    expect(exitCode).toBe(0)
    for (const name of Object.keys(TOPICS)) expect(shown).toContain(`ai-caller help ${name} `)
  })

  it.each(Object.keys(TOPICS))('%s: plain text on stdout, in 80 columns', async (name) => {
    const { exitCode, stdout: shown, stderr: told } = await run(['help', name])
    expect({ exitCode, told }).toEqual({ exitCode: 0, told: '' })
    expect(shown).toMatch(/^[\x20-\x7E\n]{500,}$/)
    expect(shown.split('\n').filter((line) => line.length > 80)).toEqual([])
    expect(shown).toMatch(/[^\n]\n$/)
  })

  it.each([[['help', 'call']], [['call', '--help']], [['call', '-h']]])(
    '%j is the help of call',
    async (args) => {
      const { exitCode, stdout: shown } = await run(args)
      expect(exitCode).toBe(0)
      expect(shown).toMatch(/^Usage: ai-caller call /)
    },
  )

  it.each([[['help', 'script', 'check']], [['script', 'help', 'check']]])(
    '%j finds what is inside',
    async (args) => {
      const { exitCode, stdout: shown } = await run(args)
      expect(exitCode).toBe(0)
      expect(shown).toMatch(/^Usage: ai-caller script check /)
    },
  )
})

describe('a mistake', () => {
  it.each<[string[], string]>([
    [['help', 'nonsense'], "unknown command or topic 'nonsense'"],
    [['help', 'exit-code'], "unknown command or topic 'exit-code' (Did you mean exit-codes?)"],
    [['help', 'setings'], "unknown command or topic 'setings' (Did you mean settings?)"],
    [['help', 'cal'], "unknown command or topic 'cal' (Did you mean call?)"],
    [['help', 'script', 'chek'], "unknown command 'chek' (Did you mean check?)"],
    [['script', 'help', 'chek'], "unknown command 'chek' (Did you mean check?)"],
    [['help', '\u001b[2Jx'], "unknown command or topic '[2Jx'"],
    [['vocies'], "unknown command 'vocies' (Did you mean voices?)"],
    [['script', 'chek', 'x'], "unknown command 'chek' (Did you mean check?)"],
    [['script', 'check', 'x', '--jsn'], "unknown option '--jsn' (Did you mean --json?)"],
    [['voices', '--jsn'], "unknown option '--jsn' (Did you mean --json?)"],
    [['hangup', '--al'], "unknown option '--al' (Did you mean --all?)"],
    [['--verion'], "unknown option '--verion' (Did you mean --version?)"],
    [['voices', '--dry-run'], "unknown option '--dry-run' (It is a flag of 'ai-caller call'.)"],
    [['--voice', 'Kore'], "unknown option '--voice' (It is a flag of 'ai-caller call'.)"],
    [['+12025550123'], "unknown command '+12025550123' (Did you mean ai-caller call '+12025550123'?)"],
    [['completion', 'bsh'], "there is no completion for 'bsh' (Did you mean bash?)"],
    [['completion', 'tcsh'], "there is no completion for 'tcsh'; known are bash, zsh, fish"],
  ])('%j is one sentence and 2', async (args, sentence) => {
    const { exitCode, stdout: shown, stderr: told } = await run(args)
    expect({ exitCode, shown }).toEqual({ exitCode: 2, shown: '' })
    const [first, second, ...more] = told.split('\n')
    expect(first).toBe(`error: ${sentence}`)
    expect(second).toMatch(/^See 'ai-caller.* --help'\.$/)
    expect(more).toEqual([''])
  })

  it.each([
    ['hangup', '-all', '--all'],
    ['status', '--JSON', '--json'],
    ['ai-caller', '-v', '--version'],
  ])('of %s is understood in another case, or with other dashes: %s', async (name, flag, meant) => {
    const command = everyCommand(await tree()).find((one) => one.name() === name)
    if (!command) throw new Error(`no command ${name}`)
    expect(usageSentence(`error: unknown option '${flag}'`, command)).toBe(
      `error: unknown option '${flag}' (Did you mean ${meant}?)`,
    )
  })

  it.each<[string[], RegExp]>([
    [['--simulate', 'bsuy'], /no scenario called bsuy\n.*Perhaps you mean busy\?/],
    [['--simulate', '--voice', 'Kora'], /Perhaps you mean Kore\?/],
    [['--simulate', '--on-machine', 'leave'], /--on-machine must be .*; perhaps you mean leave-message/],
    [['--simulate', '--start-sensitivity', 'hihg'], /--start-sensitivity .*; perhaps you mean high/],
    [['--simulate', '--end-sensitivity', 'LOW'], /--end-sensitivity .*; perhaps you mean low/],
  ])('in a value of %j is told with the nearest one', async (args, sentence) => {
    const { stderr: told } = await run(['call', '+12025550123', '--dry-run', ...args])
    expect(told).toMatch(sentence)
  })
})
