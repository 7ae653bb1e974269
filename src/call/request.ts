/** What somebody wants: one call, fully decided, before anything is opened. */

import type { VoiceActivity } from './live-model.ts'

/** Sample rates that the model side may be sent, in Hz. */
export type InputRate = 8000 | 16000 | 24000

/** What is done when a machine answers. */
export type MachinePolicy =
  | { type: 'hangup' }
  /** `message` is spoken after the machine's greeting. */
  | { type: 'leave-message'; message: string }
  /** The agent talks to it as to a person. */
  | { type: 'continue' }

/** Somebody whom the agent may put the person through to. `name` is what the model calls them; `number` is E.164. */
export type TransferTarget = { name: string; number: string }

/** One call to place. Made from argv and settings by config/, never changed afterwards. */
export type CallRequest = {
  /** Whom to ring, E.164 with the plus. */
  to: string
  /** Who rings: a number of the Twilio account, E.164. */
  from: string
  /** A Gemini voice name, such as `Kore`. */
  voice: string
  /** A Gemini Live model id, without the `models/` prefix. */
  model: string
  /** What the agent is and wants, in the words of the user: the heart of the system instruction. */
  prompt: string
  /** Who speaks first. `person`: the agent waits to be spoken to. */
  speaksFirst: 'agent' | 'person'
  /** The first words of the agent, or undefined: the model finds its own. */
  greeting: string | undefined
  /** A BCP-47 tag such as `en-US` that the agent must speak, or undefined: the model chooses. */
  language: string | undefined
  /** Longest conversation, from the first sound on, in ms; also given to the carrier as a hard limit. */
  maxDurationMs: number
  /** After this many turns of the agent it says goodbye; undefined: no limit. */
  maxTurns: number | undefined
  /** How long nobody may speak before the call is ended, in ms; halfway the agent asks whether anybody is there. */
  silenceTimeoutMs: number
  /** Phrases by which the agent ends the call, beside those that are known in each language. */
  farewells: readonly string[]
  /** Keys to press right after the answer: 0-9, *, #, A-D; `w` waits 0.5 s, `W` 1 s. */
  digits: string | undefined
  /** Whether the carrier listens for an answering machine. */
  detectMachine: boolean
  onMachine: MachinePolicy
  transferTo: readonly TransferTarget[]
  /** How the model tells speech from silence. */
  voiceActivity: VoiceActivity
  /** How long the phone may ring, in ms. */
  ringTimeoutMs: number
  /** The rate at which the model hears the person. */
  inputRate: InputRate
}
