/** Which flags a script gives, and where each of them stands in it. Pure. */
import { type FormatProblem, text } from '../../text/format-parts.ts'
import { type Fields, readItems } from '../../text/read-fields.ts'
import type { Path } from '../../text/yaml-lines.ts'
import type { CallFlags } from '../call-flags.ts'
import type { ScriptFlags } from './script.ts'
import type { SCRIPT } from './script-format.ts'

type Known = Fields<typeof SCRIPT>

/** Somebody as the flag names them, and where. */
type ScriptTarget = { target: string; path: Path }

/** The keys that are flags. */
const FLAGS = {
  voice: 'voice',
  model: 'model',
  greeting: 'greeting',
  language: 'language',
  maxDuration: 'max_duration',
  maxTurns: 'max_turns',
  silenceTimeout: 'silence_timeout',
  ringTimeout: 'ring_timeout',
  digits: 'digits',
  onMachine: 'on_machine',
  voicemailMessage: 'voicemail_message',
} as const satisfies Partial<Record<keyof ScriptFlags, keyof Known>>

/** The key of a script that gives the flag. */
const KEYS: Partial<Record<keyof CallFlags, keyof Known>> = {
  ...FLAGS,
  prompt: 'prompt',
  detectMachine: 'detect_machine',
  transferTo: 'transfer_to',
}

/** Keys that are judged together: while one is wrong, nothing can be said of the other. */
const PARTNERS: Partial<Record<keyof CallFlags, keyof Known>> = {
  onMachine: 'voicemail_message',
  voicemailMessage: 'on_machine',
}

/** The flags, as they would be written on the command line. */
export function flagsOf(known: Known, targets: readonly ScriptTarget[]): ScriptFlags {
  const texts = Object.entries(FLAGS).flatMap(([flag, key]) =>
    known[key] === undefined ? [] : [[flag, known[key]]],
  )
  const { detect_machine: detectMachine } = known
  return {
    ...Object.fromEntries(texts),
    ...(detectMachine !== undefined && { detectMachine }),
    ...(known.transfer_to && { transferTo: targets.map(({ target }) => target) }),
  }
}

/** Where the flag's value stands; `item`: which one of several. Undefined when it is not there. */
export function placeOf(
  known: Known,
  targets: readonly ScriptTarget[],
  flag: keyof CallFlags,
  item?: number,
): Path | undefined {
  const key = KEYS[flag]
  if (key === undefined || known[key] === undefined) return undefined
  if (item === undefined || key !== 'transfer_to') return [key]
  return targets[item]?.path ?? [key]
}

/** Whether the key that is judged together with a flag stands in the tree with a value that is wrong. */
export function hasWrongPartner(tree: Record<string, unknown>, known: Known, flag: keyof CallFlags): boolean {
  const key = PARTNERS[flag]
  return key !== undefined && tree[key] !== undefined && known[key] === undefined
}

/** The key that stands for a flag in a script. */
export function keyOf(flag: keyof CallFlags): string {
  return KEYS[flag] ?? flag
}

/** The people to whom somebody may be put through, and what is wrong with the others. */
export function readTargets({ transfer_to: items = [] }: Known): {
  targets: ScriptTarget[]
  problems: FormatProblem[]
} {
  const { known, problems } = readItems(text, items, ['transfer_to'])
  return {
    targets: known.map(([key, number]) => ({
      target: typeof key === 'number' ? number : `${key}=${number}`,
      path: ['transfer_to', key],
    })),
    problems,
  }
}
