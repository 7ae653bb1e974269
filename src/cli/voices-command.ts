/** The command line of `ai-caller voices`. */
import type { Command } from 'commander'
import type { Context } from './context.ts'

/** Adds the command; `end` is told the exit code. */
export function addVoicesCommand(program: Command, { io }: Context, end: (exitCode: number) => void): void {
  program
    .command('voices')
    .summary('list the voices and their character')
    .description("Lists the agent's voices, each with one word for its character.")
    .option('--json', 'print one JSON array')
    .option('--no-color', 'write no colours')
    .addHelpText('after', EXAMPLES)
    .action(async (flags: { json?: boolean }) => {
      const { voices } = await import('./commands/voices.ts')
      end(voices(flags, io))
    })
}

const EXAMPLES = `
Examples:
  ai-caller voices
  ai-caller voices --json | jq -r '.[] | select(.character == "Warm") | .name'
`
