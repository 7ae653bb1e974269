/** Which flags a script gives, and where each of them stands in it. Pure. */
import type { Fields } from '../../text/read-fields.ts'
import type { Path } from '../../text/yaml-lines.ts'
import type { CallFlags } from '../call-flags.ts'
import type { ScriptFlags } from './script.ts'
import type { SCRIPT } from './script-format.ts'

type Known = Fields<typeof SCRIPT>

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

/** The flags, as they would be written on the command line. */
export function flagsOf(known: Known): ScriptFlags {
  const texts = Object.entries(FLAGS).flatMap(([flag, key]) =>
    known[key] === undefined ? [] : [[flag, known[key]]],
  )
  const { detect_machine: detectMachine, transfer_to: targets } = known
  return {
    ...Object.fromEntries(texts),
    ...(detectMachine !== undefined && { detectMachine }),
    ...(targets && { transferTo: targetsOf(targets) }),
  }
}

/** Where the flag's value stands; `item`: which one of several. Undefined when it is not there. */
export function placeOf(known: Known, flag: keyof CallFlags, item?: number): Path | undefined {
  const key = KEYS[flag]
  if (key === undefined || known[key] === undefined) return undefined
  if (item === undefined || key !== 'transfer_to') return [key]
  return [key, Array.isArray(known[key]) ? item : (Object.keys(known[key])[item] ?? item)]
}

/** The key that stands for a flag in a script. */
export function keyOf(flag: keyof CallFlags): string {
  return KEYS[flag] ?? flag
}

function targetsOf(targets: NonNullable<Known['transfer_to']>): string[] {
  return Array.isArray(targets)
    ? targets
    : Object.entries(targets).map(([name, number]) => `${name}=${number}`)
}
