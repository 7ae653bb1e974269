/**
 * The WebSocket under the SDK. The SDK's own has no deadline, no limit, no way to be cut off, and lets a frame that is not JSON kill the
 * process (https://github.com/googleapis/js-genai/issues/1257); this one takes its place. Loaded lazily, because of `ws`.
 */
import type { Duplex } from 'node:stream'
import { type RawData, WebSocket } from 'ws'
import type { Failure } from './failure.ts'
import { readRefusedUpgrade } from './refused-upgrade.ts'

/** Who is told what the connection does. */
type SocketSink = {
  /** One message of the server: a JSON object. */
  message(message: object): void
  /** A frame that is no JSON object. */
  unreadable(detail: string): void
  /** The connection could not begin or has ended, for whatever reason, our own closing included. Called once. */
  ended(failure: Failure): void
}

/** Times in real milliseconds. */
type SocketTimes = {
  /** For the answer to the upgrade. */
  handshakeTimeoutMs: number
  /** Between two pings. */
  pingEveryMs: number
  /** Without any frame or pong for this long the connection is dead. Google's pongs have been seen 30 s late. */
  deadAfterMs: number
}

/** What the SDK wants to hear of its connection, and what it does with one (WebSocketCallbacks and WebSocket in the SDK). */
type SdkCallbacks = { onopen: () => void; onmessage: (event: { data: string }) => void }
type SdkConnection = { connect(): void; send(message: string): void; close(): void }

/** One connection, made when the SDK asks for it. */
export type ModelSocket = {
  /** The SDK's WebSocketFactory. To be called once. */
  create(url: string, headers: Record<string, string>, callbacks: SdkCallbacks): SdkConnection
  /** Bytes handed to the socket that have not left yet. */
  readonly bufferedBytes: number
  /** Sends a text frame, past the SDK, on a connection that has been opened; ignored after its end. */
  send(message: string): void
  /** Closes with 1000, firmly after a second; resolves when closed. May be called twice. */
  close(): Promise<void>
  /** Cuts the connection at once. */
  terminate(): void
}

const MAX_PAYLOAD_BYTES = 16 * 1024 * 1024
/** The only message of the server that the SDK waits for. */
const SETUP_COMPLETE = { data: '{"setupComplete":{}}' }

/** A socket that is not yet connected. */
export function createModelSocket(sink: SocketSink, times: SocketTimes): ModelSocket {
  let ws: WebSocket | undefined
  let wire: Duplex | undefined
  let markClosed: () => void = () => {}
  const closed = new Promise<void>((resolve) => {
    markClosed = resolve
  })

  let cut = false

  const open = (
    url: string,
    headers: Record<string, string>,
    opened: () => void,
    setupComplete: () => void,
  ) => {
    // The SDK asks for its connection some time after it was told to, when nobody may want it any more.
    if (cut) return
    const options = {
      headers,
      handshakeTimeout: times.handshakeTimeoutMs,
      perMessageDeflate: false,
      maxPayload: MAX_PAYLOAD_BYTES,
      closeTimeout: 1000, // how long a close frame may stay unanswered; @types/ws does not know it yet
    }
    const socket = new WebSocket(url, options)
    ws = socket
    let failure: Failure | undefined
    const life = watchLife(socket, times, (waitedMs) => {
      failure ??= { type: 'silence', waitedMs }
    })
    socket.on('upgrade', (response) => {
      wire = response.socket
    })
    socket.on('open', () => {
      life.begin()
      opened()
    })
    socket.on('message', (data) => {
      life.sign()
      deliver(data, sink, setupComplete)
    })
    socket.on('unexpected-response', async (_request, response) => {
      const refusal = await readRefusedUpgrade(response)
      failure ??= refusal
      socket.terminate()
    })
    socket.on('error', (error) => {
      failure ??= fromSocketError(error, times.handshakeTimeoutMs)
    })
    socket.on('close', (code, reason) => {
      life.end()
      sink.ended(failure ?? { type: 'close', code, reason: reason.toString() })
      markClosed()
    })
  }

  /** Frames that came from the phone in one breath, as they do when this program is behind, leave in one write. */
  const send = (message: string) => {
    wire?.cork()
    ws?.send(message)
    process.nextTick(() => wire?.uncork())
  }
  return {
    create(url, headers, callbacks) {
      let setupSent = false
      let completed = false
      let told = false
      // Not before the SDK has sent its setup: it would not survive that.
      const tellSdk = () => {
        if (told || !setupSent || !completed) return
        told = true
        callbacks.onmessage(SETUP_COMPLETE)
      }
      return {
        // The SDK writes `//ws/` when its base URL has no path. Google does not mind, others may.
        connect: () =>
          open(url.replace(/(?<!:)\/\/ws\//, '/ws/'), headers, callbacks.onopen, () => {
            completed = true
            tellSdk()
          }),
        send: (message) => {
          send(message)
          setupSent = true
          tellSdk()
        },
        close: () => ws?.close(1000),
      }
    },
    get bufferedBytes() {
      return ws?.bufferedAmount ?? 0
    },
    send,
    close() {
      cut = true
      ws?.close(1000)
      return ws ? closed : Promise.resolve()
    },
    terminate() {
      cut = true
      ws?.terminate()
    },
  }
}

/** Gives a frame, text or binary, to the sink. The SDK is only told of setupComplete: even an object with a field `text` or `data` would kill it. */
function deliver(data: RawData, sink: SocketSink, setupComplete: () => void): void {
  try {
    const message: unknown = JSON.parse(data.toString())
    if (typeof message !== 'object' || message === null || Array.isArray(message))
      throw new TypeError('no object')
    if ('setupComplete' in message) setupComplete()
    sink.message(message)
  } catch {
    sink.unreadable('Gemini sent a frame that could not be read')
  }
}

/** Pings, and cuts a connection that shows no sign of life: a dead one may look open for ever. */
function watchLife(socket: WebSocket, times: SocketTimes, dead: (waitedMs: number) => void) {
  let signAt = performance.now()
  let timer: NodeJS.Timeout | undefined
  const sign = () => {
    signAt = performance.now()
  }
  socket.on('pong', sign)
  socket.on('ping', sign)
  return {
    sign,
    begin() {
      sign()
      timer = setInterval(() => {
        const waitedMs = performance.now() - signAt
        if (waitedMs < times.deadAfterMs) return socket.ping()
        dead(waitedMs)
        socket.terminate()
      }, times.pingEveryMs)
    },
    end: () => clearInterval(timer),
  }
}

function fromSocketError(error: Error, handshakeTimeoutMs: number): Failure {
  // This one of ws has no code.
  if (error.message === 'Opening handshake has timed out')
    return { type: 'silence', waitedMs: handshakeTimeoutMs }
  const code = 'code' in error && typeof error.code === 'string' ? error.code : 'no WebSocket answer'
  return { type: 'network', code }
}
