/** The tree of commands as values: what completions and the man page are made from. */
import type { Argument, Command, Option } from 'commander'
import { commandPath } from './command-path.ts'
import { type Values, valuesOfArgument, valuesOfFlag } from './values.ts'

/** A flag of a command. */
export type FlagShape = {
  short: string | undefined
  long: string
  /** As help shows it: `-v, --verbose`, `--voice <name>`. */
  written: string
  about: string
  /** Whether a value follows. */
  value: 'none' | 'optional' | 'required'
  values: Values
  repeatable: boolean
  /** The heading under which help shows it. */
  group: string
}

/** An argument of a command. */
export type ArgumentShape = { written: string; about: string; values: Values; repeatable: boolean }

/** A command, or a group of commands. */
export type CommandShape = {
  /** Without the program: `[]`, `['call']`, `['script', 'check']`. */
  path: readonly string[]
  /** One line. */
  summary: string
  about: string
  usage: string
  flags: readonly FlagShape[]
  arguments: readonly ArgumentShape[]
  /** What help says after the flags: examples and the like. */
  after: string
  commands: readonly CommandShape[]
}

/** The program as values. `scenarios`: those that come with it. */
export function shapeOf(command: Command, scenarios: readonly string[]): CommandShape {
  const help = command.createHelp()
  const path = commandPath(command).split(' ').slice(1)
  const flags = help.visibleOptions(command).flatMap((option) => flagOf(option, scenarios))
  const commands = help.visibleCommands(command).map((one) => shapeOf(one, scenarios))
  return {
    path,
    summary: command.summary() || command.description(),
    about: command.description(),
    usage: help.commandUsage(command),
    flags,
    arguments: command.registeredArguments.map((argument) => argumentOf(argument, command, scenarios)),
    after: afterText(command),
    commands,
  }
}

function flagOf(option: Option, scenarios: readonly string[]): FlagShape[] {
  const { short, long, flags: written, description: about, required, optional, helpGroupHeading } = option
  if (!long) return []
  return [
    {
      ...{ short, long, written, about },
      value: required ? 'required' : optional ? 'optional' : 'none',
      values: valuesOfFlag(option, scenarios),
      repeatable: option.variadic || option.parseArg !== undefined,
      group: helpGroupHeading ?? 'Options:',
    },
  ]
}

function argumentOf(argument: Argument, command: Command, scenarios: readonly string[]): ArgumentShape {
  const name = `${argument.name()}${argument.variadic ? '...' : ''}`
  return {
    written: argument.required ? `<${name}>` : `[${name}]`,
    about: argument.description,
    values: valuesOfArgument(argument, command, scenarios),
    repeatable: argument.variadic,
  }
}

/** The texts that were added to the help of a command: what it prints beyond its own part. */
function afterText(command: Command): string {
  const before = command.configureOutput()
  let printed = ''
  command.configureOutput({ ...before, writeOut: (text) => (printed += text) })
  command.outputHelp()
  const own = command.helpInformation()
  command.configureOutput(before)
  return printed.slice(printed.indexOf(own) + own.length).trim()
}
