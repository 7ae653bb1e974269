/** Twilio's REST API on a loopback port: authentication, form bodies, JSON answers. */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Exchange } from './exchange.ts'
import { newSid } from './formats.ts'
import { errorBody } from './rest-error.ts'
import type { RestAnswer, RestRoutes } from './rest-routes.ts'

/** More than any request of this API holds. */
const MAX_BODY_BYTES = 1_000_000

/** A listening server. */
type RestServer = { readonly baseUrl: string; close(): Promise<void> }

/** Listens on this port of 127.0.0.1; 0: any free one. Rejects when it cannot be had. */
export async function startRestServer(
  exchange: Exchange,
  routes: RestRoutes,
  wantedPort: number,
): Promise<RestServer> {
  const server = createServer((request, response) => {
    handle(exchange, routes, request, response).catch(() => request.socket.destroy())
  })
  server.listen(wantedPort, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return {
    baseUrl: `http://127.0.0.1:${port}`,
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

async function handle(
  exchange: Exchange,
  routes: RestRoutes,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method = '', url = '/' } = request
  const { pathname, searchParams } = new URL(url, 'http://127.0.0.1')
  const body = await readBody(request)
  const isForm = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded')
  const form = new URLSearchParams(isForm ? body : '')
  const answer: RestAnswer = isAuthentic(exchange, request)
    ? routes.answer({ method, path: pathname, query: searchParams, form })
    : { status: 401, body: errorBody({ status: 401, code: 20003, message: 'Authenticate' }) }
  exchange.journal.request({ method, path: url, status: answer === 'reset' ? 0 : answer.status })
  if (answer === 'reset') {
    request.socket.resetAndDestroy()
    return
  }
  if (answer.status === 401) response.setHeader('WWW-Authenticate', 'Basic realm="Twilio API"')
  response.writeHead(answer.status, {
    'Content-Type': 'application/json',
    'Twilio-Request-Id': newSid('RQ'),
  })
  response.end(JSON.stringify(answer.body))
}

function isAuthentic({ account }: Exchange, request: IncomingMessage): boolean {
  const credentials = Buffer.from(`${account.sid}:${account.authToken}`).toString('base64')
  return request.headers.authorization === `Basic ${credentials}`
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request) {
    const part = Buffer.from(chunk)
    bytes += part.length
    if (bytes > MAX_BODY_BYTES) throw new Error('the request is too large')
    chunks.push(part)
  }
  return Buffer.concat(chunks).toString('utf8')
}
