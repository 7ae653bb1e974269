/** The WebSocket that Twilio opens to its customer's server: signed, without origin, subprotocol or compression. */
import { WebSocket } from 'ws'
import type { Exchange } from './exchange.ts'
import type { StreamNoun } from './parse-twiml.ts'
import { signRequest } from './sign-request.ts'
import { closeError, connectError, type StreamError, streamAddress } from './stream-errors.ts'

/** How long the upgrade may take, and the answer to our close frame, in real milliseconds. */
const UPGRADE_WITHIN_MS = 5000
const CLOSE_WITHIN_MS = 1000

/** One connection, from the attempt on. */
type MediaSocket = {
  /** The HTTP status of the upgrade's answer. */
  readonly upgradeStatus: number | undefined
  /** The close code that came; see `SimulatedStream.closeCode`. */
  readonly closeCode: number | undefined
  send(message: Record<string, unknown>): void
  /** Closes with 1000, firmly after a second. */
  close(): void
  /** Breaks the connection without a word. */
  break(): void
}

/** What becomes of the connection; told from later turns of the event loop only. */
type MediaSocketNews = {
  opened(): void
  /** The connection could not be opened; nothing else follows. */
  refused(error: StreamError): void
  text(message: string): void
  binary(): void
  /** Something went wrong on the open connection. */
  failed(error: StreamError): void
  /** The open connection is no more. */
  closed(): void
}

/** Connects at once. */
export function connectMediaSocket(exchange: Exchange, noun: StreamNoun, news: MediaSocketNews): MediaSocket {
  const target = streamAddress(noun)
  if ('code' in target) {
    setImmediate(() => news.refused(target))
    return { upgradeStatus: undefined, closeCode: undefined, send() {}, close() {}, break() {} }
  }
  let upgradeStatus: number | undefined
  let closeCode: number | undefined
  let opened = false
  let refused = false
  let weClosed = false
  const socket = new WebSocket(target.address, {
    headers: {
      'User-Agent': 'Twilio.TmeWs/1.0',
      'Accept-Encoding': 'gzip',
      'x-twilio-signature': signRequest(exchange.account.authToken, target.address),
    },
    perMessageDeflate: false,
    handshakeTimeout: UPGRADE_WITHIN_MS,
  })
  const refuse = (error: StreamError) => {
    if (!refused) news.refused(error)
    refused = true
  }
  const terminate = () => socket.terminate()
  exchange.closed.addEventListener('abort', terminate, { once: true })

  socket.on('upgrade', (response) => {
    upgradeStatus = response.statusCode
  })
  socket.on('unexpected-response', (_request, response) => {
    upgradeStatus = response.statusCode
    refuse({ code: 31920, detail: `the upgrade was answered with ${upgradeStatus}` })
    socket.terminate()
  })
  socket.on('open', () => {
    opened = true
    news.opened()
  })
  socket.on('message', (data, isBinary) => (isBinary ? news.binary() : news.text(String(data))))
  socket.on('error', (error) => {
    if (opened) news.failed({ code: 31924, detail: error.message })
    else refuse(connectError(error))
  })
  socket.on('close', (code) => {
    exchange.closed.removeEventListener('abort', terminate)
    if (!opened) return
    closeCode = code
    const error = weClosed ? undefined : closeError(code)
    if (error) news.failed(error)
    news.closed()
  })
  return {
    get upgradeStatus() {
      return upgradeStatus
    },
    get closeCode() {
      return closeCode
    },
    send: (message) => socket.send(JSON.stringify(message)),
    close() {
      weClosed = true
      const firm = setTimeout(terminate, CLOSE_WITHIN_MS)
      socket.once('close', () => clearTimeout(firm))
      socket.close(1000)
    },
    break() {
      weClosed = true
      socket.terminate()
    },
  }
}
