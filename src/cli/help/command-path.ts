/** Commands by the names under which users know them. */
import type { Command } from 'commander'

/** The program and everything below it, depth first. */
export function everyCommand(program: Command): Command[] {
  return [program, ...program.commands.flatMap(everyCommand)]
}

/** As it is typed: `ai-caller script check`. */
export function commandPath(command: Command): string {
  return command.parent ? `${commandPath(command.parent)} ${command.name()}` : command.name()
}
