import { once } from 'node:events'
import { connect } from 'node:net'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { createDoors } from '../../src/ingress/doors.ts'
import { type Listener, openListener } from '../../src/ingress/listener.ts'
import { acceptMediaLeg } from '../../src/twilio/media-leg.ts'
import { upgradeRequest } from '../ingress/raw-client.ts'
import { anyText } from './arbitraries.ts'

const LIMITS = { headersMs: 1000, requestMs: 1000, bodyMs: 500, maxBodyBytes: 4096, maxMessageBytes: 4096 }
/** Every answer has been given, and every connection closed, by then: the limits, and the second in which the server looks at them. */
const CLOSED_WITHIN_MS = 8000
const MOST_ANSWERED_BYTES = 4096

let listener: Listener
const seen = { posts: [] as Record<string, string>[], texts: 0, accepted: 0 }
beforeAll(async () => {
  listener = await openListener({ port: 0, limits: LIMITS })
  const doors = createDoors(listener.doors, `ws://127.0.0.1:${listener.port}`)
  doors.onPost(
    '/status',
    () => true,
    ({ form }) => {
      seen.posts.push(form)
      return undefined
    },
  )
  doors.onSocket(
    '/media',
    () => true,
    (socket) => {
      seen.accepted += 1
      const sink = acceptMediaLeg(socket, { belongs: () => false, started() {}, ended() {} })
      return {
        ...sink,
        text(frame) {
          seen.texts += 1
          sink.text(frame)
        },
      }
    },
  )
})
afterAll(() => listener.close())

/** Says these bytes in these pieces, hangs up its side, and returns what was answered until the server closed. */
async function say(pieces: readonly (string | Uint8Array)[]): Promise<string> {
  const socket = connect({ port: listener.port, host: '127.0.0.1', allowHalfOpen: true })
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  let answered = ''
  socket.on('data', (chunk) => (answered += chunk.toString('latin1')))
  socket.on('error', () => {})
  await once(socket, 'connect')
  for (const piece of pieces) {
    socket.write(piece)
    await new Promise((resolve) => setImmediate(resolve))
  }
  socket.end()
  const late = setTimeout(() => socket.destroy(new Error('late')), CLOSED_WITHIN_MS)
  socket.once('end', () => socket.destroy())
  await closed
  clearTimeout(late)
  expect(socket.errored?.message).not.toBe('late')
  expect(answered.length).toBeLessThanOrEqual(MOST_ANSWERED_BYTES)
  return answered
}

async function expectAlive(): Promise<void> {
  const count = seen.posts.length
  const body = 'CallSid=CA1&CallStatus=ringing'
  const answer = await say([
    `POST /status HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  ])
  expect(answer).toMatch(/^HTTP\/1\.1 204 /)
  expect(seen.posts).toHaveLength(count + 1)
}

const anyBytes = fc.oneof(fc.uint8Array({ maxLength: 600 }), anyText)
const anyLine = fc.oneof(
  fc.constantFrom(
    'Host: x',
    'Content-Length: 5',
    'Content-Length: -1',
    'Content-Length: 99999999',
    'Transfer-Encoding: chunked',
    'Expect: 100-continue',
  ),
  fc.constantFrom(
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: x',
    'Sec-WebSocket-Extensions: permessage-deflate',
  ),
  fc.tuple(anyText, anyText).map(([name, value]) => `${name}: ${value}`),
)
const anyPath = fc.oneof(
  fc.constantFrom(
    '/status',
    '/media',
    '/',
    '//',
    '/status/',
    '/%73tatus',
    '*',
    'http://x/status',
    '/__proto__',
  ),
  anyText,
)
const anyRequest = fc
  .record({
    method: fc.oneof(fc.constantFrom('GET', 'POST', 'HEAD', 'OPTIONS', 'CONNECT', 'PUT'), anyText),
    path: anyPath,
    lines: fc.array(anyLine, { maxLength: 6 }),
    body: anyText,
  })
  .map(
    ({ method, path, lines, body }) =>
      `${[`${method} ${path} HTTP/1.1`, ...lines].join('\r\n')}\r\n\r\n${body}`,
  )

/** A frame as a client sends it: header bits, length and mask as they come. */
const anyFrame = fc
  .record({
    first: fc.nat(255),
    length: fc.oneof(fc.nat(130), fc.constantFrom(126, 127)),
    masked: fc.boolean(),
    payload: fc.uint8Array({ maxLength: 140 }),
  })
  .map(({ first, length, masked, payload }) =>
    Uint8Array.of(first, (masked ? 0x80 : 0) | (length & 0x7f), ...payload),
  )

describe('the listener, whatever is sent to it', () => {
  it('answers any bytes or closes, and goes on serving', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyBytes, { minLength: 1, maxLength: 3 }), async (pieces) => {
        const answer = await say(pieces)
        if (answer !== '') expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /)
      }),
      { numRuns: 60 },
    )
    await expectAlive()
  })

  it('answers anything that looks like a request with 404 or less, and goes on serving', async () => {
    await fc.assert(
      fc.asyncProperty(anyRequest, fc.nat(60), async (request, at) => {
        const answer = await say([request.slice(0, at), request.slice(at)])
        for (const [, status] of answer.matchAll(/^HTTP\/1\.1 (\d{3}) /gm))
          expect(['100', '204', '400', '403', '404', '408', '413', '417', '426', '431']).toContain(status)
      }),
      { numRuns: 80 },
    )
    await expectAlive()
  })

  it('reads forms whose fields are text, whatever the body is', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.uint8Array({ maxLength: 3000 }),
          fc.constantFrom('__proto__=1&constructor=2', '&'.repeat(4000), 'a='.repeat(2000)),
        ),
        async (body) => {
          const bytes = Buffer.from(body)
          const count = seen.posts.length
          await say([
            `POST /status HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: ${bytes.length}\r\n\r\n`,
            bytes,
          ])
          expect(seen.posts).toHaveLength(count + 1)
          const form = seen.posts.at(-1) ?? {}
          for (const value of Object.values(form)) expect(typeof value).toBe('string')
          expect(Object.getPrototypeOf(form)).toBe(Object.prototype)
        },
      ),
      { numRuns: 60 },
    )
    expect(Object.keys({})).toEqual([])
  })

  it('closes a WebSocket whose frames are none, and goes on serving', async () => {
    const before = seen.accepted
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(anyFrame, fc.uint8Array({ maxLength: 200 })), { maxLength: 6 }),
        async (frames) => {
          expect(await say([upgradeRequest('/media'), ...frames])).toMatch(/^HTTP\/1\.1 101 /)
        },
      ),
      { numRuns: 60 },
    )
    expect(seen.accepted).toBeGreaterThan(before)
    await expectAlive()
  })

  it('hears whole messages, in whatever fragments they come', async () => {
    const whole = JSON.stringify({ event: 'connected', protocol: 'Call', version: '1.0.0' })
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(whole.length), { maxLength: 30 }), async (places) => {
        const count = seen.texts
        const client = new WebSocket(`ws://127.0.0.1:${listener.port}/media`)
        await once(client, 'open')
        const borders = [0, ...places.sort((a, b) => a - b), whole.length]
        for (const [i, to] of borders.slice(1).entries())
          client.send(whole.slice(borders[i], to), { fin: i === borders.length - 2 })
        client.close(1000)
        await once(client, 'close')
        expect(seen.texts).toBe(count + 1)
      }),
      { numRuns: 30 },
    )
  })
})
