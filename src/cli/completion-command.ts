/** The command line of `ai-caller completion`. */
import type { Command } from 'commander'
import type { Context } from './context.ts'

/** Adds the command. */
export function addCompletionCommand(program: Command, { io }: Context): void {
  program
    .command('completion')
    .summary('print a script that completes command lines')
    .description('Prints a script with which a shell completes commands, flags and their values.')
    .argument('<shell>', 'bash, zsh or fish')
    .addHelpText('after', INSTALLATION)
    .action(async (shell: string, _flags: unknown, command: Command) => {
      const { completion } = await import('./commands/completion.ts')
      await completion(shell, command, io)
    })
}

const INSTALLATION = `
Where shells look for it (a new shell has it then):
  bash  ~/.local/share/bash-completion/completions/ai-caller
        (the package bash-completion must be there; else see below)
  zsh   _ai-caller in a folder of $fpath, before compinit is called
  fish  ~/.config/fish/completions/ai-caller.fish

Examples:
  ai-caller completion bash \\
    > ~/.local/share/bash-completion/completions/ai-caller
  ai-caller completion zsh > ~/.zsh/completions/_ai-caller
  ai-caller completion fish > ~/.config/fish/completions/ai-caller.fish
  # for this shell alone, or without the package bash-completion:
  eval "$(ai-caller completion bash)"
`
