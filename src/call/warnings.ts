/** What is said of troubles that end no call: a code for programs, a sentence for people, and where something can be done, what. */
import type { JournalEvent } from './events.ts'

type Warning = Extract<JournalEvent, { type: 'warning' }>

const WORDS = {
  'phone-sound-missing': {
    message: 'no sound has come from the phone for 10 s, not even silence',
    hint: 'Perhaps the line leaves silence out; perhaps its connection is dead.',
  },
  'phone-connection-slow': {
    message: 'the connection to the phone does not keep up: the agent is heard late',
  },
  'agent-sound-dropped': {
    message: 'the agent has said more than five minutes ahead of the phone: the rest is dropped',
  },
  'sound-not-back': {
    message: 'the call ended before its sound was connected again',
    hint: 'The person hung up meanwhile, or Twilio did not reach the public address: its console tells, under Monitor > Logs > Errors.',
  },
  'message-not-left': { message: 'the machine was not left the whole message' },
  'model-turn-unfinished': { message: 'the model did not say that its turn was over; it is taken to be' },
  'model-no-greeting': { message: 'the model did not begin to speak; it is asked again' },
  'model-no-answer': { message: 'the model did not answer the person; it is asked to' },
  'model-empty-turn': { message: 'the model ended its turn without a sound; it is asked to speak' },
  'model-silent-audio': { message: 'the model sends silence for speech; it is asked to speak' },
  'model-frozen-after-interruption': {
    message: 'the model fell silent after it was interrupted; it is asked to go on',
  },
  'model-deaf-after-tool': {
    message: 'the model fell silent after a function returned; it is asked to go on',
  },
} as const satisfies Record<string, { message: string; hint?: string }>

/** The event that warns of it. */
export function warning(code: keyof typeof WORDS): Warning {
  return { type: 'warning', code, ...WORDS[code] }
}

/** This program stood still for so long. */
export function programStalled(ms: number): Warning {
  const message = `this program stood still for ${(ms / 1000).toFixed(1)} s; the machine was busy, or asleep`
  return { type: 'warning', code: 'program-stalled', message }
}

/** These parts of a call could not be closed in time. */
export function closeFailed(parts: readonly string[]): Warning {
  return { type: 'warning', code: 'close-failed', message: `not closed in time: ${parts.join(', ')}` }
}
