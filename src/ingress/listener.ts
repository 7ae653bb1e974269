/** The embedded server on loopback, as strangers meet it: bounded in connections, sizes and times. */
import { createServer, type Server } from 'node:http'
import type { Socket } from 'node:net'
import { type ServerOptions, WebSocketServer } from 'ws'
import { CallError } from '../call/error.ts'
import { settledWithin } from '../flow/deadline.ts'
import { createDoorTable, type DoorTable } from './doors.ts'
import { LIMITS, type ListenerLimits } from './limits.ts'
import { serveRequest, serveUpgrade } from './serve-door.ts'

const LONGEST_FAREWELL_MS = 1500

/** The running server. */
export type Listener = {
  /** The port on 127.0.0.1. */
  readonly port: number
  /** Doors put in here are open at once. */
  readonly doors: DoorTable
  /** Ends every connection, WebSockets politely for 1.5 s at most; resolves when the port is free. May be called twice. */
  close(): Promise<void>
}

/**
 * Listens on 127.0.0.1 at `port` (0: any free one). `limits` replaces single limits.
 * @throws CallError `listener-failed` when the port cannot be had
 */
export async function openListener(options: {
  port: number
  limits?: Partial<ListenerLimits>
}): Promise<Listener> {
  const limits = { ...LIMITS, ...options.limits }
  const doors = createDoorTable()
  const sockets = new Set<Socket>()
  const webSockets = createWebSocketServer(limits)
  const server = createServer({
    headersTimeout: limits.headersMs,
    requestTimeout: limits.requestMs,
    connectionsCheckingInterval: 500,
    maxHeaderSize: 8 * 1024,
  })
  server.maxConnections = limits.maxConnections
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  server.on('request', (request, response) => void serveRequest(doors, limits, request, response))
  server.on('upgrade', (request, socket, head) =>
    serveUpgrade(doors, limits, webSockets, request, socket, head),
  )
  await listen(server, options.port)
  // From here on an error is one connection that could not be accepted (out of file descriptors): the server lives on.
  server.on('error', () => {})

  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : options.port
  let closing: Promise<void> | undefined
  const closeAll = async () => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()))
    server.closeAllConnections()
    for (const socket of webSockets.clients) socket.close(1001)
    if (!(await settledWithin(closed, LONGEST_FAREWELL_MS))) for (const socket of sockets) socket.destroy()
    await closed
  }
  return {
    port,
    doors,
    close() {
      closing ??= closeAll()
      return closing
    },
  }
}

function createWebSocketServer(limits: ListenerLimits): WebSocketServer {
  // The types do not know `closeTimeout` yet: how long a peer may take over its half of the farewell.
  const options: ServerOptions & { closeTimeout: number } = {
    noServer: true,
    perMessageDeflate: false,
    maxPayload: limits.maxMessageBytes,
    // Floods of tiny pieces; ws allows 16384 and 262144.
    maxFragments: 64,
    maxBufferedChunks: 1024,
    closeTimeout: LONGEST_FAREWELL_MS,
  }
  return new WebSocketServer(options)
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException) => reject(explainListenFailure(error, port))
    server.once('error', failed)
    server.listen(port, '127.0.0.1', () => {
      server.off('error', failed)
      resolve()
    })
  })
}

function explainListenFailure(error: NodeJS.ErrnoException, port: number): CallError {
  const where = `port ${port} of this machine`
  if (error.code === 'EADDRINUSE') {
    return new CallError('listener-failed', `${where} is already in use`, {
      hint: 'Stop the program that has it, or choose another with --port or PORT; without either, any free one is taken.',
      cause: error,
    })
  }
  if (error.code === 'EACCES') {
    return new CallError('listener-failed', `this user may not listen on ${where}`, {
      hint: 'Choose one above 1023 with --port or PORT; without either, any free one is taken.',
      cause: error,
    })
  }
  return new CallError('listener-failed', `could not listen on ${where} (${error.code ?? error.message})`, {
    cause: error,
  })
}
