/** Gemini Live as a LiveModel. */
import type { Session } from '@google/genai'
import { createSampleJoiner } from '../audio/sample-joiner.ts'
import { CallError } from '../call/error.ts'
import type { LiveModel, ModelEvent, ModelLeg, ModelSetup } from '../call/ports.ts'
import { withDeadline } from '../flow/deadline.ts'
import { createQueue } from '../flow/queue.ts'
import { type Failure, isUsableKey, modelError, plainText } from './errors.ts'
import { readServerMessage, type WireEvent } from './messages.ts'
import { openSession } from './sdk.ts'
import { SILENT, toLiveConfig, toolContract } from './setup.ts'
import type { ModelSocket } from './socket.ts'

/** Where Gemini is when nobody says otherwise. */
export const GEMINI_BASE_URL = 'https://generativelanguage.googleapis.com'

/** How to reach Gemini. The times are in real milliseconds. */
export type GeminiOptions = {
  apiKey: string
  /** `https://host[/path]`, or `http://` on loopback. */
  baseUrl?: string | undefined
  /** For the whole of `connect` (default 10,000). */
  connectTimeoutMs?: number
  /** For the answer to the WebSocket upgrade (default 8,000). */
  handshakeTimeoutMs?: number
  /** Between two pings (default 15,000). */
  pingEveryMs?: number
  /** A connection without a frame or pong for this long is lost (default 45,000). */
  deadAfterMs?: number
}

/** Samples per second of Gemini's speech, whatever it is sent. */
const OUTPUT_RATE = 24000

/** A model service that opens one connection for each `connect`. */
export function createGeminiModel(options: GeminiOptions): LiveModel {
  return { connect: (setup, signal) => connect(options, setup, signal) }
}

async function connect(options: GeminiOptions, setup: ModelSetup, signal: AbortSignal): Promise<ModelLeg> {
  const { apiKey, baseUrl = GEMINI_BASE_URL, connectTimeoutMs = 10_000, handshakeTimeoutMs = 8_000 } = options
  const { pingEveryMs = 15_000, deadAfterMs = 45_000 } = options
  const fail = (failure: Failure, ready: boolean) =>
    modelError(failure, { model: setup.model, apiKey, ready })
  if (signal.aborted) throw fail({ type: 'aborted' }, false)
  if (!isUsableKey(apiKey)) throw fail({ type: 'unusable-key' }, false)

  const events = createQueue<ModelEvent>()
  const toModelEvent = createDecoder()
  let markEnded: (failure: Failure) => void = () => {}
  const ended = new Promise<Failure>((resolve) => {
    markEnded = resolve
  })
  const { createModelSocket } = await import('./socket.ts')
  const socket = createModelSocket(
    {
      message(message) {
        for (const wire of readServerMessage(message)) {
          const event = toModelEvent(wire)
          if (event) events.push(event)
        }
      },
      unreadable: (detail) => events.push({ type: 'unreadable', detail }),
      ended: markEnded,
    },
    { handshakeTimeoutMs, pingEveryMs, deadAfterMs },
  )
  const failed = ended.then((failure): never => {
    throw fail(failure, false)
  })
  const opened = openSession({ apiKey, baseUrl }, { model: setup.model, config: toLiveConfig(setup) }, socket)
  try {
    const late = () => fail({ type: 'silence', waitedMs: connectTimeoutMs }, false)
    const session = await withDeadline(Promise.race([opened, failed]), connectTimeoutMs, late, signal)
    return createLeg({ setup, session, socket, events, lost: ended.then((failure) => fail(failure, true)) })
  } catch (error) {
    socket.terminate()
    if (signal.aborted) throw fail({ type: 'aborted' }, false)
    if (error instanceof CallError) throw error
    // The SDK's own words may quote the URL, and with it the key; so the error itself goes no further.
    const words = plainText(error instanceof Error ? error.message : '', apiKey)
    throw new CallError('internal', `the Gemini SDK failed before connecting: ${words}`)
  }
}

function createLeg(parts: {
  setup: ModelSetup
  session: Session
  socket: ModelSocket
  events: ReturnType<typeof createQueue<ModelEvent>>
  lost: Promise<CallError>
}): ModelLeg {
  const { setup, session, socket, events } = parts
  const { scheduling } = toolContract(setup.model)
  const mimeType = `audio/pcm;rate=${setup.inputRate}`
  let open = true

  const watchLoss = async () => {
    const error = await parts.lost
    open = false
    events.push({ type: 'closed', error })
    events.end()
  }
  void watchLoss()

  return {
    inputRate: setup.inputRate,
    outputRate: OUTPUT_RATE,
    events,
    get bufferedBytes() {
      return socket.bufferedBytes
    },
    sendAudio(pcm) {
      if (!open) return
      const data = Buffer.from(pcm.buffer, pcm.byteOffset, pcm.byteLength).toString('base64')
      session.sendRealtimeInput({ audio: { data, mimeType } })
    },
    sendText(text) {
      if (open) session.sendRealtimeInput({ text })
    },
    answerTool({ id, name }, response, silent) {
      if (!open) return
      const answer = { id, name, response }
      session.sendToolResponse({
        functionResponses: silent && scheduling ? { ...answer, scheduling: SILENT } : answer,
      })
    },
    close() {
      open = false
      events.end()
      return socket.close()
    },
  }
}

/** Turns sound in bytes into samples, over the borders of messages but not of turns: an odd byte never shifts the next turn. */
function createDecoder(): (wire: WireEvent) => ModelEvent | undefined {
  const joiner = createSampleJoiner()
  return (wire) => {
    switch (wire.type) {
      case 'setup-complete':
        return undefined
      case 'audio': {
        if (wire.sampleRate !== OUTPUT_RATE)
          return {
            type: 'unreadable',
            detail: `Gemini sent sound at ${wire.sampleRate} Hz, not ${OUTPUT_RATE}`,
          }
        const pcm = joiner.push(wire.bytes)
        return pcm.length === 0 ? undefined : { type: 'audio', pcm }
      }
      case 'generation-complete':
      case 'interrupted':
      case 'turn-complete':
        joiner.reset()
        return wire
      default:
        return wire
    }
  }
}
