import { once } from 'node:events'
import { connect } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import type { DoorRequest, DoorSocket, Doors } from '../../src/call/public-address.ts'
import { createDoors } from '../../src/ingress/doors.ts'
import type { ListenerLimits } from '../../src/ingress/limits.ts'
import { type Listener, openListener } from '../../src/ingress/listener.ts'
import { ask, knock, upgradeRequest } from './raw-client.ts'

const open: { close(): unknown }[] = []
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close()
})

async function listen(
  limits: Partial<ListenerLimits> = {},
  base = '',
): Promise<Listener & { at: Doors; http: string }> {
  const listener = await openListener({ port: 0, limits })
  open.push(listener)
  const host = `127.0.0.1:${listener.port}`
  return { ...listener, at: createDoors(listener.doors, `ws://${host}${base}`), http: `http://${host}` }
}

const post = (url: string, body: string) =>
  fetch(url, { method: 'POST', body, headers: { 'content-type': 'application/x-www-form-urlencoded' } })

/** A socket door that records what happens at it. */
function recordSocket(doors: Doors, suffix: string, admit: (request: DoorRequest) => boolean = () => true) {
  const heard: (string | number)[] = []
  let arrived: (socket: DoorSocket) => void = () => {}
  let ended: (code: number) => void = () => {}
  const socket = new Promise<DoorSocket>((resolve) => {
    arrived = resolve
  })
  const closed = new Promise<number>((resolve) => {
    ended = resolve
  })
  const remove = doors.onSocket(suffix, admit, (accepted) => {
    arrived(accepted)
    return {
      text: (message) => void heard.push(message),
      binary: () => void heard.push('(binary)'),
      closed: (code) => {
        heard.push(code)
        ended(code)
      },
    }
  })
  return { heard, socket, closed, remove }
}

async function dial(listener: Listener, path: string): Promise<WebSocket> {
  const client = new WebSocket(`ws://127.0.0.1:${listener.port}${path}`)
  open.push({ close: () => client.terminate() })
  await once(client, 'open')
  return client
}

describe('a POST door', () => {
  it('answers an admitted form 204 and hands over its headers and fields', async () => {
    const { at, http } = await listen()
    const received: DoorRequest[] = []
    at.onPost(
      '/status',
      ({ form }) => form.CallSid === 'CA1',
      (request) => {
        received.push(request)
        return undefined
      },
    )
    const response = await post(`${http}/status`, 'CallSid=CA1&To=%2B1202+5550123')
    expect(response.status).toBe(204)
    expect(received).toHaveLength(1)
    expect(received[0]?.form).toEqual({ CallSid: 'CA1', To: '+1202 5550123' })
    expect(received[0]?.headers['content-type']).toBe('application/x-www-form-urlencoded')
  })

  it('answers with the XML document that it is given', async () => {
    const { at, http } = await listen()
    at.onPost(
      '/next',
      () => true,
      ({ form }) => `<Response><Say>${form.word} ✓</Say></Response>`,
    )
    const response = await post(`${http}/next`, 'word=hello')
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('text/xml; charset=utf-8')
    expect(await response.text()).toBe('<Response><Say>hello ✓</Say></Response>')
  })

  it('answers 403 to a form that is not admitted, and tells nobody', async () => {
    const { at, http } = await listen()
    let received = 0
    at.onPost(
      '/status',
      () => false,
      () => {
        received++
        return undefined
      },
    )
    const response = await post(`${http}/status`, 'CallSid=CA1')
    expect([response.status, await response.text(), received]).toEqual([403, '', 0])
  })

  it('stands at the base path and, for proxies that strip it, at the bare suffix; a query changes nothing', async () => {
    const { at, http } = await listen({}, '/ws')
    at.onPost(
      '/status',
      () => true,
      () => {},
    )
    const statuses = []
    for (const path of [
      '/ws/status',
      '/status',
      '/ws/status?x=1',
      '/wsx/status',
      '/ws/ws/status',
      '/status/',
    ]) {
      statuses.push((await post(http + path, '')).status)
    }
    expect(statuses).toEqual([204, 204, 204, 404, 404, 404])
  })

  it('is gone once removed, also for a body that is still on its way', async () => {
    const { at, http, port } = await listen()
    let received = 0
    const remove = at.onPost(
      '/status',
      () => true,
      () => {
        received++
        return undefined
      },
    )
    const { socket, heard } = await knock(
      port,
      'POST /status HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\na=',
    )
    expect((await post(`${http}/status`, 'a=1')).status).toBe(204)
    remove()
    socket.write('1')
    expect((await heard).text).toMatch(/^HTTP\/1\.1 404 /)
    expect((await post(`${http}/status`, 'a=1')).status).toBe(404)
    expect(received).toBe(1)
  })

  it('A4 refuses a body above 64 KiB: declared, before it is sent; undeclared, as soon as it is too long', async () => {
    const { at, http, port } = await listen()
    at.onPost(
      '/status',
      () => true,
      () => {},
    )
    const declared = await ask(
      port,
      `POST /status HTTP/1.1\r\nHost: x\r\nContent-Length: ${64 * 1024 + 1}\r\n\r\n`,
    )
    expect(declared).toMatch(/^HTTP\/1\.1 413 /)
    const chunk = `${(0x8000).toString(16)}\r\n${'a'.repeat(0x8000)}\r\n`
    const { heard } = await knock(
      port,
      `POST /status HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n${chunk}${chunk}1\r\na\r\n`,
    )
    expect((await heard).text).toMatch(/^HTTP\/1\.1 413 /)
    expect((await post(`${http}/status`, 'a'.repeat(64 * 1024))).status).toBe(204)
  })

  it('A5 gives up on a body that does not come', async () => {
    const { at, port } = await listen({ bodyMs: 100 })
    at.onPost(
      '/status',
      () => true,
      () => {},
    )
    const answer = await ask(port, 'POST /status HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nab')
    expect(answer).toMatch(/^HTTP\/1\.1 408 /)
  })
})

describe('where there is no door', () => {
  it('A6 every request is answered by the same empty 404, upgrades too', async () => {
    const { at, port } = await listen()
    at.onPost(
      '/status',
      () => true,
      () => {},
    )
    recordSocket(at, '/media')
    const requests = [
      'GET / HTTP/1.1\r\nHost: x\r\n\r\n',
      'GET /status HTTP/1.1\r\nHost: x\r\n\r\n',
      'HEAD /metrics HTTP/1.1\r\nHost: x\r\n\r\n',
      'PUT /status HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\na',
      'POST /media HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n',
      'GET /media HTTP/1.1\r\nHost: x\r\n\r\n',
      upgradeRequest('/status'),
      upgradeRequest('/'),
    ]
    for (const request of requests) {
      const [head, body] = (await ask(port, request)).split('\r\n\r\n')
      expect(head, request).toMatch(/^HTTP\/1\.1 404 Not Found\r\n/)
      expect(head).toMatch(/connection: close/i)
      expect(body).toBe('')
    }
  })
})

describe('a stranger who takes his time', () => {
  it('A5 is cut off when his headers do not come', async () => {
    const { port } = await listen({ headersMs: 200 })
    const silent = await knock(port, '')
    const slow = await knock(port, 'GET / HTTP/1.1\r\nHost:')
    expect((await silent.heard).afterMs).toBeLessThan(2000)
    expect((await slow.heard).text).toMatch(/^(HTTP\/1\.1 408 |$)/)
  })

  it('A5 is cut off when his headers are larger than 8 KiB', async () => {
    const { port } = await listen()
    const answer = await ask(port, `GET / HTTP/1.1\r\nHost: x\r\nX: ${'a'.repeat(9000)}\r\n\r\n`)
    expect(answer).toMatch(/^HTTP\/1\.1 431 /)
  })

  it('A5 is cut off after a refused upgrade, even if he never closes', async () => {
    const { port } = await listen()
    const client = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
    // A server that still held the connection would take these for ever.
    const drip = setInterval(() => client.write('x'), 50)
    client.write(upgradeRequest('/nowhere'))
    client.resume()
    const cutOff = await new Promise((resolve) => client.once('error', resolve))
    clearInterval(drip)
    expect(cutOff).toMatchObject({ code: expect.stringMatching(/ECONNRESET|EPIPE/) })
  })

  it('A5 cannot take more than his share of connections, and gives it back', async () => {
    const { port, at, http } = await listen({ maxConnections: 2 })
    at.onPost(
      '/status',
      () => true,
      () => {},
    )
    const first = await knock(port, 'GET')
    const second = await knock(port, 'GET')
    expect(await ask(port, 'GET / HTTP/1.1\r\nHost: x\r\n\r\n')).toBe('')
    first.socket.destroy()
    second.socket.destroy()
    await expect
      .poll(() =>
        post(`${http}/status`, '').then(
          ({ status }) => status,
          () => 0,
        ),
      )
      .toBe(204)
  })

  it('A5 does no harm when he resets the connection in the middle of everything', async () => {
    const { port, at, http } = await listen()
    at.onPost(
      '/status',
      () => true,
      () => {},
    )
    const door = recordSocket(at, '/media')
    const beginnings = [
      upgradeRequest('/media'),
      upgradeRequest('/nowhere'),
      'POST /status HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\na',
      '\x16\x03\x01\x02\x00',
    ]
    for (const beginning of beginnings) {
      const { socket, heard } = await knock(port, beginning)
      socket.resetAndDestroy()
      await heard
    }
    expect(await door.closed).toBe(1006)
    expect((await post(`${http}/status`, '')).status).toBe(204)
  })
})

describe('a socket door', () => {
  it('carries text both ways, reports binary, and says how the socket closed', async () => {
    const listener = await listen()
    const door = recordSocket(listener.at, '/media')
    const client = await dial(listener, '/media?ignored=1')
    const socket = await door.socket
    client.send('{"event":"connected"}')
    client.send(Buffer.from([1]))
    socket.send('hello')
    const [message, isBinary] = await once(client, 'message')
    expect([String(message), isBinary, socket.bufferedBytes]).toEqual(['hello', false, 0])
    client.close(1000)
    expect(await door.closed).toBe(1000)
    expect(door.heard).toEqual(['{"event":"connected"}', '(binary)', 1000])
    socket.send('too late')
    await socket.close(1000)
  })

  it('asks before the upgrade, and answers 403 without one', async () => {
    const { at, port } = await listen()
    const asked: DoorRequest[] = []
    const door = recordSocket(at, '/media', (request) => {
      asked.push(request)
      return request.headers['x-twilio-signature'] === 'good'
    })
    const answer = await ask(port, upgradeRequest('/media', 'X-Twilio-Signature: bad'))
    expect(answer).toMatch(/^HTTP\/1\.1 403 Forbidden\r\n.*\r\n\r\n$/s)
    expect(asked.map(({ form }) => form)).toEqual([{}])
    expect(await Promise.race([door.socket, 'nobody'])).toBe('nobody')
    const { socket, heard } = await knock(port, upgradeRequest('/media', 'X-Twilio-Signature: good'))
    await door.socket
    socket.end()
    expect((await heard).text).toMatch(/^HTTP\/1\.1 101 /)
  })

  it('closes with the code that its owner gives, and resolves when closed', async () => {
    const listener = await listen()
    const door = recordSocket(listener.at, '/media')
    const client = await dial(listener, '/media')
    const clientClosed = once(client, 'close')
    const socket = await door.socket
    await Promise.all([socket.close(1008), socket.close(1008)])
    expect((await clientClosed)[0]).toBe(1008)
  })

  it('closes firmly after 1.5 s when the peer does not answer the farewell', async () => {
    const { at, port } = await listen()
    const door = recordSocket(at, '/media')
    const { socket: client } = await knock(port, upgradeRequest('/media'))
    const socket = await door.socket
    client.pause()
    const startedAt = performance.now()
    await socket.close(1000)
    expect(performance.now() - startedAt).toBeGreaterThan(1400)
    expect(performance.now() - startedAt).toBeLessThan(2500)
  })

  it('M3 gives no sign of life: it is closed; one that answers or says anything stays', async () => {
    const { at, port, ...listener } = await listen({ aliveMs: 100 })
    const mute = recordSocket(at, '/mute')
    const polite = recordSocket(at, '/polite')
    const talking = recordSocket(at, '/talking')
    await dial({ ...listener, port }, '/polite')
    const { socket } = await knock(port, upgradeRequest('/talking'))
    const talk = setInterval(() => socket.write(Buffer.from([0x81, 0x80, 0, 0, 0, 0])), 20)
    open.push({ close: () => clearInterval(talk) })
    const startedAt = performance.now()
    await knock(port, upgradeRequest('/mute'))
    expect(await mute.closed).toBe(1006)
    expect(performance.now() - startedAt).toBeGreaterThan(150)
    expect(polite.heard).toEqual([])
    expect(new Set(talking.heard)).toEqual(new Set(['']))
  })

  it('A4 ends a socket that sends a message above 64 KiB, or one in ever smaller pieces', async () => {
    const listener = await listen()
    const large = recordSocket(listener.at, '/large')
    const largeClient = await dial(listener, '/large')
    const largeClosed = once(largeClient, 'close')
    largeClient.send('a'.repeat(64 * 1024))
    largeClient.send('a'.repeat(64 * 1024 + 1))
    expect((await largeClosed)[0]).toBe(1009)
    await large.closed
    expect(large.heard.map((it) => String(it).length)).toEqual([64 * 1024, 4])

    const pieces = recordSocket(listener.at, '/pieces')
    const piecesClient = await dial(listener, '/pieces')
    const piecesClosed = once(piecesClient, 'close')
    for (let i = 0; i < 100; i++) piecesClient.send('a', { fin: false })
    expect((await piecesClosed)[0]).toBe(1008)
    await pieces.closed
    expect(pieces.heard).toHaveLength(1)
  })

  it('A4 accepts no compression', async () => {
    const { at, port } = await listen()
    const door = recordSocket(at, '/media')
    const { socket, heard } = await knock(
      port,
      upgradeRequest('/media', 'Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits'),
    )
    await door.socket
    socket.end()
    expect((await heard).text).not.toMatch(/extensions/i)
  })

  it('refuses a handshake that is none', async () => {
    const { at, port } = await listen()
    recordSocket(at, '/media')
    const request = upgradeRequest('/media').replace('Sec-WebSocket-Version: 13', 'Sec-WebSocket-Version: 7')
    expect(await ask(port, request)).toMatch(/^HTTP\/1\.1 4\d\d /)
  })
})

describe('the listener', () => {
  it('names the port and the remedy when the port is taken', async () => {
    const { port } = await listen()
    await expect(openListener({ port })).rejects.toMatchObject({
      code: 'listener-failed',
      message: expect.stringContaining(String(port)),
      hint: expect.stringContaining('--port'),
    })
  })

  it('can be reached from this machine only', async () => {
    const { port } = await listen()
    const socket = connect(port, '::1')
    await expect(once(socket, 'connect')).rejects.toThrow()
  })

  it('closes with every connection ended, WebSockets politely, and the port free', async () => {
    const listener = await listen()
    const door = recordSocket(listener.at, '/media')
    const client = await dial(listener, '/media')
    const clientClosed = once(client, 'close')
    const idle = await knock(listener.port, 'GET')
    await Promise.all([listener.close(), listener.close()])
    expect((await clientClosed)[0]).toBe(1001)
    expect(await door.closed).toBe(1001)
    await idle.heard
    const again = await openListener({ port: listener.port })
    await again.close()
  })

  it('closes firmly on peers that do not answer', async () => {
    const listener = await listen()
    const door = recordSocket(listener.at, '/media')
    const { socket } = await knock(listener.port, upgradeRequest('/media'))
    await door.socket
    socket.pause()
    const startedAt = performance.now()
    await listener.close()
    expect(performance.now() - startedAt).toBeLessThan(2500)
    expect(await door.closed).toBe(1006)
  })
})
