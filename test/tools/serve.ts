/** Real servers on loopback that know whether anybody is still connected. */
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'

/** `connections`: how many are open now. */
export type TestServer = {
  origin: string
  port: number
  readonly connections: number
  close(): Promise<void>
}

/** Starts a server on 127.0.0.1. */
export async function serve(listener: RequestListener): Promise<TestServer> {
  const server = createServer(listener)
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.once('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // An IP socket that listens has an address of this kind.
  return {
    origin: `http://127.0.0.1:${port}`,
    port,
    get connections() {
      return sockets.size
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}
