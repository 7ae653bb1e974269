import { createServer as createHttpServer, type RequestListener } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { proveReachable } from '../../src/ingress/preflight.ts'
import { createSelfSigned } from '../fakes/self-signed.ts'
import { expectHouseStyle } from './house-style.ts'

const nonce = { suffix: '/n0nce', answer: 'only we know' }
const closers: (() => Promise<void>)[] = []
afterEach(() => Promise.all(closers.splice(0).map((close) => close())))

async function serve(server: Server): Promise<string> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => sockets.add(socket))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  )
  const { port } = server.address() as AddressInfo // an IP socket's address is never a string or null once listening
  return `127.0.0.1:${port}`
}

const http = (listener: RequestListener) => serve(createHttpServer(listener))
const prove = (publicUrl: string, withinMs = 1400, signal = new AbortController().signal) =>
  proveReachable(publicUrl, 4711, nonce, withinMs, signal)

describe('the proof that the public address leads here', () => {
  it('asks at base path and nonce, past ngrok’s browser warning, and is content with our answer', async () => {
    const asked: unknown[] = []
    const host = await http((request, response) => {
      asked.push([request.method, request.url, request.headers['ngrok-skip-browser-warning']])
      response.end(nonce.answer)
    })
    await prove(`ws://${host}/base`)
    expect(asked).toEqual([['GET', '/base/n0nce', '1']])
  })

  it('asks again until the address has become known', async () => {
    let asked = 0
    const host = await http((_request, response) => {
      asked += 1
      if (asked === 1) response.writeHead(404).end('ERR_NGROK_3200')
      else response.end(nonce.answer)
    })
    await prove(`ws://${host}`, 5000)
    expect(asked).toBe(2)
  })

  it.each<[what: string, listener: RequestListener, sentence: RegExp, hint: RegExp]>([
    [
      'an ngrok endpoint that is offline',
      (_request, response) => response.writeHead(404, { 'ngrok-error-code': 'ERR_NGROK_3200' }).end(),
      /is offline, says ngrok \(ERR_NGROK_3200\)/,
      /agent/,
    ],
    [
      'another error of ngrok',
      (_request, response) => response.writeHead(403).end('<html>ERR_NGROK_727</html>'),
      /refused by ngrok \(ERR_NGROK_727\)/,
      /err_ngrok_727/,
    ],
    [
      'a proxy that does not reach us',
      (_request, response) => response.writeHead(502).end(),
      /answers 502/,
      /http:\/\/127\.0\.0\.1:4711/,
    ],
    [
      'another program',
      (_request, response) => response.end('hello'),
      /answers \(200\), but it is not this program/,
      /4711/,
    ],
    [
      'a redirect',
      (_request, response) => response.writeHead(301, { location: 'https://elsewhere.example' }).end(),
      /answers \(301\)/,
      /without redirects/,
    ],
    ['a flood', (_request, response) => response.end('a'.repeat(1_000_000)), /not this program/, /4711/],
    ['silence', () => {}, /does not answer/, /4711/],
    [
      'a broken connection',
      (request) => request.socket.destroy(),
      /cannot be reached \(ECONNRESET\)/,
      /4711/,
    ],
  ])('names %s, with the remedy', async (_what, listener, sentence, hint) => {
    const host = await http(listener)
    const error = await prove(`ws://${host}`).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({
      code: 'public-url-unreachable',
      message: expect.stringMatching(sentence),
      hint: expect.stringMatching(hint),
    })
    expectHouseStyle(error)
  })

  it('names a refused connection, an unknown name, and a certificate that nobody vouches for', async () => {
    const refusing = await serve(createTcpServer())
    await closers.pop()?.()
    await expect(prove(`ws://${refusing}`)).rejects.toThrow('refuses connections')
    await expect(prove('ws://ai-caller.invalid')).rejects.toThrow('cannot be resolved')
    const selfSigned = await serve(createHttpsServer(createSelfSigned()))
    await expect(prove(`wss://${selfSigned}`)).rejects.toThrow(
      /no valid certificate \(DEPTH_ZERO_SELF_SIGNED_CERT\)/,
    )
    const plain = await http((_request, response) => response.end())
    await expect(prove(`wss://${plain}`)).rejects.toThrow(/does not speak TLS/)
  })

  it('stops at once when aborted, with the reason', async () => {
    const controller = new AbortController()
    const host = await http(() => controller.abort('sigint'))
    await expect(prove(`ws://${host}`, 30_000, controller.signal)).rejects.toBe('sigint')
  })
})
