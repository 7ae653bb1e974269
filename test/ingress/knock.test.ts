import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { WebSocketServer } from 'ws'
import type { CallError } from '../../src/call/error.ts'
import { knock } from '../../src/ingress/knock.ts'
import { expectHouseStyle } from './house-style.ts'

const never = new AbortController().signal

/** A server whose WebSockets do as they are told; `refuse` answers every upgrade with this status. */
async function serve(answer: (text: string) => string | undefined, refuse?: number) {
  const server = createServer()
  const sockets = new WebSocketServer({ noServer: true })
  const seen: { url: string | undefined; signature: unknown; said: string[] } = {
    url: '',
    signature: '',
    said: [],
  }
  server.on('upgrade', (request, socket, head) => {
    seen.url = request.url
    seen.signature = request.headers['x-twilio-signature']
    if (refuse)
      return void socket.end(`HTTP/1.1 ${refuse} No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`)
    sockets.handleUpgrade(request, socket, head, (accepted) => {
      accepted.on('message', (message) => {
        seen.said.push(String(message))
        const text = answer(String(message))
        if (text === 'close') accepted.close(1011)
        else if (text !== undefined) accepted.send(text)
      })
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    for (const socket of sockets.clients) socket.terminate()
    await new Promise((resolve) => server.close(resolve))
  })
  const { port } = server.address() as AddressInfo // an IP socket's address is never a string or null once listening
  return { url: `ws://127.0.0.1:${port}/door`, seen, sockets }
}

const visit = (url: string) => ({
  ...{ url, headers: { 'x-twilio-signature': 'abc=' }, says: ['one', 'two'], hears: 'welcome' },
})

describe('a knock at our own door', () => {
  it('says its words with its headers, waits for the right answer, and leaves', async () => {
    const { url, seen, sockets } = await serve((text) => (text === 'two' ? 'welcome' : 'what?'))
    await knock(visit(url), 2000, never)
    expect(seen).toEqual({ url: '/door', signature: 'abc=', said: ['one', 'two'] })
    await expect.poll(() => sockets.clients.size).toBe(0)
  })

  it.each<[what: string, status: number, sentence: RegExp, hint: RegExp]>([
    ['a wrong signature', 403, /does not let through what the carrier signs \(403\)/, /X-Twilio-Signature/],
    ['a wrong path', 404, /loses the path/, /pass the path on/],
    ['a proxy that knows no WebSockets', 426, /does not take WebSockets \(426\)/, /pass WebSockets on/],
  ])('names %s, with the remedy', async (_what, status, sentence, hint) => {
    const { url } = await serve(() => undefined, status)
    const error: CallError = await knock(visit(url), 2000, never).then(
      () => expect.fail('let in'),
      (thrown) => thrown,
    )
    expect(error).toMatchObject({
      code: 'public-url-unreachable',
      message: expect.stringMatching(sentence),
      hint: expect.stringMatching(hint),
    })
    expectHouseStyle(error)
  })

  it('names a socket that closes, one that stays silent, and one that cannot be opened', async () => {
    const closing = await serve(() => 'close')
    await expect(knock(visit(closing.url), 2000, never)).rejects.toThrow(/closes a WebSocket before/)
    const silent = await serve(() => undefined)
    await expect(knock(visit(silent.url), 200, never)).rejects.toThrow(/does not answer on a WebSocket/)
    await expect.poll(() => silent.sockets.clients.size).toBe(0)
    await expect(knock(visit('ws://127.0.0.1:1/door'), 2000, never)).rejects.toThrow(/ECONNREFUSED/)
  })

  it('stops at once when aborted, with the reason', async () => {
    const stop = new AbortController()
    const { url, sockets } = await serve((text) => {
      if (text === 'one') stop.abort('sigint')
      return undefined
    })
    await expect(knock(visit(url), 5000, stop.signal)).rejects.toBe('sigint')
    await expect.poll(() => sockets.clients.size).toBe(0)
    await expect(knock(visit(url), 5000, AbortSignal.abort('sigterm'))).rejects.toBe('sigterm')
  })
})
