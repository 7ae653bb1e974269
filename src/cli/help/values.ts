/** What may stand as the value of a flag or an argument, as far as that is a closed list. */
import type { Argument, Command, Option } from 'commander'
import { MACHINE_POLICIES } from '../../config/machine-policy.ts'
import { SENSITIVITIES } from '../../config/voice-activity.ts'
import { VOICE_NAMES } from '../../gemini/voices.ts'
import { SHELLS } from '../completion/shells.ts'
import { TOPICS } from './topics.ts'

/** `any`: nothing is known of it. */
export type Values =
  | { type: 'any' }
  | { type: 'files' }
  | { type: 'folders' }
  /** `files`: or a file. */
  | { type: 'words'; words: readonly string[]; files: boolean }

/** The flags whose values are words. */
const FLAG_WORDS: Readonly<Record<string, readonly string[]>> = {
  '--voice': VOICE_NAMES,
  '--on-machine': MACHINE_POLICIES,
  '--start-sensitivity': SENSITIVITIES,
  '--end-sensitivity': SENSITIVITIES,
  '--input-rate': ['8000', '16000', '24000'],
}

/** What may follow the flag. `scenarios`: those that come with the program. */
export function valuesOfFlag({ long, flags, argChoices }: Option, scenarios: readonly string[]): Values {
  const words = argChoices ?? FLAG_WORDS[long ?? '']
  return words ? { type: 'words', words, files: false } : byKind(flags, scenarios)
}

/** What may stand in this place. */
export function valuesOfArgument(argument: Argument, command: Command, scenarios: readonly string[]): Values {
  const words = argument.argChoices ?? ARGUMENT_WORDS[command.name()]?.(command)
  return words ? { type: 'words', words, files: false } : byKind(`<${argument.name()}>`, scenarios)
}

const ARGUMENT_WORDS: Readonly<Record<string, (command: Command) => readonly string[]>> = {
  completion: () => SHELLS,
  help: ({ parent }) => [
    ...(parent
      ? parent
          .createHelp()
          .visibleCommands(parent)
          .map((one) => one.name())
      : []),
    ...Object.keys(TOPICS),
  ],
}

/** Help names the kind of every value: `<file>`, `<folder>`, `[scenario]`. */
function byKind(written: string, scenarios: readonly string[]): Values {
  if (/[<[]scenario/.test(written)) return { type: 'words', words: scenarios, files: true }
  if (/[<[]file/.test(written)) return { type: 'files' }
  if (/[<[]folder/.test(written)) return { type: 'folders' }
  return { type: 'any' }
}
