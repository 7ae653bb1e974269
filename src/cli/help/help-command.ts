/** The command line of `ai-caller help`. */
import type { Command } from 'commander'
import type { Context } from '../context.ts'
import { TOPICS } from './topics.ts'

/** Adds the command, and a hidden one of the same kind to every group of commands: `script help check` is `help script check`. */
export function addHelpCommand(program: Command, { io }: Context): void {
  const groups = program.commands.filter(({ commands }) => commands.length > 0)
  const topics = Object.keys(TOPICS)
  program
    .command('help')
    .summary('show help for a command or a topic')
    .description(`Shows help for a command, or for one of the topics ${topics.join(', ')}.`)
    .argument('[name...]', 'a command or a topic')
    .addHelpText('after', EXAMPLES)
    .action(async (words: string[]) => {
      const { showHelp, showTopic } = await import('./show-help.ts')
      if (!(await showTopic(words, io.stdout))) showHelp(program, words, topics)
    })
  for (const group of groups)
    group
      .command('help', { hidden: true })
      .argument('[name...]')
      .action(async (words: string[]) => {
        const { showHelp } = await import('./show-help.ts')
        showHelp(group, words, [])
      })
  for (const one of [program, ...groups]) one.helpCommand(false)
}

/** The topics, as the help of the program lists them. */
export function topicLines(): string {
  const width = Math.max(...Object.keys(TOPICS).map((name) => name.length))
  const lines = Object.entries(TOPICS).map(
    ([name, { about }]) => `  ai-caller help ${name.padEnd(width)}  ${about}`,
  )
  return ['Topics:', ...lines].join('\n')
}

const EXAMPLES = `
Examples:
  ai-caller help call
  ai-caller help script check
  ai-caller help exit-codes
  ai-caller help events | less
`
