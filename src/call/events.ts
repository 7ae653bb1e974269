/** The news of a call: one union, from which the terminal, NDJSON, the archive and every later reader live. */
import type { ReconnectReason, Usage } from './live-model.ts'
import type { CallReport } from './report.ts'
import type { CallStatus } from './status.ts'

/** Who speaks: the person on the phone, or our agent. */
export type Speaker = 'person' | 'agent'

/** Times inside a call (`…Ms` of turns) count from the start of the media stream. */
export type JournalEvent =
  | { type: 'call.requested'; to: string; from: string; voice: string; model: string }
  | { type: 'ingress.ready'; publicUrl: string; via: 'ngrok' | 'own' | 'loopback' }
  | { type: 'model.ready'; model: string; voice: string; connectMs: number }
  | { type: 'model.reconnected'; reason: ReconnectReason; gapMs: number }
  | { type: 'call.created'; callSid: string }
  | { type: 'call.status'; status: CallStatus }
  | { type: 'call.answered'; ringMs: number; answeredBy: string }
  | { type: 'media.started'; streamSid: string }
  /** The carrier connected the sound anew, after keys were pressed or a transfer failed. `gapMs`: how long there was none. */
  | { type: 'media.reconnected'; streamSid: string; gapMs: number }
  /** A machine answered, or a human being after all: `answeredBy` in the carrier's words; `by`: who found out. */
  | { type: 'machine.detected'; answeredBy: string; by: 'carrier' | 'agent' }
  /** The machine records; what the agent says from now on is the message for it. */
  | { type: 'message.started' }
  /** A piece of a turn as it is spoken; of the agent's words only those that have been played. */
  | { type: 'transcript.delta'; speaker: Speaker; turn: number; text: string }
  | {
      type: 'turn.ended'
      speaker: Speaker
      /** Counts from 1 over both speakers, in the order in which the turns began. */
      turn: number
      /** What was said; of an interrupted agent, what was heard of it. */
      text: string
      /** Words that the agent had ready but that nobody heard, because it was cut. */
      unheardText?: string
      startMs: number
      endMs: number
      interrupted: boolean
      /** How much sound of the turn reached the phone's ear, in ms. */
      heardMs: number
    }
  | { type: 'agent.interrupted'; turn: number; heardMs: number }
  | { type: 'latency'; turn: number; responseMs: number }
  | { type: 'tool.called'; name: string; args: Record<string, unknown> }
  | { type: 'tool.returned'; name: string; ok: boolean }
  | { type: 'dtmf.received'; digit: string }
  /** The agent pressed keys; `w` and `W` among them are pauses of 0.5 s and 1 s. */
  | { type: 'dtmf.sent'; digits: string }
  /** The person is being put through; it has worked; it has not, and the person is back. */
  | { type: 'transfer.started'; to: string }
  | { type: 'transfer.connected'; to: string }
  | { type: 'transfer.failed'; to: string; why: 'busy' | 'no-answer' | 'failed' | 'canceled' }
  | ({ type: 'usage'; estimatedCostUsd: number } & Usage)
  | { type: 'warning'; code: string; message: string; hint?: string }
  /** Always the last event. */
  | ({ type: 'call.ended'; exitCode: number } & CallReport)

/** Sound as it was really exchanged, for the recorder. Never journalled. */
export type SoundEvent =
  /** The person's sound; `atMs` since media start. */
  | { type: 'sound.person'; pcm: Int16Array; atMs: number }
  /** Sound handed to the phone's playback buffer, to begin there at `atMs` since media start. */
  | { type: 'sound.agent'; pcm: Int16Array; atMs: number }
  /** Playback was cut: nothing of the agent's sound after `atMs` was heard. */
  | { type: 'sound.cut'; atMs: number }

/** Everything that happens in a call. */
export type CallEvent = JournalEvent | SoundEvent

/** A journal event with its stamp: ISO 8601 time with ms, and a number without gaps from 1. */
export type Stamped = JournalEvent & { at: string; seq: number }

/** The only way in which news leaves the call. Never throws, never waits. */
export type Emit = (event: CallEvent) => void
