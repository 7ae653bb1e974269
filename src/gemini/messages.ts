/**
 * One message of the Live server as events. Pure, and never throws: what is not understood becomes `unreadable`, which quotes nothing.
 * The shapes are those of LiveServerMessage in @google/genai and of https://ai.google.dev/api/live.
 */
import type { ModelEvent } from '../call/live-model.ts'
import { readUsage } from './usage.ts'

const LONGEST_NAME = 128

/** What one message may say. Sound is still in bytes: a sample may be split over two messages. */
export type WireEvent =
  | { type: 'setup-complete' }
  /** Signed 16-bit little-endian mono. */
  | { type: 'audio'; bytes: Uint8Array; sampleRate: number }
  | Exclude<ModelEvent, { type: 'audio' | 'closed' }>

type Fields = Readonly<Record<string, unknown>>

/** Samples per second of Gemini's speech, whatever it is sent; sound whose type names no rate has this one. */
export const OUTPUT_RATE = 24000

/** Sound of the person, base64 of 16-bit little-endian mono, as the SDK would write it. A template, for it runs 50 times a second. */
export function audioJson(data: string, sampleRate: number): string {
  return `{"realtimeInput":{"audio":{"data":"${data}","mimeType":"audio/pcm;rate=${sampleRate}"}}}`
}

/** Who reads which field of a message, in the order of meaning. */
const READERS: readonly (readonly [field: string, read: (value: Fields) => WireEvent[]])[] = [
  ['setupComplete', () => [{ type: 'setup-complete' }]],
  ['serverContent', readSpeech],
  ['toolCall', readToolCalls],
  ['toolCallCancellation', readCancellation],
  ['serverContent', readTurnEnd],
  ['usageMetadata', (value) => [{ type: 'usage', usage: readUsage(value) }]],
  ['goAway', (value) => [{ type: 'going-away', timeLeftMs: durationMs(value.timeLeft) }]],
  ['sessionResumptionUpdate', readResumption],
  // What the voice detector noticed: nothing that we need.
  ['voiceActivity', () => []],
  ['voiceActivityDetectionSignal', () => []],
]

/**
 * Everything that `message` says, in the order of meaning: what was heard, what is spoken, which tools are called, and only then what
 * ends a turn or the session. Sound that comes together with `interrupted` was made before the interruption.
 */
export function readServerMessage(message: unknown): WireEvent[] {
  if (!isFields(message)) return [unreadable('a message that is not an object')]
  const present = READERS.filter(([field]) => isFields(message[field]))
  if (present.length === 0) return [unreadable('a message without any field we can read')]
  return present.flatMap(([field, read]) => {
    const value = message[field]
    return isFields(value) ? read(value) : []
  })
}

function readSpeech(content: Fields): WireEvent[] {
  const events: WireEvent[] = []
  const heard = textIn(content.inputTranscription)
  if (heard !== '') events.push({ type: 'person-text', text: heard })
  events.push(...readParts(content.modelTurn))
  const spoken = textIn(content.outputTranscription)
  if (spoken !== '') events.push({ type: 'agent-text', text: spoken })
  return events
}

/** Only sound is spoken. Text in a part is a thought or a note of the model's (the words come as outputTranscription): passed over. */
function readParts(turn: unknown): WireEvent[] {
  if (turn === undefined || turn === null) return []
  if (!isFields(turn)) return [unreadable('modelTurn is not an object')]
  if (turn.parts === undefined || turn.parts === null) return []
  if (!Array.isArray(turn.parts)) return [unreadable('the parts of a turn are not a list')]
  return turn.parts.flatMap((part: unknown) => {
    if (!isFields(part)) return [unreadable('a part of a turn is not an object')]
    return part.inlineData === undefined ? [] : [readSound(part.inlineData)]
  })
}

function readSound(data: unknown): WireEvent {
  if (!isFields(data) || typeof data.data !== 'string' || typeof data.mimeType !== 'string')
    return unreadable('inline data without type or content')
  const pcm = /^audio\/pcm(?:\s*;\s*rate=(\d{1,6}))?\s*$/i.exec(data.mimeType)
  if (!pcm) return unreadable('inline data that is not PCM sound')
  const bytes = Buffer.from(data.data, 'base64')
  // Buffer skips what is not base64, and then comes out short.
  const padding = data.data.endsWith('==') ? 2 : data.data.endsWith('=') ? 1 : 0
  if (bytes.length !== Math.floor(((data.data.length - padding) * 3) / 4))
    return unreadable('sound that is not base64')
  return { type: 'audio', bytes, sampleRate: pcm[1] === undefined ? OUTPUT_RATE : Number(pcm[1]) }
}

function readTurnEnd(content: Fields): WireEvent[] {
  const events: WireEvent[] = []
  if (content.generationComplete === true) events.push({ type: 'generation-complete' })
  if (content.interrupted === true) events.push({ type: 'interrupted' })
  if (content.turnComplete === true) {
    const reason = content.turnCompleteReason
    const odd =
      typeof reason === 'string' && /^[A-Z][A-Z_]{1,59}$/.test(reason) && !reason.endsWith('_UNSPECIFIED')
    events.push(odd ? { type: 'turn-complete', reason } : { type: 'turn-complete' })
  }
  return events
}

function readToolCalls(toolCall: Fields): WireEvent[] {
  if (!Array.isArray(toolCall.functionCalls)) return [unreadable('a tool call without functions')]
  return toolCall.functionCalls.map((call: unknown): WireEvent => {
    if (!isFields(call)) return unreadable('a function call that is not an object')
    const { id, name, args = {} } = call
    // Without its id a call cannot be answered.
    if (typeof id !== 'string' || id === '' || typeof name !== 'string' || name === '')
      return unreadable('a function call without id or name')
    if (!isFields(args)) return unreadable('a function call whose arguments are not an object')
    // No declared function has a longer name (https://ai.google.dev/api/caching#FunctionDeclaration); this one goes to views and files.
    return { type: 'tool-call', id, name: name.slice(0, LONGEST_NAME), args }
  })
}

function readCancellation(cancellation: Fields): WireEvent[] {
  if (!Array.isArray(cancellation.ids)) return [unreadable('a tool call cancellation without ids')]
  const ids = cancellation.ids.filter((id): id is string => typeof id === 'string')
  return ids.length === 0 ? [] : [{ type: 'tool-cancelled', ids }]
}

/** While the model speaks or calls tools an update says `resumable: false`, or, as JSON leaves out what is false, nothing at all. */
function readResumption(update: Fields): WireEvent[] {
  const { resumable, newHandle } = update
  if (resumable !== true) return [{ type: 'resumable', handle: undefined }]
  // Resumable without a handle is no news: the last handle stays good.
  return typeof newHandle === 'string' && newHandle !== '' ? [{ type: 'resumable', handle: newHandle }] : []
}

/** A protobuf Duration such as "50s" or "1.500s" in ms; 0 when it is missing, negative or none: then there is no time to lose. */
function durationMs(duration: unknown): number {
  const seconds = typeof duration === 'string' ? /^(\d{1,9}(?:\.\d{1,9})?)s$/.exec(duration) : undefined
  return seconds ? Math.round(Number(seconds[1]) * 1000) : 0
}

function textIn(transcription: unknown): string {
  return isFields(transcription) && typeof transcription.text === 'string' ? transcription.text : ''
}

function isFields(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function unreadable(detail: string): WireEvent {
  return { type: 'unreadable', detail: `Gemini sent ${detail}` }
}
