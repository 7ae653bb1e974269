/** A relay that understands what it carries: HTTP and WebSocket messages between a client and a server on loopback, open to a test's hands. */
import { createServer, request as httpRequest } from 'node:http'
import { type RawData, WebSocket, WebSocketServer } from 'ws'

/** A message on its way; returning false drops it. */
type Look = (message: string) => boolean

/** The relay. */
export type Relay = {
  /** `127.0.0.1:PORT` */
  readonly host: string
  /** Puts a message of the test's own into the newest connection. */
  tellClient(message: string | Uint8Array): void
  tellServer(message: string | Uint8Array): void
  close(): Promise<void>
}

/** Carries everything to `origin` (`http://…`) but for what `toServer` and `toClient` drop. */
export async function startRelay(
  origin: string,
  look: { toServer?: Look; toClient?: Look } = {},
): Promise<Relay> {
  const sockets = new WebSocketServer({ noServer: true })
  let newest: { client: WebSocket; server: WebSocket } | undefined
  const http = createServer((request, response) => {
    const { method, url = '', headers } = request
    const onward = httpRequest(new URL(url, origin), { method, headers, agent: false }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    onward.on('error', () => response.destroy())
    request.pipe(onward)
  })
  http.on('upgrade', (request, socket, head) => {
    const kept = Object.entries(request.headers).filter(
      ([name]) => !/^(sec-websocket-|connection|upgrade|host)/.test(name),
    )
    const server = new WebSocket(new URL(request.url ?? '', origin.replace('http', 'ws')), {
      headers: Object.fromEntries(kept.map(([name, value]) => [name, String(value)])),
    })
    server.on('error', () => socket.destroy())
    // Nothing is lost meanwhile: the server speaks only when the client has.
    server.on('open', () =>
      sockets.handleUpgrade(request, socket, head, (client) => {
        newest = { client, server }
        join(client, server, look.toServer)
        join(server, client, look.toClient)
      }),
    )
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const address = http.address()
  return {
    host: `127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    tellClient: (message) => newest?.client.send(message),
    tellServer: (message) => newest?.server.send(message),
    async close() {
      for (const client of sockets.clients) client.terminate()
      const closed = new Promise((resolve) => http.close(resolve))
      http.closeAllConnections()
      await closed
    },
  }
}

function join(from: WebSocket, to: WebSocket, look: Look = () => true): void {
  from.on('message', (data: RawData, binary) => {
    if (look(data.toString()) && to.readyState === to.OPEN) to.send(data, { binary })
  })
  from.on('error', () => {})
  from.on('close', (code, reason) => {
    if (code === 1006 || code === 1005) to.terminate()
    else to.close(code, reason)
  })
}
