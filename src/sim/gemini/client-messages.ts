/** The door for what clients send: one frame of JSON becomes typed messages, or the way in which the service refuses it. */

import type { ReceivedToolResponse } from './observations.ts'
import { INVALID_ARGUMENT, type Refusal } from './refusal.ts'
import { at } from './setup-rules.ts'
import { CLIENT_MESSAGE, isRecord, misfit } from './wire-shape.ts'

/** What a client may say. */
export type ClientMessage =
  | { type: 'setup'; setup: Record<string, unknown> }
  /** Sound of the person: signed 16-bit mono at `rate` Hz. */
  | { type: 'audio'; pcm: Int16Array; rate: number }
  /** Text by `realtimeInput`: does not disturb a turn that is being spoken. */
  | { type: 'text'; text: string }
  /** Text by `clientContent`; with `complete` the model answers at once, whatever it was doing. */
  | { type: 'content'; text: string; complete: boolean }
  | { type: 'activity'; speaking: boolean }
  | { type: 'tool-response'; responses: ReceivedToolResponse[] }
  /** Legal, and of no effect here: audioStreamEnd (which 3.8 ignores), video, contextUpdate. */
  | { type: 'ignored' }

/** The messages in one frame (`realtimeInput` may hold several), or the refusal. */
export function readClientMessage(frame: string): ClientMessage[] | Refusal {
  let json: unknown
  try {
    json = JSON.parse(frame)
  } catch {
    return refuse('Invalid JSON payload received. Parsing terminated before end of input.')
  }
  const problem = misfit(json, CLIENT_MESSAGE)
  if (problem !== undefined) return refuse(problem)
  // The kinds are one protobuf `oneof`: two at once, or none, is no message.
  if (!isRecord(json) || Object.keys(json).length !== 1) return INVALID_ARGUMENT

  if (isRecord(json.setup)) return [{ type: 'setup', setup: json.setup }]
  if (isRecord(json.realtimeInput)) return realtimeInput(json.realtimeInput)
  if (isRecord(json.clientContent)) return clientContent(json.clientContent)
  if (isRecord(json.toolResponse)) return toolResponse(json.toolResponse)
  return [{ type: 'ignored' }]
}

function realtimeInput(input: Record<string, unknown>): ClientMessage[] | Refusal {
  if (input.mediaChunks !== undefined)
    return refuse('realtime_input.media_chunks is deprecated. Use audio, video, or text instead.')
  const messages: ClientMessage[] = []
  if (input.audio !== undefined) {
    const audio = readAudio(String(at(input.audio, 'mimeType') ?? ''), String(at(input.audio, 'data') ?? ''))
    if ('code' in audio) return audio
    messages.push(audio)
  }
  if (typeof input.text === 'string') messages.push({ type: 'text', text: input.text })
  if (input.activityStart !== undefined) messages.push({ type: 'activity', speaking: true })
  if (input.activityEnd !== undefined) messages.push({ type: 'activity', speaking: false })
  return messages
}

/** PCM16 little-endian; without a rate in the type it is 16 kHz. */
function readAudio(mimeType: string, data: string): ClientMessage | Refusal {
  const rate = /^audio\/pcm(?:;\s*rate=(\d+))?$/.exec(mimeType)
  const samplesPerSecond = Number(rate?.[1] ?? 16000)
  if (!rate || samplesPerSecond < 8000 || samplesPerSecond > 48000)
    return refuse(`Mime type ${mimeType} is not supported.`)
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(data) || data.length % 4 !== 0)
    return refuse(`Invalid value at 'realtime_input.audio.data' (TYPE_BYTES), Base64 decoding failed.`)
  const bytes = Buffer.from(data, 'base64')
  if (bytes.length % 2 !== 0) return INVALID_ARGUMENT
  const pcm = new Int16Array(bytes.length / 2)
  bytes.copy(new Uint8Array(pcm.buffer))
  return { type: 'audio', pcm, rate: samplesPerSecond }
}

/** The words of a content, without what is between them. */
export function textsOf(content: unknown): string {
  const parts = at(content, 'parts')
  return Array.isArray(parts) ? parts.map((part: unknown) => String(at(part, 'text') ?? '')).join('') : ''
}

/** 3.8 takes turns of `user` and `model` only; a missing role or `system` is refused. */
function clientContent(content: Record<string, unknown>): ClientMessage[] | Refusal {
  const turns: unknown[] = Array.isArray(content.turns) ? content.turns : []
  const texts: string[] = []
  for (const turn of turns) {
    const role = at(turn, 'role')
    if (role !== 'user' && role !== 'model') return refuse('Please use a valid role: user, model.')
    texts.push(textsOf(turn))
  }
  return [{ type: 'content', text: texts.join(''), complete: content.turnComplete === true }]
}

/** The Gemini API (unlike Vertex) matches answers to calls by id alone, so an answer without one is refused. */
function toolResponse(response: Record<string, unknown>): ClientMessage[] | Refusal {
  const list: unknown[] = Array.isArray(response.functionResponses) ? response.functionResponses : []
  const responses: ReceivedToolResponse[] = []
  for (const item of list) {
    const [id, name, scheduling] = [at(item, 'id'), at(item, 'name'), at(item, 'scheduling')]
    if (typeof id !== 'string' || id === '' || !isScheduling(scheduling)) return INVALID_ARGUMENT
    if (!isRecord(at(item, 'response'))) return INVALID_ARGUMENT
    responses.push({
      id,
      name: typeof name === 'string' ? name : undefined,
      response: at(item, 'response'),
      scheduling,
    })
  }
  return [{ type: 'tool-response', responses }]
}

function isScheduling(value: unknown): value is string | undefined {
  return value === undefined || value === 'SILENT' || value === 'WHEN_IDLE' || value === 'INTERRUPT'
}

function refuse(reason: string): Refusal {
  return { code: 1007, reason }
}
