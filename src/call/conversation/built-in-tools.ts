/** The functions that every agent has: to end the call, to act on the line, and to say what it has found at the other end. */
import type { CallRequest, TransferTarget } from '../request.ts'
import type { Tool, ToolDeclaration, ToolResult } from '../tools.ts'
import type { LineWork } from './line-work.ts'

/** Ends the call once the farewell has been heard. Calling it again changes nothing. */
export const END_CALL = {
  name: 'end_call',
  description:
    'Hang up the phone. Say goodbye first, then call this. Call it when the conversation has reached its end, or when the person asks you to hang up.',
  parameters: { type: 'object', properties: {} },
} as const satisfies ToolDeclaration

/** Presses keys of the phone; told as `dtmf.sent`. */
export const PRESS_DIGITS = {
  name: 'press_digits',
  description:
    'Press keys of the phone, as for a phone menu or an extension. Afterwards say nothing and wait for what you hear. The line is silent while the keys are played.',
  parameters: {
    type: 'object',
    properties: {
      digits: {
        type: 'string',
        description: 'The keys in order: 0 to 9, * and #. A w among them waits half a second.',
      },
    },
    required: ['digits'],
  },
} as const satisfies ToolDeclaration

/** Says that a machine has answered; told as `machine.detected`. */
export const REPORT_MACHINE = {
  name: 'report_machine',
  description:
    'Report that no human being has answered but an answering machine, a voicemail or another recording. Call it as soon as you are sure, say nothing, and wait. Never call it for a person or for a phone menu.',
  parameters: { type: 'object', properties: {} },
} as const satisfies ToolDeclaration

const DO_NOT_CALL = {
  name: 'do_not_call',
  description:
    'Note that this person does not want to be called again. Call it whenever the person asks for that; it is honoured for ever.',
  parameters: { type: 'object', properties: {} },
} as const satisfies ToolDeclaration

/** Puts the person through; told as `transfer.…`. Its parameters depend on the call. */
export const TRANSFER_CALL = {
  name: 'transfer_call',
  description:
    'Put the person through to somebody else. Tell the person first, then call this. You leave the call when it has worked; otherwise you are told why it has not, and the person is back with you.',
} as const

/** Names that no function of a user may have. */
export const BUILT_IN_NAMES = [
  ...[END_CALL.name, PRESS_DIGITS.name, REPORT_MACHINE.name, DO_NOT_CALL.name, TRANSFER_CALL.name],
] as const

/** What the model is told of, for this call. */
export function builtInDeclarations({ transferTo }: Pick<CallRequest, 'transferTo'>): ToolDeclaration[] {
  const always = [END_CALL, PRESS_DIGITS, REPORT_MACHINE, DO_NOT_CALL]
  return transferTo.length === 0 ? always : [...always, transferCall(transferTo)]
}

/** What the functions do. */
export type BuiltInActs = {
  endCall(): void
  /** Returns what the agent is to do now. */
  machineReported(): 'be silent' | 'go on'
  /** Rejects when the wish could not be noted. */
  doNotCall(): Promise<void>
  line: LineWork
}

/** The functions at work. */
export function builtInTools({ transferTo }: Pick<CallRequest, 'transferTo'>, acts: BuiltInActs): Tool[] {
  const { line } = acts
  const tools: Tool[] = [
    {
      ...END_CALL,
      timeoutMs: 1000,
      async run() {
        acts.endCall()
        return { output: 'ok', silent: true }
      },
    },
    {
      ...PRESS_DIGITS,
      timeoutMs: 60_000,
      async run({ digits }, wanted) {
        const keys = readDigits(digits)
        return keys === undefined ? NO_DIGITS : line.press(keys, wanted)
      },
    },
    {
      ...REPORT_MACHINE,
      timeoutMs: 1000,
      async run() {
        return acts.machineReported() === 'go on'
          ? { output: 'Noted. Go on, and talk to it as to a person.' }
          : { output: 'Noted. Say nothing until you are told to.', silent: true }
      },
    },
    {
      ...DO_NOT_CALL,
      timeoutMs: 5000,
      async run() {
        await acts.doNotCall()
        return { output: 'Noted: this number will not be called again. Say so, and say goodbye.' }
      },
    },
  ]
  if (transferTo.length === 0) return tools
  const transfer: Tool = {
    ...transferCall(transferTo),
    timeoutMs: 120_000,
    async run({ to }, wanted) {
      const target = transferTo.find(({ name }) => name === to)
      return target
        ? line.transfer(target, wanted)
        : { error: `You can only transfer to ${names(transferTo)}.` }
    },
  }
  return [...tools, transfer]
}

const NO_DIGITS: ToolResult = { error: 'digits must be 1 to 32 keys: 0 to 9, *, #, and w for a pause.' }

/** Keys as a model may write them. */
function readDigits(written: unknown): string | undefined {
  const keys = String(written ?? '')
    .replace(/[\s.-]/g, '')
    .replaceAll(',', 'w')
    .replace(/[a-d]/g, (key) => key.toUpperCase())
  return /^[0-9*#A-DwW]{1,32}$/.test(keys) && /[^wW]/.test(keys) ? keys : undefined
}

function transferCall(targets: readonly TransferTarget[]): ToolDeclaration {
  const to = {
    type: 'string',
    enum: targets.map(({ name }) => name),
    description: 'Whom to put them through to.',
  }
  return { ...TRANSFER_CALL, parameters: { type: 'object', properties: { to }, required: ['to'] } }
}

function names(targets: readonly TransferTarget[]): string {
  return targets.map(({ name }) => name).join(', ')
}
