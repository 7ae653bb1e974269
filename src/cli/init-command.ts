/** The command line of `ai-caller init`. */
import type { Command } from 'commander'
import type { Context } from './context.ts'

/** Adds the command; `end` is told the exit code. */
export function addInitCommand(program: Command, context: Context, end: (exitCode: number) => void): void {
  program
    .command('init')
    .description('ask for what a call still needs, check it, and write it into .env')
    .option('--no-color', 'write no colours')
    .addHelpText('after', HELP)
    .action(async () => {
      const { init } = await import('./commands/init.ts')
      end(await init(context))
    })
}

const HELP = `
Each answer is checked at once against its service; nobody is called, and
nothing costs anything. Secrets are not shown while they are typed. What .env
holds already is kept unless you say otherwise, with every other line and
comment. Nothing is written before the last question. Without a terminal it asks
nothing: it says what is missing, and where to get it.

Exit codes: 0 everything is there, 2 something is missing or wrong, 130 stopped
with Ctrl-C, and nothing was written.

Examples:
  ai-caller init
`
