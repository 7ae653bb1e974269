import { lookup as systemLookup } from 'node:dns'
import type { IncomingMessage, RequestListener } from 'node:http'
import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { HttpTool } from '../../src/call/tools.ts'
import type { Lookup } from '../../src/tools/guarded-request.ts'
import { createHttpTool } from '../../src/tools/http-tool.ts'
import { watchForLeaks } from '../left-open.ts'
import { serve, type TestServer } from './serve.ts'

const SECRET = 'sk-live-0123456789'
const never = new AbortController().signal
const servers: TestServer[] = []
afterEach(() => Promise.all(servers.splice(0).map((server) => server.close())))

async function start(listener: RequestListener): Promise<TestServer> {
  const server = await serve(listener)
  servers.push(server)
  return server
}

function tool(url: string, changes: Partial<HttpTool> = {}): HttpTool {
  return {
    ...{ name: 'book', description: 'Books a table.', parameters: { type: 'object' } },
    ...{ method: 'GET', url, headers: { Authorization: `Bearer ${SECRET}` } },
    ...{ timeoutMs: 3000, maxResponseBytes: 64 * 1024, allowPrivate: true },
    ...changes,
  }
}

const run = (made: HttpTool, args: Record<string, unknown> = {}, lookup?: Lookup) =>
  createHttpTool(made, lookup).run(args, never)

/** Asks a server that answers like this. */
async function answered(listener: RequestListener, changes?: Partial<HttpTool>) {
  const server = await start(listener)
  const result = await run(tool(`${server.origin}/x?api_key=${SECRET}`, changes))
  await expect.poll(() => server.connections).toBe(0)
  expect(JSON.stringify(result)).not.toContain(SECRET)
  return result
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request) text += chunk
  return text
}

describe('an HTTP tool', () => {
  it('asks with GET: arguments in the path and the query, headers as given, and no compression', async () => {
    const asked: unknown[] = []
    const { origin } = await start(async ({ method, url, headers }, response) => {
      asked.push(method, url, headers.authorization, headers['accept-encoding'], headers['content-type'])
      response.setHeader('content-type', 'application/json; charset=utf-8').end('{"free":["10:30"]}')
    })
    const result = await run(tool(`${origin}/{day}/tables`), { day: 'mon day', seats: 4 })
    expect(asked).toEqual(['GET', '/mon%20day/tables?seats=4', `Bearer ${SECRET}`, 'identity', undefined])
    expect(result).toEqual({ output: { free: ['10:30'] } })
  })

  it.each(['POST', 'PUT', 'PATCH'] as const)('sends what is left as JSON with %s', async (method) => {
    const asked: unknown[] = []
    const { origin } = await start(async (request, response) => {
      asked.push(
        request.method,
        request.url,
        request.headers['content-type'],
        JSON.parse(await bodyOf(request)),
      )
      response.setHeader('content-type', 'text/plain').end('booked')
    })
    const made = tool(`${origin}/{day}`, { method })
    expect(await run(made, { day: 'monday', guests: [{ name: 'Dana' }] })).toEqual({ output: 'booked' })
    expect(asked).toEqual([method, '/monday', 'application/json', { guests: [{ name: 'Dana' }] }])
  })

  it('asks with DELETE without a body', async () => {
    const asked: unknown[] = []
    const { origin } = await start(async (request, response) => {
      asked.push(request.method, request.url, await bodyOf(request))
      response.writeHead(204).end()
    })
    expect(await run(tool(`${origin}/{id}`, { method: 'DELETE' }), { id: 7, why: 'ill' })).toEqual({
      output: { status: 'done' },
    })
    expect(asked).toEqual(['DELETE', '/7?why=ill', ''])
  })

  it('does not ask when an argument of the URL is missing', async () => {
    let asked = 0
    const { origin } = await start((_request, response) => {
      asked += 1
      response.end()
    })
    expect(await run(tool(`${origin}/{day}`))).toEqual({
      error: 'These arguments must be given as text or numbers: day.',
    })
    expect(asked).toBe(0)
  })

  it.each<[what: string, listener: RequestListener, result: unknown]>([
    ['an empty answer', (_, response) => response.end(), { output: { status: 'done' } }],
    [
      'text that says it is JSON',
      (_, response) => response.setHeader('content-type', 'application/json').end('oops {'),
      { output: 'oops {' },
    ],
    [
      'JSON of another kind',
      (_, response) => response.setHeader('content-type', 'application/hal+json').end('[1]'),
      { output: [1] },
    ],
    [
      'an error with words',
      (_, response) => response.writeHead(422).end(`{"message":"no\r\n table \u001b[2J${'!'.repeat(1000)}"}`),
      { error: expect.stringMatching(/^The server answered 422: \{"message":"no table \[2J!{200,}…$/) },
    ],
    [
      'an error without words',
      (_, response) => response.writeHead(500).end(),
      { error: 'The server answered 500.' },
    ],
    [
      'an error as a page',
      (_, response) =>
        response
          .writeHead(502, { 'content-type': 'text/html' })
          .end('<html><style>p {}</style><h1>Bad\n gateway</h1><script>alert(1)</script></html>'),
      { error: 'The server answered 502: Bad gateway' },
    ],
    [
      'an error that repeats a secret',
      (request, response) => response.writeHead(401).end(`unknown: ${request.headers.authorization}`),
      { error: 'The server answered 401: unknown: [redacted]' },
    ],
    [
      'a redirect',
      (_, response) => response.writeHead(302, { location: 'http://169.254.169.254/' }).end(),
      { error: 'The server answered 302, a redirect, and redirects are not followed.' },
    ],
    [
      'a compressed answer',
      (_, response) => response.setHeader('content-encoding', 'gzip').end(gzipSync('x'.repeat(1e6))),
      { error: 'The server answered 200, compressed, which was not asked for.' },
    ],
    [
      'an answer that breaks off',
      (_, response) => {
        response.writeHead(200, { 'content-length': '100' }).write('half')
        setTimeout(() => response.destroy(), 20)
      },
      { error: expect.stringMatching(/^The server 127\.0\.0\.1:\d+ broke off the connection\.$/) },
    ],
    [
      'no answer but an end',
      (request) => request.socket.destroy(),
      { error: expect.stringMatching(/ broke off the connection\.$/) },
    ],
    [
      'something that is no HTTP',
      (request) => request.socket.end('nonsense\r\n\r\n'),
      { error: expect.stringMatching(/ cannot be asked \(HPE_\w+\)\.$/) },
    ],
    [
      'a long answer',
      (_, response) => response.end('word '.repeat(10_000)),
      { output: { note: expect.stringMatching(/only the beginning/), beginning: expect.any(String) } },
    ],
  ])('makes a result of %s', async (_what, listener, result) => {
    expect(await answered(listener)).toEqual(result)
  })

  it('A7 hangs up on megabytes at the limit', async () => {
    let sent = 0
    const result = await answered((_request, response) => {
      const piece = Buffer.alloc(16 * 1024, 'x')
      const pour = () => {
        while (!response.destroyed && response.write(piece)) sent += piece.length
      }
      response.on('drain', pour)
      pour()
    })
    expect(result).toEqual({
      error: 'The server answered 200 with more than 65536 bytes, which is too much.',
    })
    expect(sent).toBeLessThan(16 * 1024 * 1024)
  })

  it('reads only the beginning of an error', async () => {
    const result = await answered((_request, response) => {
      const pour = () => {
        while (!response.destroyed && response.write('sorry '.repeat(1000)));
      }
      response.writeHead(500).on('drain', pour)
      pour()
    })
    expect(result).toEqual({
      error: expect.stringMatching(/^The server answered 500: sorry sorry .{200,}…$/),
    })
  })

  it.each<[when: string, listener: RequestListener]>([
    ['says nothing', () => {}],
    ['says nothing after its headers', (_request, response) => response.flushHeaders()],
    [
      'says one letter at a time',
      (_request, response) => {
        const timer = setInterval(() => response.write('x'), 20)
        response.once('close', () => clearInterval(timer))
      },
    ],
  ])('gives up, and leaves no connection, when a server %s', async (_when, listener) => {
    const expectNothingLeft = watchForLeaks()
    const server = await serve(listener)
    const result = await run(tool(server.origin, { timeoutMs: 150 }))
    expect(result).toEqual({
      error: `The server 127.0.0.1:${server.port} did not answer within 0.2 seconds.`,
    })
    await expect.poll(() => server.connections).toBe(0)
    await server.close()
    await expectNothingLeft()
  })

  it.each<[when: string, listener: RequestListener]>([
    ['before the answer', () => {}],
    ['in the middle of the answer', (_request, response) => response.write('half')],
  ])('leaves no connection and no timer when it is aborted %s', async (_when, listener) => {
    const expectNothingLeft = watchForLeaks()
    const stop = new AbortController()
    const server = await serve((request, response) => {
      listener(request, response)
      setTimeout(() => stop.abort(), 30)
    })
    const result = await createHttpTool(tool(server.origin)).run({}, stop.signal)
    expect(result).toEqual({ error: 'It was given up.' })
    await expect.poll(() => server.connections).toBe(0)
    await server.close()
    await expectNothingLeft()
  })

  it('never asks when it is aborted already', async () => {
    let asked = 0
    const server = await start(() => {
      asked += 1
    })
    const result = await createHttpTool(tool(server.origin)).run({}, AbortSignal.abort())
    expect(result).toEqual({ error: 'It was given up.' })
    await new Promise(setImmediate)
    expect([asked, server.connections]).toEqual([0, 0])
  })

  it('says in a word why there is no connection', async () => {
    const server = await serve(() => {})
    await server.close()
    expect(await run(tool(`${server.origin}/path?key=${SECRET}`))).toEqual({
      error: `The server 127.0.0.1:${server.port} refuses connections.`,
    })
    expect(await run(tool('http://no-such-host.invalid/'))).toEqual({
      error: 'The server no-such-host.invalid has a name that cannot be resolved.',
    })
    expect(await run(tool('http://localhost:9', { headers: { 'x-key': `${SECRET}\n` } }))).toEqual({
      error: 'The server localhost:9 cannot be asked (ERR_INVALID_CHAR).',
    })
  })
})

describe('the guard of an HTTP tool', () => {
  const REFUSED = {
    error: expect.stringMatching(/^The server \S+ is at a private address, which is not allowed\.$/),
  }
  /** A resolver of names that gives these addresses, one list for each time it is asked. */
  const resolver = (...answers: string[][]): Lookup => {
    return (_hostname, _options, callback) => {
      const addresses = answers.shift() ?? []
      callback(
        null,
        addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      )
    }
  }

  it.each([
    '127.0.0.1',
    '0x7f.1',
    '2130706433',
    '0177.0.0.1',
    '127.1',
    '[::1]',
    '[::ffff:127.0.0.1]',
    'localhost',
  ])('A7 refuses our own machine, spelt %s', async (host) => {
    let asked = 0
    const { port } = await start((_request, response) => {
      asked += 1
      response.end('secret')
    })
    expect(await run(tool(`http://${host}:${port}/`, { allowPrivate: false }))).toEqual(REFUSED)
    expect(asked).toBe(0)
  })

  it('A7 refuses a public name that leads to a private address', async () => {
    const { port } = await start((_request, response) => response.end('secret'))
    for (const addresses of [['127.0.0.1'], ['8.8.8.8', '127.0.0.1'], ['::ffff:7f00:1']])
      expect(
        await run(tool(`http://public.example:${port}/`, { allowPrivate: false }), {}, resolver(addresses)),
      ).toEqual(REFUSED)
  })

  it('A7 connects to the very address that it has judged, so a name that changes in between gains nothing', async () => {
    const lookup = vi.fn(resolver(['203.0.113.1'], ['127.0.0.1']))
    const { port } = await start((_request, response) => response.end('secret'))
    const made = tool(`http://rebound.example:${port}/`, { allowPrivate: false })
    expect(await run(made, {}, lookup)).toEqual(REFUSED)
    expect(lookup).toHaveBeenCalledTimes(1)
  })

  it('lets private addresses be asked where that is allowed', async () => {
    const { port } = await start((_request, response) => response.end('fine'))
    expect(await run(tool(`http://printer.lan:${port}/`), {}, resolver(['127.0.0.1']))).toEqual({
      output: 'fine',
    })
    expect(await run(tool(`http://localhost:${port}/`), {}, systemLookup)).toEqual({ output: 'fine' })
  })

  it('says so when a name has no address', async () => {
    expect(await run(tool('http://empty.example/'), {}, resolver([]))).toEqual({
      error: 'The server empty.example has a name that cannot be resolved.',
    })
  })
})
