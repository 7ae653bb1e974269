/** The command line of `ai-caller status`. */
import type { Command } from 'commander'
import type { StatusFlags } from './commands/status.ts'
import type { Context } from './context.ts'

/** Adds the command; `end` is told the exit code. */
export function addStatusCommand(program: Command, { io }: Context, end: (exitCode: number) => void): void {
  program
    .command('status')
    .description('prove that a call would work, ringing nobody')
    .option('--to <number>', 'look also at the way to this number: permission, price, hour, do-not-call list')
    .option('--deep', 'let the model say a word, too; bills a few tokens')
    .option('--offline', 'look only at what needs no network')
    .option('-v, --verbose', 'list every setting')
    .option('--json', 'print one JSON object')
    .option('--no-color', 'write no colours')
    .addHelpText('after', EXAMPLES)
    .action(async (flags: StatusFlags) => {
      const { status } = await import('./commands/status.ts')
      end(await status(flags, io))
    })
}

const EXAMPLES = `
Everything is looked at at once, each within 5 s or so. Nothing is dialled; a
tunnel is opened and closed again.
✓ is well, ! should be known, ✗ stands in the way, ? could not be found out,
– was skipped.
Exit codes: 0 a call would work, 2 it would not.

Examples:
  ai-caller status
  ai-caller status --to +12025550123 --deep
  ai-caller status --offline --verbose
  ai-caller status --json | jq '.checks[] | select(.state == "failed")'
`
