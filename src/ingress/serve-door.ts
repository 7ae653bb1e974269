/** Leads each request to its door; whoever has none gets a bare 404, the same for every path. */
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import type { WebSocketServer } from 'ws'
import type { DoorRequest } from '../call/public-address.ts'
import { joinDoorSocket } from './door-socket.ts'
import { type DoorTable, type PostDoor, pathOf } from './doors.ts'
import type { ListenerLimits } from './limits.ts'
import { readRequestBody } from './request-body.ts'
import { watchLife } from './watch-life.ts'

const REFUSED_SOCKET_MS = 1000

/** Answers a plain request: from a GET door, through a POST door, or 404. Refusals have no body and close the connection. Never rejects. */
export async function serveRequest(
  doors: DoorTable,
  limits: ListenerLimits,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = pathOf(request.url ?? '')
  const answer = request.method === 'GET' ? doors.gets.get(path) : undefined
  if (answer !== undefined) {
    response.writeHead(200, { 'content-type': 'text/plain', 'cache-control': 'no-store' }).end(answer)
    return
  }
  const door = request.method === 'POST' ? doors.posts.get(path) : undefined
  if (!door) return refuse(response, 404)
  await servePost(door, () => doors.posts.get(path) === door, limits, request, response)
}

async function servePost(
  door: PostDoor,
  isOpen: () => boolean,
  limits: ListenerLimits,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await readRequestBody(request, limits.maxBodyBytes, limits.bodyMs)
  if ('status' in body) return refuse(response, body.status)
  if (!isOpen()) return refuse(response, 404)
  const form = Object.fromEntries(new URLSearchParams(body.bytes.toString()))
  const doorRequest = toDoorRequest(request, form)
  if (!door.admit(doorRequest)) return refuse(response, 403)
  const document = door.received(doorRequest)
  if (document === undefined) response.writeHead(204).end()
  else
    response
      .writeHead(200, { 'content-type': 'text/xml; charset=utf-8', 'cache-control': 'no-store' })
      .end(document)
}

function refuse(response: ServerResponse, status: number): void {
  // Closing also spares us the rest of a body that nobody will read.
  response.writeHead(status, { 'content-length': 0, connection: 'close' }).end()
}

/** Answers a WebSocket upgrade; all refusals come before the 101. */
export function serveUpgrade(
  doors: DoorTable,
  limits: ListenerLimits,
  webSockets: WebSocketServer,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): void {
  // The HTTP server has let go of the socket: from now on its errors and its time are ours.
  socket.on('error', () => socket.destroy())
  const door = doors.sockets.get(pathOf(request.url ?? ''))
  if (!door) refuseUpgrade(socket, 404)
  else if (!door.admit(toDoorRequest(request, {}))) refuseUpgrade(socket, 403)
  else
    webSockets.handleUpgrade(request, socket, head, (accepted) => {
      watchLife(accepted, limits.aliveMs)
      joinDoorSocket(accepted, socket, door.connected)
    })
}

/** Answers, then reads on for a moment: closing over unread bytes would reset the connection and lose the answer. */
function refuseUpgrade(socket: Duplex, status: number): void {
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
  socket.resume()
  const timer = setTimeout(() => socket.destroy(), REFUSED_SOCKET_MS)
  socket.once('close', () => clearTimeout(timer))
}

function toDoorRequest(request: IncomingMessage, form: Record<string, string>): DoorRequest {
  const headers: Record<string, string | undefined> = {}
  for (const [name, value] of Object.entries(request.headers)) {
    headers[name] = Array.isArray(value) ? value.join(', ') : value
  }
  return { headers, form }
}
