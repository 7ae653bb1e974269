import { createServer, type Server, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { CallError, type CallErrorCode } from '../../src/call/error.ts'
import { createClock } from '../../src/flow/clock.ts'
import { createGeminiModel, type GeminiOptions } from '../../src/gemini/model.ts'
import { leaveNothing } from '../left-open.ts'
import { apiKey, setup as session } from './frames.ts'
import { confirmSetup, type LiveConnection, startLiveServer } from './live-server.ts'

const setup = { ...session, tools: [] }

leaveNothing()

/** What connecting fails with, and how long that took. A success fails the test. */
async function refusal(
  baseUrl: string,
  options: Partial<GeminiOptions> = {},
  signal = new AbortController().signal,
) {
  const began = performance.now()
  try {
    await createGeminiModel({ apiKey, baseUrl, ...options }).connect(setup, signal)
  } catch (error) {
    if (!(error instanceof CallError)) throw error
    expect(`${error.message} ${error.hint} ${error.stack}`).not.toContain(apiKey)
    expect(error.cause).toBeUndefined()
    return { error, tookMs: performance.now() - began }
  }
  throw new Error('the session opened')
}

/** Takes the first upgrade over only. */
function once(take: (socket: Duplex) => boolean): (socket: Duplex) => boolean {
  let taken = false
  return (socket) => {
    if (taken) return false
    taken = true
    return take(socket)
  }
}

const onSetup = (act: (connection: LiveConnection) => void) => (connection: LiveConnection) => {
  connection.ws.once('message', () => act(connection))
}

describe('connecting rejects within its deadline, and leaves nothing open, when', () => {
  it.each<[number, string, CallErrorCode]>([
    [1007, 'API key not valid. Please pass a valid API key.', 'model-key'],
    [1007, 'Request contains an invalid argument.', 'model-refused'],
    [
      1008,
      'models/gemini-3.8-live is not found for API version v1beta, or is not supported',
      'model-not-found',
    ],
    [1011, 'You exceeded your current quota, please check your plan and billing details.', 'model-quota'],
    [1011, 'Internal error encountered.', 'model-unreachable'],
    [1000, '', 'model-unreachable'],
  ])('the server closes with %i %s', async (code, reason, expected) => {
    const server = await startLiveServer({ session: onSetup(({ ws }) => ws.close(code, reason)) })
    const { error, tookMs } = await refusal(server.baseUrl)
    expect(error.code).toBe(expected)
    expect(tookMs).toBeLessThan(2000)
    await server.close()
  })

  it.each<[number, string, CallErrorCode]>([
    [400, '{"error":{"code":400,"message":"API key not valid. Please pass a valid API key."}}', 'model-key'],
    [401, '', 'model-key'],
    [403, '{"error":{"message":"Method doesn\'t allow unregistered callers"}}', 'model-key'],
    [404, '<html>nothing here</html>', 'model-unreachable'],
    [
      429,
      '{"error":{"code":429,"message":"Resource has been exhausted (e.g. check quota).","status":"RESOURCE_EXHAUSTED"}}',
      'model-quota',
    ],
    [302, '', 'model-unreachable'],
    [503, '', 'model-unreachable'],
  ])('the upgrade is answered with HTTP %i %s', async (status, body, expected) => {
    const server = await startLiveServer({
      upgrade: (socket) => {
        socket.end(
          `HTTP/1.1 ${status} No\r\ncontent-length: ${body.length}\r\nlocation: /x\r\nconnection: close\r\n\r\n${body}`,
        )
        return true
      },
    })
    const { error, tookMs } = await refusal(server.baseUrl)
    expect(error).toMatchObject({ code: expected, message: expect.stringContaining(`HTTP ${status}`) })
    expect(tookMs).toBeLessThan(2000)
    await server.close()
  })

  it('the body of a refused upgrade never ends', async () => {
    const server = await startLiveServer({
      upgrade: (socket) => socket.write('HTTP/1.1 403 No\r\ncontent-length: 99\r\n\r\n{"err'),
    })
    const { error, tookMs } = await refusal(server.baseUrl)
    expect(error.code).toBe('model-key')
    expect(tookMs).toBeLessThan(2000)
    await server.close()
  })

  it('the connection is reset before and after the setup', async () => {
    for (const behaviour of [
      { upgrade: (socket: Duplex) => socket.destroy().destroyed },
      { session: onSetup(({ ws }: LiveConnection) => ws.terminate()) },
    ]) {
      const server = await startLiveServer(behaviour)
      expect((await refusal(server.baseUrl)).error.code).toBe('model-unreachable')
      await server.close()
    }
  })

  it('nobody listens', async () => {
    const server = await startLiveServer({})
    await server.close()
    const { error } = await refusal(server.baseUrl)
    expect(error.code).toBe('model-unreachable')
    expect(error.message).toContain('ECONNREFUSED')
  })

  it('the host does not exist', async () => {
    const { error } = await refusal('https://gemini.invalid', { connectTimeoutMs: 5000 })
    expect(error.code).toBe('model-unreachable')
  })

  it('the answer is not a WebSocket', async () => {
    const server = await startLiveServer({
      upgrade: (socket) =>
        socket.write('HTTP/1.1 101 Ok\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n'),
    })
    expect((await refusal(server.baseUrl)).error.code).toBe('model-unreachable')
    await server.close()
  })

  it('TLS is spoken to a server without', async () => {
    const server = await startLiveServer({})
    const { error } = await refusal(server.baseUrl.replace('http:', 'https:'))
    expect(error.code).toBe('model-unreachable')
    await server.close()
  })

  it('the setup is never answered', async () => {
    const server = await startLiveServer({ session: () => {} })
    const { error, tookMs } = await refusal(server.baseUrl, { connectTimeoutMs: 300 })
    expect(error.code).toBe('model-silent')
    expect(tookMs).toBeGreaterThan(250)
    expect(tookMs).toBeLessThan(1500)
    await server.close()
  })

  it('the setup is answered by everything but a confirmation', async () => {
    const server = await startLiveServer({
      session: onSetup(({ ws }) => {
        for (const frame of ['', 'null', '[]', '{"text":1}', '{"serverContent":{}}']) ws.send(frame)
      }),
    })
    expect((await refusal(server.baseUrl, { connectTimeoutMs: 300 })).error.code).toBe('model-silent')
    await server.close()
  })

  it('the upgrade is never answered', async () => {
    const server = await startLiveServer({ upgrade: () => true })
    const { error, tookMs } = await refusal(server.baseUrl, { handshakeTimeoutMs: 300 })
    expect(error.code).toBe('model-silent')
    expect(tookMs).toBeLessThan(1500)
    await server.close()
  })

  it('the upgrade is answered a byte at a time', async () => {
    const server: Server = createServer()
    const sockets: Socket[] = []
    server.on('connection', (socket) => {
      sockets.push(socket)
      socket.on('error', () => {})
      const timer = setInterval(() => socket.write('H'), 20)
      socket.on('close', () => clearInterval(timer))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    const port = typeof address === 'object' ? address?.port : undefined
    const { tookMs } = await refusal(`http://127.0.0.1:${port}`, { connectTimeoutMs: 400 })
    expect(tookMs).toBeLessThan(1500)
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  })

  it('the base URL is none', async () => {
    expect((await refusal('nonsense')).error.message).not.toContain('key=A')
  })

  it.each(['', 'AIza\nSy', '“AIzaSy”', 'AIza Sy'])('the key cannot be sent: %j', async (unusable) => {
    const { error } = await refusal('http://127.0.0.1:1', { apiKey: unusable })
    expect(error.code).toBe('model-key')
    expect(error.message).not.toContain('Sy')
  })
})

describe('a second try', () => {
  const overloaded = (socket: Duplex) => {
    socket.end('HTTP/1.1 503 No\r\nconnection: close\r\n\r\n')
    return true
  }

  it.each<[string, Parameters<typeof startLiveServer>[0]]>([
    ['answers HTTP 503', { upgrade: once(overloaded), session: confirmSetup }],
    [
      'closes with 1011',
      {
        session(connection, number) {
          if (number > 0) confirmSetup(connection)
          else connection.ws.once('message', () => connection.ws.close(1011, 'Internal error encountered.'))
        },
      },
    ],
  ])('opens the session half a second after Gemini %s', async (_what, behaviour) => {
    const server = await startLiveServer(behaviour)
    const began = performance.now()
    const leg = await createGeminiModel({ apiKey, baseUrl: server.baseUrl }).connect(
      setup,
      new AbortController().signal,
    )
    expect(performance.now() - began).toBeGreaterThan(490)
    expect(server.upgrades).toHaveLength(2)
    await leg.close()
    await server.close()
  })

  it('is the last one', async () => {
    const server = await startLiveServer({ upgrade: overloaded })
    expect((await refusal(server.baseUrl)).error.hint).toBe('Try again in a minute.')
    expect(server.upgrades).toHaveLength(2)
    await server.close()
  })

  it('ends with the time for the first', async () => {
    const server = await startLiveServer({ upgrade: once(overloaded), session: () => {} })
    const { error, tookMs } = await refusal(server.baseUrl, {
      connectTimeoutMs: 1500,
      clock: createClock(20),
    })
    expect(error.code).toBe('model-silent')
    expect(tookMs).toBeLessThan(2000)
    expect(server.upgrades).toHaveLength(2)
    await server.close()
  })

  it('is not made when too little time is left for it, or when nobody wants it any more', async () => {
    const server = await startLiveServer({ upgrade: overloaded })
    expect((await refusal(server.baseUrl, { connectTimeoutMs: 1200 })).error.message).toContain('HTTP 503')
    const abort = new AbortController()
    setTimeout(() => abort.abort(), 200)
    await refusal(server.baseUrl, {}, abort.signal)
    expect(server.upgrades).toHaveLength(2)
    await server.close()
  })

  it.each<[number, string]>([
    [1007, 'API key not valid. Please pass a valid API key.'],
    [1007, 'Request contains an invalid argument.'],
    [1008, 'models/x is not found for API version v1beta, or is not supported'],
    [1011, 'You exceeded your current quota, please check your plan and billing details.'],
  ])('is not made after %i %s', async (code, reason) => {
    const server = await startLiveServer({ session: onSetup(({ ws }) => ws.close(code, reason)) })
    await refusal(server.baseUrl)
    expect(server.upgrades).toHaveLength(1)
    await server.close()
  })
})

describe('an aborted signal', () => {
  it('ends connecting at once, and closes the connection', async () => {
    const abort = new AbortController()
    const server = await startLiveServer({ session: onSetup(() => abort.abort()) })
    const { error, tookMs } = await refusal(server.baseUrl, {}, abort.signal)
    expect(error.message).toBe('connecting to Gemini was cancelled')
    expect(tookMs).toBeLessThan(1500)
    await server.close()
  })

  it('opens nothing when it aborts before the SDK has come to connecting', async () => {
    const abort = new AbortController()
    const server = await startLiveServer({ session: confirmSetup })
    const refused = refusal(server.baseUrl, {}, abort.signal)
    abort.abort()
    await refused
    // A connection that is made all the same would be there before this one.
    const leg = await createGeminiModel({ apiKey, baseUrl: server.baseUrl }).connect(
      setup,
      new AbortController().signal,
    )
    expect(server.upgrades).toHaveLength(1)
    await leg.close()
    await server.close()
  })

  it('opens nothing when it was aborted before', async () => {
    const server = await startLiveServer({ session: confirmSetup })
    await refusal(server.baseUrl, {}, AbortSignal.abort())
    expect(server.upgrades).toEqual([])
    await server.close()
  })
})
