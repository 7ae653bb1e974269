/** The command line: commands, flags, help, and the exit code of whatever a command ends with. */
import type { Command } from 'commander'
import { addCallCommand } from './call-command.ts'
import { addCompletionCommand } from './completion-command.ts'
import type { Context } from './context.ts'
import { exitCodeOfEnd } from './exit-code.ts'
import { tellFailure } from './failure.ts'
import { addHangupCommand } from './hangup-command.ts'
import { commandPath, everyCommand } from './help/command-path.ts'
import { addHelpCommand, topicLines } from './help/help-command.ts'
import { usageSentence } from './help/usage-error.ts'
import { addInitCommand } from './init-command.ts'
import { addScriptCommand } from './script-command.ts'
import { addSimulatorCommand } from './simulator-command.ts'
import { addStatusCommand } from './status-command.ts'
import { readVersion, VERSION_FLAGS } from './version.ts'
import { addVoicesCommand } from './voices-command.ts'

/** Runs one command line. Resolves with the exit code; never rejects. */
export async function runProgram(argv: readonly string[], context: Context): Promise<number> {
  const { CommanderError } = await import('commander')
  const { stderr } = context.io
  let exitCode = 0
  const program = await createProgram(context, (code) => {
    exitCode = code
  })
  try {
    await program.parseAsync(argv.length === 0 ? ['--help'] : numbersKept(argv), { from: 'user' })
    return exitCode
  } catch (error) {
    // Help and version end with 0; everything else that commander throws is a usage error and has been told.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitCodeOfEnd('usage')
    return tellFailure(error, stderr)
  }
}

/** The tree of commands; `end` is told the exit code of the one that runs. */
export async function createProgram(context: Context, end: (exitCode: number) => void): Promise<Command> {
  const { Command } = await import('commander')
  const { stdout, stderr } = context.io
  const program = new Command('ai-caller')
    .description('Rings a phone number and lets an AI hold the conversation.')
    .version(readVersion(), VERSION_FLAGS, 'print the version')
    .helpOption('-h, --help', 'show help')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
    })
    .configureHelp({ subcommandTerm })
    .addHelpText('after', PROGRAM_HELP)
  addCallCommand(program, context, end)
  addInitCommand(program, context, end)
  addStatusCommand(program, context, end)
  addVoicesCommand(program, context, end)
  addScriptCommand(program, context, end)
  addHangupCommand(program, context, end)
  addSimulatorCommand(program, context, end)
  addCompletionCommand(program, context)
  addHelpCommand(program, context)
  for (const command of everyCommand(program)) {
    command.showHelpAfterError(`See '${commandPath(command)} --help'.`)
    command.configureOutput({
      outputError: (text, write) => write(`${usageSentence(text, command)}\n`),
    })
  }
  return program
}

/** A command in the list of commands: with what it needs, without its flags. */
function subcommandTerm(command: Command): string {
  return `${command.name()} ${command.usage().replace('[options]', '')}`.replace(/ +/g, ' ').trim()
}

/** `--simulate +12025550123`: the number is the argument of the command, not the name of a scenario. */
function numbersKept(argv: readonly string[]): string[] {
  return argv.map((word, index) => {
    const takesNumber = word === '--simulate' && /^\+?[\d(][\d\s().-]*$/.test(argv[index + 1] ?? '')
    return takesNumber ? '--simulate=default' : word
  })
}

const PROGRAM_HELP = `
Examples:
  # a whole call on this machine: no keys, no phone, no cost
  ai-caller call +12025550123 --simulate
  # a real one: ask for what it needs, and prove that it would work
  ai-caller init
  ai-caller status
  ai-caller call +12025550123 --voice Kore
  # with a file that says what the agent is to do
  ai-caller call +12025550123 --script booking.yaml --var guest="Dana Smith"
  # end what an earlier run left behind
  ai-caller hangup --all

${topicLines()}

Settings come from the environment or a file named .env in this folder.
`
