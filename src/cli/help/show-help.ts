/** What `ai-caller help` shows. */
import type { Command } from 'commander'
import { cleanLine } from '../../reporters/clean-text.ts'
import { nearest } from '../../text/nearest.ts'
import { layOut } from './blocks.ts'
import { isTopic, TOPICS } from './topics.ts'

/** Where nobody says how wide the terminal is. */
const USUAL_COLUMNS = 80

/** Writes the topic of that name, in lines that fit the terminal; false when there is none. */
export async function showTopic(
  [name = '', ...more]: readonly string[],
  stdout: NodeJS.WriteStream,
): Promise<boolean> {
  if (more.length > 0 || !isTopic(name)) return false
  stdout.write(layOut(await TOPICS[name].load(), stdout.columns || USUAL_COLUMNS))
  return true
}

/**
 * Shows the help of the command that the words lead to; without words, that of `from`. `topics`: what may stand there besides commands.
 * @throws CommanderError when there is no such command
 */
export function showHelp(from: Command, words: readonly string[], topics: readonly string[]): void {
  let command = from
  for (const word of words) {
    const next = command.commands.find((one) => one.name() === word || one.aliases().includes(word))
    if (!next) throw unknown(command, word, command === from ? topics : [])
    command = next
  }
  command.outputHelp()
}

function unknown(command: Command, word: string, topics: readonly string[]): never {
  const commands = command.createHelp().visibleCommands(command)
  const guess = nearest(word, [...commands.map((one) => one.name()), ...topics])
  const doubt = guess === undefined ? '' : ` (Did you mean ${guess}?)`
  const kinds = topics.length > 0 ? 'command or topic' : 'command'
  return command.error(`error: unknown ${kinds} '${cleanLine(word)}'${doubt}`)
}
