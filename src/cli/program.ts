/** The command line: commands, flags, help, and the exit code of whatever a command ends with. */
import { readFileSync } from 'node:fs'
import { cleanLine } from '../reporters/clean-text.ts'
import { addCallCommand } from './call-command.ts'
import type { Context } from './context.ts'
import { exitCodeOfEnd } from './exit-code.ts'
import { tellFailure } from './failure.ts'
import { addScriptCommand } from './script-command.ts'

/** Runs one command line. Resolves with the exit code; never rejects. */
export async function runProgram(argv: readonly string[], context: Context): Promise<number> {
  const { Command, CommanderError } = await import('commander')
  const { stdout, stderr } = context.io
  let exitCode = 0
  const end = (code: number) => {
    exitCode = code
  }
  const program = new Command('ai-caller')
    .description('Rings a phone number and lets an AI hold the conversation.')
    .version(readVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
      outputError: (text, write) => write(`${usageSentence(text)}\n`),
    })
    .addHelpText('after', PROGRAM_EXAMPLES)
  addCallCommand(program, context, end)
  program
    .command('status')
    .description('say whether every setting is there that a call needs, and where to get it')
    .option('--json', 'print one JSON object')
    .option('--no-color', 'write no colours')
    .action(async (flags: { json?: boolean }) => {
      const { status } = await import('./commands/status.ts')
      end(await status(flags, context.io))
    })
  program
    .command('voices')
    .description('list the voices and their character')
    .option('--json', 'print one JSON array')
    .option('--no-color', 'write no colours')
    .action(async (flags: { json?: boolean }) => {
      const { voices } = await import('./commands/voices.ts')
      end(voices(flags, context.io))
    })
  addScriptCommand(program, context, end)
  program
    .command('hangup')
    .description('end calls that an earlier run left behind')
    .argument('[call]', 'the call to end, by its SID (CA…)')
    .option('--all', 'end every call that a dead run on this machine left behind')
    .option('--json', 'print one JSON object a line')
    .option('--no-color', 'write no colours')
    .action(async (call: string | undefined, flags: { all?: boolean; json?: boolean }) => {
      const { hangup } = await import('./commands/hangup.ts')
      end(await hangup(call, flags, context.io))
    })
  program.showHelpAfterError("See 'ai-caller --help'.")
  for (const command of program.commands)
    command.showHelpAfterError(`See 'ai-caller ${command.name()} --help'.`)
  const names = program.commands.map((command) => command.name())
  try {
    await program.parseAsync(asParsed(argv, names), { from: 'user' })
    return exitCode
  } catch (error) {
    // Help and version end with 0; everything else that commander throws is a usage error and has been told.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitCodeOfEnd('usage')
    return tellFailure(error, stderr)
  }
}

/** What commander gets to read, where it would misunderstand the user. */
function asParsed(argv: readonly string[], commands: readonly string[]): readonly string[] {
  const [first, second] = argv
  if (first === undefined) return ['--help']
  // `help cal`: commander would show the general help, and not say that there is no such command.
  if (first === 'help' && second !== undefined && !commands.includes(second)) return argv.slice(1)
  return numbersKept(argv)
}

/** `--simulate +12025550123`: the number is the argument of the command, not the name of a scenario. */
function numbersKept(argv: readonly string[]): string[] {
  return argv.map((word, index) => {
    const takesNumber = word === '--simulate' && /^\+?[\d(][\d\s().-]*$/.test(argv[index + 1] ?? '')
    return takesNumber ? '--simulate=default' : word
  })
}

/** Commander's complaint on one line, without values that may be secrets typed into the wrong place. */
function usageSentence(text: string): string {
  const sentence = cleanLine(text.trim().replace(/('-[^'=]*)=[^']*'/, "$1' with a value"))
  if (/unknown option '[^']*(token|secret|key|sid)/i.test(sentence)) {
    return `${sentence}. Keys and tokens are never flags: put them into the environment or .env.`
  }
  if (/too many arguments for 'call'/.test(sentence))
    return `${sentence} Put quotes around a number or text with spaces.`
  return sentence
}

/** From package.json, two folders up both in the sources and in the build. */
function readVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  const parsed: unknown = JSON.parse(text)
  const isPackage = typeof parsed === 'object' && parsed !== null && 'version' in parsed
  return isPackage ? String(parsed.version) : 'unknown'
}

const PROGRAM_EXAMPLES = `
Examples:
  ai-caller call +12025550123 --simulate      a whole call on this machine: no keys, no phone
  ai-caller status                            what is still missing for a real one
  ai-caller call +12025550123 --voice Kore    the real one
  ai-caller script check booking.yaml         is this script right?
  ai-caller hangup --all                      end what an earlier run left behind

Settings come from the environment or a file named .env in this folder.
Exit codes: 0 conversation held, 2 usage or settings, 3 busy, 4 no answer, 5 refused by the carrier,
6 a machine answered, 7 AI service failed, 8 public address failed, 10 not proved over, 130 Ctrl-C.
`
