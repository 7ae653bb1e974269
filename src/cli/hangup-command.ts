/** The command line of `ai-caller hangup`. */
import type { Command } from 'commander'
import type { Context } from './context.ts'

/** Adds the command; `end` is told the exit code. */
export function addHangupCommand(program: Command, { io }: Context, end: (exitCode: number) => void): void {
  program
    .command('hangup')
    .summary('end calls that an earlier run left behind')
    .description('Ends calls that an earlier run left behind, because it was killed or lost its network.')
    .argument('[call]', 'the call to end, by its SID (CA…)')
    .option('--all', 'end every call that a dead run on this machine left behind')
    .option('--json', 'print one JSON object a line')
    .option('--no-color', 'write no colours')
    .addHelpText('after', EXAMPLES)
    .action(async (call: string | undefined, flags: { all?: boolean; json?: boolean }) => {
      const { hangup } = await import('./commands/hangup.ts')
      end(await hangup(call, flags, io))
    })
}

const EXAMPLES = `
Exit codes: 0 every call is proven over, 5 Twilio refused, 10 one may still run.

Examples:
  ai-caller hangup --all
  ai-caller hangup CA0123456789abcdef0123456789abcdef
`
