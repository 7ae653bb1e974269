/** A small strict Twilio REST API on loopback: it writes down every request and answers as the test says. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'

export const ACCOUNT_SID = 'ACf00dfacef00dfacef00dfacef00dface'
export const AUTH_TOKEN = '5ec2e7c0ffee5ec2e7c0ffee5ec2e7c0'
export const BASIC = Buffer.from(`${ACCOUNT_SID}:${AUTH_TOKEN}`).toString('base64')
export const CALL_SID = 'CA0123456789abcdef0123456789abcdef'

/** The requests that this product makes; `update` ends a call or redirects it. */
export type Route = 'account' | 'create' | 'list' | 'fetch' | 'update'

export type Seen = {
  route: Route | 'unknown'
  method: string
  path: string
  query: URLSearchParams
  form: URLSearchParams
  /** The raw body, to see how lists are written. */
  body: string
}

/** An answer with a status and a body (objects become JSON), a connection cut, no answer at all, or one byte after the other. */
export type Reply = { status: number; body?: unknown; type?: string } | 'reset' | 'silence' | 'trickle'

/** `nth` counts the requests of this route from 1. */
export type Replier = (seen: Seen, nth: number) => Reply | Promise<Reply>

export type FakeRest = {
  baseUrl: string
  seen: Seen[]
  count(route: Route): number
  /** Replaces the answer to a route. */
  on(route: Route, replier: Replier): void
  close(): Promise<void>
}

/** A call resource as the API documents it. */
export function callResource(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    sid: CALL_SID,
    account_sid: ACCOUNT_SID,
    to: '+14155550123',
    from: '+14155550100',
    status: 'queued',
    direction: 'outbound-api',
    date_created: new Date().toUTCString().replace('GMT', '+0000'),
    start_time: null,
    end_time: null,
    duration: null,
    price: null,
    answered_by: null,
    api_version: '2010-04-01',
    uri: `/2010-04-01/Accounts/${ACCOUNT_SID}/Calls/${CALL_SID}.json`,
    ...changes,
  }
}

/** Twilio's form of an error. */
export function refusal(status: number, code: number, message: string): Reply {
  return { status, body: { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status } }
}

const page = (calls: unknown[]) => ({
  calls,
  page: 0,
  page_size: 20,
  next_page_uri: null,
  first_page_uri: '',
})

const USUAL: Record<Route, Replier> = {
  account: () => ({
    status: 200,
    body: { sid: ACCOUNT_SID, status: 'active', type: 'Full', auth_token: AUTH_TOKEN },
  }),
  create: () => ({ status: 201, body: callResource() }),
  list: () => ({ status: 200, body: page([]) }),
  fetch: () => ({ status: 200, body: callResource({ status: 'ringing' }) }),
  update: () => ({ status: 200, body: callResource({ status: 'completed' }) }),
}

/** Listens on a free port of 127.0.0.1. */
export async function openFakeRest(): Promise<FakeRest> {
  const seen: Seen[] = []
  const repliers = { ...USUAL }
  const count = (route: Route) => seen.filter((request) => request.route === route).length
  const server = createServer((request, response) => void answer(request, response))

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const body = Buffer.concat(chunks).toString()
    const url = new URL(request.url ?? '', 'http://fake')
    const method = request.method ?? ''
    const route = routeOf(method, url.pathname)
    const entry = {
      route,
      method,
      path: url.pathname,
      query: url.searchParams,
      form: new URLSearchParams(body),
      body,
    }
    seen.push(entry)
    if (request.headers.authorization !== `Basic ${BASIC}`)
      return send(response, refusal(401, 20003, 'Authenticate'))
    if (route === 'unknown')
      return send(response, refusal(404, 20404, `The requested resource ${url.pathname} was not found`))
    send(response, await repliers[route](entry, count(route)))
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return {
    baseUrl: `http://127.0.0.1:${port}`,
    seen,
    count,
    on(route, replier) {
      repliers[route] = replier
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** The answer to a list with these calls in it. */
export function listOf(...calls: unknown[]): Reply {
  return { status: 200, body: page(calls) }
}

function routeOf(method: string, path: string): Route | 'unknown' {
  const root = `/2010-04-01/Accounts/${ACCOUNT_SID}`
  if (path === `${root}.json` && method === 'GET') return 'account'
  if (path === `${root}/Calls.json`) return method === 'POST' ? 'create' : 'list'
  if (path.startsWith(`${root}/Calls/CA`)) return method === 'POST' ? 'update' : 'fetch'
  return 'unknown'
}

function send(response: ServerResponse, reply: Reply): void {
  if (reply === 'silence') return
  if (reply === 'reset') {
    response.socket?.resetAndDestroy()
    return
  }
  if (reply === 'trickle') {
    const timer = setInterval(() => response.write(' '), 20)
    response.writeHead(200, { 'content-type': 'application/json' }).on('close', () => clearInterval(timer))
    return
  }
  const text = typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body ?? {})
  response.writeHead(reply.status, { 'content-type': reply.type ?? 'application/json' }).end(text)
}
