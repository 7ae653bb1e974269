/** A bare server in the place of Gemini: a test decides what it does, frame by frame. */
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'

/** One accepted connection and everything that came over it. */
export type LiveConnection = {
  ws: WebSocket
  request: IncomingMessage
  /** Every frame so far, parsed. */
  received: unknown[]
  /** The next frame that nobody has taken yet. */
  next(): Promise<unknown>
  /** Sends an object as Gemini does: pretty-printed JSON in a binary frame. */
  send(message: unknown): void
}

export type LiveServer = {
  baseUrl: string
  connections: LiveConnection[]
  /** The upgrade requests that came, accepted or not. */
  upgrades: IncomingMessage[]
  /** The connection with this number, counted from 0, once it is accepted. */
  connected(number?: number): Promise<LiveConnection>
  /** Stops listening; resolves when every client has gone of its own accord: a client that leaks its connection hangs the test. */
  close(): Promise<void>
}

/** Starts a server; `upgrade` may take an upgrade over by answering true, `session` begins what happens on an accepted connection. */
export async function startLiveServer(behaviour: {
  upgrade?: (socket: Duplex) => boolean
  session?: (connection: LiveConnection, number: number) => void
}): Promise<LiveServer> {
  const http = createServer()
  const sockets = new WebSocketServer({ noServer: true })
  const connections: LiveConnection[] = []
  const upgrades: IncomingMessage[] = []
  const waiting: { number: number; resolve: (connection: LiveConnection) => void }[] = []
  http.on('upgrade', (request, socket, head) => {
    upgrades.push(request)
    socket.on('error', () => {})
    if (behaviour.upgrade?.(socket)) {
      socket.on('end', () => socket.end()).resume()
      return
    }
    sockets.handleUpgrade(request, socket, head, (ws) => {
      const connection = watch(ws, request)
      connections.push(connection)
      const number = connections.length - 1
      behaviour.session?.(connection, number)
      for (const waiter of waiting) if (waiter.number === number) waiter.resolve(connection)
    })
  })
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  const { port } = http.address() as AddressInfo
  return {
    baseUrl: `http://127.0.0.1:${port}`,
    connections,
    upgrades,
    connected(number = 0) {
      const accepted = connections[number]
      if (accepted) return Promise.resolve(accepted)
      return new Promise((resolve) => waiting.push({ number, resolve }))
    },
    async close() {
      http.close()
      await once(http, 'close')
    },
  }
}

/** A session that confirms whatever setup comes. */
export function confirmSetup(connection: LiveConnection): void {
  connection.ws.once('message', () => connection.send({ setupComplete: {} }))
}

function watch(ws: WebSocket, request: IncomingMessage): LiveConnection {
  const received: unknown[] = []
  let taken = 0
  let wake = () => {}
  ws.on('error', () => {})
  ws.on('message', (data) => {
    received.push(JSON.parse(data.toString()))
    wake()
  })
  return {
    ws,
    request,
    received,
    async next() {
      while (taken >= received.length) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
      taken += 1
      return received[taken - 1]
    },
    send: (message) => ws.send(Buffer.from(JSON.stringify(message, undefined, 2))),
  }
}
