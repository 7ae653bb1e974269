/** What is done when a machine answers: two flags that belong together. Pure. */
import type { MachinePolicy } from '../call/request.ts'
import { DEFAULTS } from './call-defaults.ts'
import { type Parsed, perhaps, quoted } from './parsed.ts'

/** The flags as they came; absent ones are undefined. */
export type MachineFlags = { onMachine?: string; voicemailMessage?: string }

/** The words of `--on-machine`. */
export const MACHINE_POLICIES = [
  'hangup',
  'leave-message',
  'continue',
] as const satisfies readonly MachinePolicy['type'][]

/** The policy, or what is wrong with either flag. */
export function parseMachinePolicy({ onMachine = DEFAULTS.onMachine, voicemailMessage }: MachineFlags): {
  [Flag in keyof Required<MachineFlags>]: Parsed<MachinePolicy>
} {
  const message = voicemailMessage?.trim()
  const both = (parsed: Parsed<MachinePolicy>) => ({ onMachine: parsed, voicemailMessage: parsed })
  const hangup: Parsed<MachinePolicy> = { value: { type: 'hangup' } }
  switch (onMachine) {
    case 'hangup':
    case 'continue': {
      const policy: Parsed<MachinePolicy> = { value: { type: onMachine } }
      if (message === undefined) return both(policy)
      const wrong = `has no effect: what is done on a machine is ${onMachine}, not leave-message`
      return { onMachine: policy, voicemailMessage: { wrong } }
    }
    case 'leave-message':
      if (message) return both({ value: { type: 'leave-message', message } })
      if (message === '') return { onMachine: hangup, voicemailMessage: { wrong: 'must not be empty' } }
      return {
        onMachine: {
          wrong: 'leave-message needs a message: --voicemail-message, or voicemail_message in the script',
        },
        voicemailMessage: hangup,
      }
    default: {
      const guess = perhaps(onMachine, MACHINE_POLICIES)
      const wrong = `must be hangup, leave-message or continue, not ${quoted(onMachine)}${guess}`
      return { onMachine: { wrong }, voicemailMessage: hangup }
    }
  }
}
