/** A Twilio behind a line on which requests to end a call get lost: everything else passes. */
import { createServer, request as httpRequest } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A proxy in front of a REST address on loopback. */
export type SlowTwilio = {
  readonly baseUrl: string
  /** Resolves when the first request to end a call has come; it is never answered nor passed on. */
  readonly askedToHangUp: Promise<void>
  close(): Promise<void>
}

/** Listens on loopback in front of `origin`. */
export async function startSlowTwilio(origin: string): Promise<SlowTwilio> {
  let asked = () => {}
  const askedToHangUp = new Promise<void>((resolve) => {
    asked = resolve
  })
  const server = createServer((request, response) => {
    const { method, url = '', headers } = request
    if (method === 'POST' && /Calls\/CA/.test(url)) {
      request.resume()
      return asked()
    }
    const onward = httpRequest(new URL(url, origin), { method, headers, agent: false }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    onward.on('error', () => response.destroy())
    request.pipe(onward)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // an IP socket's address is never a string or null once listening
  return {
    baseUrl: `http://127.0.0.1:${port}`,
    askedToHangUp,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}
