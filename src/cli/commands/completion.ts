/** `ai-caller completion <shell>`: a script that completes command lines, made from the tree of commands. */
import type { Command } from 'commander'
import { cleanLine } from '../../reporters/clean-text.ts'
import { scenarioNames } from '../../sim/load-scenario.ts'
import { nearest } from '../../text/nearest.ts'
import { isShell, SHELLS, type Shell } from '../completion/shells.ts'
import type { Output } from '../context.ts'
import { type CommandShape, shapeOf } from '../help/command-tree.ts'

const SCRIPTS = {
  bash: async () => (await import('../completion/bash.ts')).bashCompletion,
  zsh: async () => (await import('../completion/zsh.ts')).zshCompletion,
  fish: async () => (await import('../completion/fish.ts')).fishCompletion,
} as const satisfies Record<Shell, () => Promise<(program: CommandShape) => string>>

/**
 * Prints the script for the program of which `command` is one.
 * @throws CommanderError when there is no such shell
 */
export async function completion(shell: string, command: Command, { stdout }: Output): Promise<void> {
  if (!isShell(shell)) {
    const guess = nearest(shell, SHELLS)
    const doubt = guess === undefined ? `; known are ${SHELLS.join(', ')}` : ` (Did you mean ${guess}?)`
    return command.error(`error: there is no completion for '${cleanLine(shell)}'${doubt}`)
  }
  const script = await SCRIPTS[shell]()
  stdout.write(script(shapeOf(command.parent ?? command, await scenarioNames())))
}
