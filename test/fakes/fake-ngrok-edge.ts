/** The public side of the fake ngrok service: an HTTPS server that carries each request into the agent's tunnel. */
import { request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { SelfSigned } from './self-signed.ts'

/** `origin` is `https://localhost:PORT`. */
export type FakeEdge = { readonly origin: string; close(): Promise<void> }

/** Opens the edge; `openProxy` gives a stream to whoever owns `host` (a Host header), or undefined: ERR_NGROK_3200 is served. */
export async function createFakeEdge(
  { key, cert }: SelfSigned,
  openProxy: (host: string, clientAddr: string) => Duplex | undefined,
): Promise<FakeEdge> {
  const sockets = new Set<Duplex>()
  const server = createServer({ key, cert })
  const open = (request: IncomingMessage) =>
    openProxy(request.headers.host ?? '', `${request.socket.remoteAddress}:${request.socket.remotePort}`)

  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  server.on('request', (request, response) => {
    const tunnel = open(request)
    if (tunnel) carry(request, response, tunnel)
    else {
      response.writeHead(404, { 'ngrok-error-code': 'ERR_NGROK_3200', 'content-type': 'text/html' })
      response.end('<p>The endpoint is offline. ERR_NGROK_3200</p>')
    }
  })
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy())
    const tunnel = open(request)
    if (tunnel) carryUpgrade(request, socket, head, tunnel)
    else socket.end('HTTP/1.1 404 Not Found\r\nNgrok-Error-Code: ERR_NGROK_3200\r\n\r\n')
  })

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // an IP socket's address is never a string or null once listening
  return {
    origin: `https://localhost:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}

function carry(request: IncomingMessage, response: ServerResponse, tunnel: Duplex): void {
  const upstream = httpRequest({
    // Node documents that any Duplex will do; the types ask for a Socket.
    createConnection: () => tunnel as Socket,
    method: request.method,
    path: request.url,
    headers: {
      ...request.headers,
      'x-forwarded-for': request.socket.remoteAddress,
      'x-forwarded-host': request.headers.host,
      'x-forwarded-proto': 'https',
    },
  })
  upstream.on('response', (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.rawHeaders)
    answer.pipe(response)
  })
  upstream.on('error', () => {
    if (response.headersSent) response.destroy()
    else response.writeHead(502).end('the tunnel broke')
  })
  response.once('close', () => tunnel.destroy())
  request.pipe(upstream)
}

function carryUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer, tunnel: Duplex): void {
  const { method, url, rawHeaders } = request
  const lines = [`${method} ${url} HTTP/1.1`]
  for (let i = 0; i < rawHeaders.length; i += 2) lines.push(`${rawHeaders[i]}: ${rawHeaders[i + 1]}`)
  tunnel.write(`${lines.join('\r\n')}\r\nX-Forwarded-Proto: https\r\n\r\n`)
  tunnel.write(head)
  socket.pipe(tunnel).pipe(socket)
  tunnel.once('close', () => socket.destroy())
  socket.once('close', () => tunnel.destroy())
}
