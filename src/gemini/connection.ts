/** One connection of a live session, from the upgrade to its end. A session may live over several: see session.ts. */
import type { Session as SdkSession } from '@google/genai'
import { CallError } from '../call/error.ts'
import type { ModelEvent, ModelLeg, ModelSetup } from '../call/live-model.ts'
import { withDeadline } from '../flow/deadline.ts'
import { createQueue } from '../flow/queue.ts'
import { createDecoder } from './decoder.ts'
import { modelError, plainText } from './errors.ts'
import type { Failure, Stage } from './failure.ts'
import { audioJson, readServerMessage } from './messages.ts'
import { GEMINI_BASE_URL, openSdkSession } from './sdk.ts'
import { SILENT, toLiveConfig, toolContract } from './setup.ts'
import type { ModelSocket } from './socket.ts'

/** How to reach Gemini. The times are in real milliseconds. */
export type ConnectionOptions = {
  apiKey: string
  /** `https://host[/path]`, or `http://` on loopback. */
  baseUrl?: string | undefined
  /** For the whole of opening a connection (default 10,000). */
  connectTimeoutMs?: number
  /** For the answer to the WebSocket upgrade (default 8,000). */
  handshakeTimeoutMs?: number
  /** Between two pings (default 15,000). */
  pingEveryMs?: number
  /** A connection without a frame or pong for this long is lost (default 45,000). */
  deadAfterMs?: number
}

type ToolAnswer = Parameters<ModelLeg['answerTool']>

/** What a session is told, each the argument of a ModelLeg's function. */
export type ModelInput =
  | { type: 'audio'; pcm: Int16Array }
  | { type: 'text'; text: string; insist: boolean }
  | { type: 'tool-answer'; call: ToolAnswer[0]; response: ToolAnswer[1]; silent: boolean }

/** An open connection whose setup is confirmed. */
export type Connection = {
  /** What came since the setup was sent; ends after `closed`, or without it once `close()` is called. For exactly one reader. */
  readonly events: AsyncIterable<ModelEvent>
  /** False as soon as the connection has ended or is being closed. */
  readonly open: boolean
  /** Bytes handed to the socket that have not left yet. */
  readonly bufferedBytes: number
  /** Ignored once the connection is not open. */
  send(input: ModelInput): void
  /** Closes with 1000, firmly after a second; resolves when closed. May be called twice. */
  close(): Promise<void>
}

/** How opening a connection went. `failure` is undefined when it failed before anything was sent. */
export type Opening = { connection: Connection } | { error: CallError; failure: Failure | undefined }

/** Which connection of a session to open: the first, or one that carries it on, by its handle or, without one, as a fresh session. */
export type Purpose = { stage: 'starting' } | { stage: 'moving'; handle: string | undefined }

/** Opens one connection. Never rejects; leaves nothing open when it fails. */
export async function openConnection(
  options: ConnectionOptions,
  setup: ModelSetup,
  purpose: Purpose,
  signal: AbortSignal,
): Promise<Opening> {
  const { apiKey, baseUrl = GEMINI_BASE_URL, connectTimeoutMs = 10_000, handshakeTimeoutMs = 8_000 } = options
  const { pingEveryMs = 15_000, deadAfterMs = 45_000 } = options
  const inWords = (failure: Failure, stage: Stage) =>
    modelError(failure, { model: setup.model, apiKey, stage })
  const failed = (failure: Failure): Opening => ({ failure, error: inWords(failure, purpose.stage) })
  if (signal.aborted) return failed({ type: 'aborted' })
  if (!isUsableKey(apiKey)) return failed({ type: 'unusable-key' })

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
  const lost = ended.then((failure): never => {
    throw new OpeningFailed(failure)
  })
  const config = toLiveConfig(setup, purpose.stage === 'moving' ? purpose.handle : undefined)
  const opened = openSdkSession({ apiKey, baseUrl }, { model: setup.model, config }, socket)
  try {
    const late = () => new OpeningFailed({ type: 'silence', waitedMs: connectTimeoutMs })
    const session = await withDeadline(Promise.race([opened, lost]), connectTimeoutMs, late, signal)
    const whyEnded = ended.then((failure) => inWords(failure, 'open'))
    return { connection: createConnection(setup, session, socket, events, whyEnded) }
  } catch (error) {
    socket.terminate()
    if (signal.aborted) return failed({ type: 'aborted' })
    if (error instanceof OpeningFailed) return failed(error.failure)
    // The SDK's own words may quote the URL, and with it the key; so the error itself goes no further.
    const words = plainText(error instanceof Error ? error.message : '', apiKey)
    const message = `the Gemini SDK failed before connecting: ${words}`
    return { failure: undefined, error: new CallError('internal', message) }
  }
}

/** True when a key can travel in a header and a URL: visible ASCII. Pasted quotes and line breaks cannot. */
function isUsableKey(apiKey: string): boolean {
  return /^[\x21-\x7e]+$/.test(apiKey)
}

class OpeningFailed extends Error {
  readonly failure: Failure

  constructor(failure: Failure) {
    super(failure.type)
    this.failure = failure
  }
}

function createConnection(
  setup: ModelSetup,
  session: SdkSession,
  socket: ModelSocket,
  events: ReturnType<typeof createQueue<ModelEvent>>,
  whyEnded: Promise<CallError>,
): Connection {
  const { scheduling } = toolContract(setup.model)
  let open = true

  const watchEnd = async () => {
    const error = await whyEnded
    open = false
    events.push({ type: 'closed', error })
    events.end()
  }
  void watchEnd()

  return {
    events,
    get open() {
      return open
    },
    get bufferedBytes() {
      return socket.bufferedBytes
    },
    send(input) {
      if (!open) return
      switch (input.type) {
        case 'audio': {
          const { buffer, byteOffset, byteLength } = input.pcm
          const data = Buffer.from(buffer, byteOffset, byteLength).toString('base64')
          return socket.send(audioJson(data, setup.inputRate))
        }
        case 'text': {
          const { text } = input
          if (!input.insist) return session.sendRealtimeInput({ text })
          return session.sendClientContent({
            turns: [{ role: 'user', parts: [{ text }] }],
            turnComplete: true,
          })
        }
        case 'tool-answer': {
          const answer = { ...input.call, response: input.response }
          return session.sendToolResponse({
            functionResponses: input.silent && scheduling ? { ...answer, scheduling: SILENT } : answer,
          })
        }
        default:
          input satisfies never
      }
    },
    close() {
      open = false
      events.end()
      return socket.close()
    },
  }
}
