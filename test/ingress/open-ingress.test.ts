import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { globalAgent, request as httpsRequest } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import type { DoorRequest, DoorSocket, Ingress } from '../../src/call/public-address.ts'
import { openListener } from '../../src/ingress/listener.ts'
import { openIngress } from '../../src/ingress/open-ingress.ts'
import { createFakeNgrok, type FakeNgrok } from '../fakes/fake-ngrok.ts'
import { ngrokMissing, titled } from '../fakes/ngrok-available.ts'

const TOKEN = '2abcDEF_secretsecret'
const never = new AbortController().signal
const opened: Ingress[] = []
afterEach(async () => {
  for (const ingress of opened.splice(0)) await ingress.close()
})

async function open(config: Parameters<typeof openIngress>[0], signal = never): Promise<Ingress> {
  const ingress = await openIngress(config, signal)
  opened.push(ingress)
  return ingress
}

async function freePort(): Promise<number> {
  const listener = await openListener({ port: 0 })
  await listener.close()
  return listener.port
}

/** Passes when `port` can be had. */
async function expectFree(port: number): Promise<void> {
  const listener = await openListener({ port })
  await listener.close()
}

describe('the public address', () => {
  it('of this machine alone is its own loopback address, with doors open at once', async () => {
    const ingress = await open({ port: 0, address: { via: 'loopback' } })
    expect(ingress.via).toBe('loopback')
    expect(ingress.doors.publicUrl).toMatch(/^ws:\/\/127\.0\.0\.1:\d+$/)
    ingress.doors.onPost(
      '/status',
      () => true,
      () => {},
    )
    const url = `${ingress.doors.publicUrl.replace('ws', 'http')}/status`
    expect((await fetch(url, { method: 'POST' })).status).toBe(204)
  })

  it.each([
    ['ws', '/ws/', '/ws'],
    ['http', '', ''],
    ['http', '/a/b?x=1', '/a/b'],
  ])(
    'of the user’s own (%s, path %j) becomes a WebSocket address with base path %j',
    async (scheme, path, base) => {
      const port = await freePort()
      const ingress = await open({
        port,
        address: { via: 'own', url: `${scheme}://127.0.0.1:${port}${path}` },
      })
      expect([ingress.via, ingress.doors.publicUrl]).toEqual(['own', `ws://127.0.0.1:${port}${base}`])
      ingress.doors.onSocket(
        '/media',
        () => true,
        () => ({ text() {}, binary() {}, closed() {} }),
      )
      const client = new WebSocket(`${ingress.doors.publicUrl}/media`)
      await once(client, 'open')
      client.terminate()
    },
  )

  it('N3 is refused when it leads to another program, and the listener is taken down again', async () => {
    const other = createServer((_request, response) => response.end('hello')).listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port: otherPort } = other.address() as AddressInfo // an IP socket's address is never a string or null once listening
    const port = await freePort()
    await expect(
      open({ port, address: { via: 'own', url: `ws://127.0.0.1:${otherPort}` } }),
    ).rejects.toMatchObject({
      code: 'public-url-unreachable',
      hint: expect.stringContaining(`http://127.0.0.1:${port}`),
    })
    other.close()
    await expectFree(port)
  })

  it('leaves nothing open when aborted, before or while it is opened', async () => {
    const port = await freePort()
    await expect(open({ port, address: { via: 'loopback' } }, AbortSignal.abort('sigterm'))).rejects.toBe(
      'sigterm',
    )
    const silent = createServer(() => controller.abort('sigint')).listen(0, '127.0.0.1')
    const controller = new AbortController()
    await once(silent, 'listening')
    const { port: silentPort } = silent.address() as AddressInfo // an IP socket's address is never a string or null once listening
    const url = `ws://127.0.0.1:${silentPort}`
    await expect(open({ port, address: { via: 'own', url } }, controller.signal)).rejects.toBe('sigint')
    silent.closeAllConnections()
    silent.close()
    await expectFree(port)
  })

  it('gives its port back when closed, and may be closed twice', async () => {
    const ingress = await open({ port: 0, address: { via: 'loopback' } })
    await Promise.all([ingress.close(), ingress.close()])
    await expectFree(Number(new URL(ingress.doors.publicUrl).port))
  })

  it('takes the listener down again when there can be no tunnel', async () => {
    const port = await freePort()
    await expect(open({ port, address: { via: 'ngrok', authtoken: '' } })).rejects.toMatchObject({
      code: 'tunnel-failed',
    })
    await expectFree(port)
  })
})

describe.skipIf(ngrokMissing)(titled('the public address of the real ngrok package'), () => {
  let ngrok: FakeNgrok
  let folder: string
  beforeEach(async () => {
    ngrok = await createFakeNgrok()
    folder = mkdtempSync(join(tmpdir(), 'ai-caller-'))
    writeFileSync(join(folder, 'ca.pem'), ngrok.certificate)
    // What NODE_EXTRA_CA_CERTS does for a process that is yet to start.
    globalAgent.options.ca = ngrok.certificate
  })
  afterEach(async () => {
    for (const ingress of opened.splice(0)) await ingress.close()
    await ngrok.close()
    delete globalAgent.options.ca
    rmSync(folder, { recursive: true })
  })
  const openTunnelled = (signal = never) =>
    open(
      {
        port: 0,
        address: {
          via: 'ngrok',
          authtoken: TOKEN,
          serverAddr: ngrok.serverAddr,
          rootCas: join(folder, 'ca.pem'),
        },
      },
      signal,
    )

  it('carries form callbacks', async () => {
    const { doors, via } = await openTunnelled()
    expect([via, doors.publicUrl]).toEqual(['ngrok', ngrok.origin.replace('https', 'wss')])
    const received: DoorRequest[] = []
    doors.onPost(
      '/status',
      () => true,
      (request) => {
        received.push(request)
        return undefined
      },
    )
    const callback = httpsRequest(`${ngrok.origin}/status`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'x-twilio-signature': 'abc=' },
    }).end('CallSid=CA1&CallStatus=ringing')
    const [response] = await once(callback, 'response')
    expect(response.resume().statusCode).toBe(204)
    expect(received[0]?.form).toEqual({ CallSid: 'CA1', CallStatus: 'ringing' })
    expect(received[0]?.headers['x-twilio-signature']).toBe('abc=')
  })

  it('carries media messages both ways, in order, and the close code', async () => {
    const { doors } = await openTunnelled()
    const up: string[] = []
    let closeCode = 0
    let owner: DoorSocket | undefined
    doors.onSocket(
      '/media',
      () => true,
      (socket) => {
        owner = socket
        return {
          text(message) {
            up.push(message)
            socket.send(`echo ${message}`)
          },
          binary() {},
          closed(code) {
            closeCode = code
          },
        }
      },
    )
    const client = new WebSocket(`${doors.publicUrl}/media`, { ca: ngrok.certificate })
    await once(client, 'open')
    const down: string[] = []
    const heardAll = new Promise<void>((resolve) => {
      client.on('message', (message) => {
        down.push(String(message))
        if (down.length === 500) resolve()
      })
    })
    const sent = Array.from({ length: 500 }, (_, i) =>
      JSON.stringify({ event: 'media', chunk: i, payload: 'A'.repeat(216) }),
    )
    for (const message of sent) client.send(message)
    await heardAll
    expect(up).toEqual(sent)
    expect(down).toEqual(sent.map((message) => `echo ${message}`))
    const clientClosed = once(client, 'close')
    await owner?.close(1000)
    expect([(await clientClosed)[0], closeCode]).toEqual([1000, 1000])
  })

  it('shows strangers nothing but 404, and takes refused upgrades no further', async () => {
    const { doors } = await openTunnelled()
    doors.onSocket(
      '/media',
      () => false,
      () => expect.fail('connected'),
    )
    const statusOf = async (path: string) => {
      const [response] = await once(httpsRequest(`${ngrok.origin}${path}`).end(), 'response')
      return response.resume().statusCode
    }
    expect([await statusOf('/'), await statusOf('/media')]).toEqual([404, 404])
    const [error] = await once(new WebSocket(`${doors.publicUrl}/media`, { ca: ngrok.certificate }), 'error')
    expect(error.message).toContain('403')
  })

  it('is open only once the address has become reachable', async () => {
    ngrok.knobs.routableAfterMs = 700
    const startedAt = performance.now()
    await openTunnelled()
    expect(performance.now() - startedAt).toBeGreaterThan(700)
  })

  it('fails when ngrok stops the tunnel before it was reachable', async () => {
    ngrok.knobs.routableAfterMs = 60_000
    const opening = openTunnelled()
    await ngrok.seen('bind')
    const stop = setInterval(() => ngrok.stopTunnel('no', 'ERR_NGROK_9996'), 50)
    await expect(opening)
      .rejects.toMatchObject({ code: 'tunnel-lost' })
      .finally(() => clearInterval(stop))
  })

  it('tells when the tunnel is lost, and unregisters when closed', async () => {
    const ingress = await openTunnelled()
    await Promise.all([ingress.close(), ingress.close()])
    await ngrok.seen('unbind')
    const second = await openTunnelled()
    ngrok.stopTunnel('enough', 'ERR_NGROK_9995')
    expect(await second.lost).toMatchObject({
      code: 'tunnel-lost',
      message: expect.stringContaining('enough'),
    })
  })
})
