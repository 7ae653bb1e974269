/** The command line of `ai-caller script`. */
import type { Command } from 'commander'
import type { Context } from './context.ts'

/** Adds the command; `end` is told the exit code. */
export function addScriptCommand(program: Command, { io }: Context, end: (exitCode: number) => void): void {
  const script = program
    .command('script')
    .summary('check the files that tell the agent what to do')
    .description("Scripts are files that tell the agent what to do: see 'ai-caller help scripts'.")
    .addHelpText('after', GROUP_EXAMPLES)
  script
    .command('check')
    .summary('say what is wrong with scripts')
    .description('Says what is wrong with scripts. Dials nothing.')
    .argument('<file...>', 'the scripts, YAML or Markdown')
    .option('--var <name=value>', 'fills {{name}}; repeatable', (value: string, before: string[] = []) => [
      ...before,
      value,
    ])
    .option('--json', 'print one JSON array')
    .option('--no-color', 'write no colours')
    .addHelpText('after', EXAMPLES)
    .action(async (files: string[], flags: { var?: string[]; json?: boolean }) => {
      const { scriptCheck } = await import('./commands/script-check.ts')
      end(await scriptCheck(files, flags, io))
    })
}

const GROUP_EXAMPLES = `
Examples:
  ai-caller script check booking.yaml
`

const EXAMPLES = `
Variables that are not given are listed, and no problem here.
Exit codes: 0 every script is right, 2 one is not.

Examples:
  ai-caller script check booking.yaml
  ai-caller script check booking.yaml --var guest="Dana Smith"
  ai-caller script check scripts/*.yaml --json
`
