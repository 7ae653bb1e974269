/** What all shells need to know of the tree of commands. Pure. */
import type { CommandShape } from '../help/command-tree.ts'
import type { Values } from '../help/values.ts'

/** The program and everything below it, depth first. */
export function everyShape(shape: CommandShape): CommandShape[] {
  return [shape, ...shape.commands.flatMap(everyShape)]
}

/** What may stand where no flag is expected: a command of the group, or else the first argument. */
export function firstValues({ commands, arguments: [first] }: CommandShape): Values {
  if (commands.length > 0)
    return { type: 'words', words: commands.map(({ path }) => path.at(-1) ?? ''), files: false }
  return first?.values ?? { type: 'any' }
}
