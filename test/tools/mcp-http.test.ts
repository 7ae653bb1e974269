import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { createMcpHandler } from '@modelcontextprotocol/server'
import { afterEach, describe, expect, it } from 'vitest'
import type { McpServer, Toolbox } from '../../src/call/tools.ts'
import type { Lookup } from '../../src/tools/guarded-request.ts'
import { openToolbox } from '../../src/tools/open-toolbox.ts'
import { watchForLeaks } from '../left-open.ts'
import { createSlotServer } from './fixtures/slots.mjs'
import { serve, type TestServer } from './serve.ts'

const TOKEN = 'sk-library-0123456789'
const never = new AbortController().signal
const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

/** The slot server behind a real HTTP server. `seen` notes method and token of every request. */
async function startSlots(
  before?: (request: IncomingMessage, response: ServerResponse, text: string) => boolean,
) {
  const heard: string[] = []
  const seen: string[] = []
  const handler = createMcpHandler(() => createSlotServer({ heard, out: () => {}, die: () => {} }))
  const server = await start(async (request, response) => {
    seen.push(`${request.method} ${request.headers.authorization}`)
    const text = await textOf(request)
    if (before?.(request, response, text)) return
    const headers = Object.entries(request.headers).map(([name, value]): [string, string] => [
      name,
      String(value),
    ])
    const gone = new AbortController()
    response.once('close', () => gone.abort())
    const init = {
      method: request.method ?? 'GET',
      headers,
      signal: gone.signal,
      ...(text && { body: text }),
    }
    const answer = await handler.fetch(new Request(`http://slots.example${request.url}`, init))
    response.writeHead(answer.status, Object.fromEntries(answer.headers))
    Readable.from(answer.body ?? [])
      .on('error', () => {})
      .pipe(response)
  })
  closers.push(() => handler.close())
  return { server, heard, seen }
}

async function start(listener: RequestListener): Promise<TestServer> {
  const server = await serve(listener)
  closers.push(server.close)
  return server
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request) text += chunk
  return text
}

function library(origin: string, changes: { allowPrivate?: boolean; timeoutMs?: number } = {}): McpServer {
  const { allowPrivate = true, timeoutMs = 3000 } = changes
  const headers = { Authorization: `Bearer ${TOKEN}` }
  return {
    name: 'library',
    tools: undefined,
    timeoutMs,
    transport: { type: 'http', url: `${origin}/mcp`, headers, allowPrivate },
  }
}

async function open(mcp: McpServer, lookup?: Lookup) {
  const box: Toolbox = await openToolbox(
    { http: [], mcp: [mcp] },
    { signal: never, warn: () => {}, ...(lookup && { lookup }) },
  )
  closers.push(box.close)
  const call = (name: string, args = {}, signal = never) => {
    const tool = box.tools.find((tool) => tool.name === name)
    if (!tool) throw new Error(`no tool ${name}`)
    return tool.run(args, signal)
  }
  return { box, call }
}

/** Answers every call of a function like this, and everything else properly. */
const onCall = (listener: (response: ServerResponse, id: unknown) => void) => {
  return (_request: IncomingMessage, response: ServerResponse, text: string) => {
    if (!text.includes('"tools/call"')) return false
    const { id } = JSON.parse(text) as { id: unknown } // What our own client has just sent.
    listener(response, id)
    return true
  }
}
const event = (message: unknown) => `event: message\ndata: ${JSON.stringify(message)}\n\n`
const EVENTS = { 'content-type': 'text/event-stream' }

describe('an MCP server that runs already', () => {
  it('brings its functions and answers, asked with the given headers', async () => {
    const { server, seen } = await startSlots()
    const { box, call } = await open(library(server.origin))
    expect(box.tools.map(({ name }) => name)).toContain('library_find_slot')
    expect(await call('library_find_slot', { day: 'monday' })).toEqual({
      output: { day: 'monday', slot: '10:30' },
    })
    expect(await call('library_fail')).toEqual({ error: 'the calendar is closed' })
    expect(new Set(seen)).toEqual(new Set([`POST Bearer ${TOKEN}`]))
  })

  it('is told when a call is given up, and no connection is left', async () => {
    const { server, heard } = await startSlots()
    const { call } = await open(library(server.origin))
    const stop = new AbortController()
    const slow = call('library_slow', {}, stop.signal)
    await expect.poll(() => heard).toEqual(['asked'])
    stop.abort()
    expect(await slow).toEqual({ error: 'It was given up.' })
    await expect.poll(() => [heard, server.connections]).toEqual([['asked', 'cancelled'], 0])
  })

  it('is given up when a call takes too long', async () => {
    const { server } = await startSlots(onCall((response) => response.writeHead(200, EVENTS).flushHeaders()))
    const { call } = await open(library(server.origin, { timeoutMs: 100 }))
    expect(await call('library_slow')).toEqual({ error: 'The server library did not answer in time.' })
    await expect.poll(() => server.connections).toBe(0)
  })

  it('may keep its stream open after the answer: we do not', async () => {
    const result = { content: [{ type: 'text', text: 'here' }] }
    const { server } = await startSlots(
      onCall((response, id) => response.writeHead(200, EVENTS).write(event({ jsonrpc: '2.0', id, result }))),
    )
    const { call } = await open(library(server.origin))
    expect(await call('library_fail')).toEqual({ output: 'here' })
    await expect.poll(() => server.connections).toBe(0)
  })

  it.each<[what: string, listener: (response: ServerResponse, id: unknown) => void, error: RegExp]>([
    ['refuses', (response) => response.writeHead(403).end(`no ${TOKEN}`), /failed: .*no \[redacted\]/],
    ['hangs up', (response) => response.destroy(), /broke off the connection\.$/],
    [
      'ends its stream without an answer',
      (response) => response.writeHead(200, EVENTS).end(': bye\n\n'),
      /ended the connection without an answer/,
    ],
    [
      'ends a stream that could be taken up again',
      (response) => response.writeHead(200, EVENTS).end('id: 1\nretry: 60000\ndata:\n\n'),
      /ended the connection without an answer/,
    ],
    [
      'answers without end',
      (response) => {
        const pour = () => {
          while (!response.destroyed && response.write('data: water\n'.repeat(1000)));
        }
        response.writeHead(200, EVENTS).on('drain', pour)
        pour()
      },
      /ended the connection without an answer/,
    ],
    [
      'answers megabytes of JSON',
      (response) =>
        response.writeHead(200, { 'content-type': 'application/json' }).end(`"${'x'.repeat(5e6)}"`),
      /^The server library /,
    ],
    [
      'answers with a page',
      (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Hi</h1>'),
      /Unexpected content type: text\/html/,
    ],
    [
      'redirects',
      (response) => response.writeHead(307, { location: 'http://169.254.169.254/' }).end(),
      /Redirect/,
    ],
    ['answers with a status that is none', (response) => response.writeHead(999).end(), /status 999/],
  ])('makes an error of a call, and nothing is left, when it %s', async (_what, listener, error) => {
    const expectNothingLeft = watchForLeaks()
    const { server } = await startSlots(onCall(listener))
    const { box, call } = await open(library(server.origin))
    expect(await call('library_fail')).toEqual({ error: expect.stringMatching(error) })
    await expect.poll(() => server.connections).toBe(0)
    expect(await call('library_find_slot', {})).toMatchObject({ error: expect.any(String) })
    await box.close()
    await server.close()
    await expectNothingLeft()
  })

  it('is left politely: its session is ended, and closing does not wait for an answer for long', async () => {
    const { server, seen } = await startSlots((request, response, text) => {
      if (text.includes('"initialize"')) response.setHeader('mcp-session-id', 'session-1')
      return request.method === 'DELETE'
    })
    const { box } = await open(library(server.origin))
    const startedMs = performance.now()
    await box.close()
    expect(performance.now() - startedMs).toBeLessThan(2000)
    expect(seen.at(-1)).toBe(`DELETE Bearer ${TOKEN}`)
    await expect.poll(() => server.connections).toBe(0)
  })

  it.each<[what: string, listener: RequestListener, message: RegExp]>([
    [
      'refuses us',
      (_, response) => response.writeHead(401).end('who?'),
      /^the tool server library answered 401$/,
    ],
    ['hangs up', (request) => request.socket.destroy(), /^the tool server library broke off the connection$/],
    [
      'is a web page',
      (_, response) => response.setHeader('content-type', 'text/html').end('<p>'),
      /Unexpected content/,
    ],
  ])('cannot be used when it %s', async (_what, listener, message) => {
    const server = await start(listener)
    await expect(open(library(server.origin))).rejects.toMatchObject({
      code: 'tools-failed',
      message: expect.stringMatching(message),
      hint: 'Check its url and its headers, and that it runs.',
    })
    await expect.poll(() => server.connections).toBe(0)
  })

  it('must not be at a private address unless that is allowed, whatever its name says', async () => {
    const { server, seen } = await startSlots()
    const lookup: Lookup = (_hostname, _options, callback) =>
      callback(null, [{ address: '127.0.0.1', family: 4 }])
    for (const origin of [server.origin, `http://mcp.example.com:${server.port}`])
      await expect(open(library(origin, { allowPrivate: false }), lookup)).rejects.toMatchObject({
        message: 'the tool server library is at a private address, which is not allowed',
      })
    expect(seen).toEqual([])
  })
})
