import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { get } from 'node:https'
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { CallError } from '../../src/call/error.ts'
import type { TunnelSettings } from '../../src/call/ingress-address.ts'
import { openTunnel, type Tunnel, type TunnelTiming } from '../../src/ingress/tunnel.ts'
import { createFakeNgrok, type FakeNgrok } from '../fakes/fake-ngrok.ts'
import { ngrokMissing, titled } from '../fakes/ngrok-available.ts'
import { expectHouseStyle } from './house-style.ts'

const TOKEN = '2abcDEF_secretsecret'
const QUICK: TunnelTiming = { openMs: 10_000, heartbeatSeconds: 1, graceMs: 1000 }
const IMPATIENT: TunnelTiming = { ...QUICK, openMs: 400 }
const never = new AbortController().signal

describe.skipIf(ngrokMissing)(titled('a tunnel of the real ngrok package'), () => {
  let ngrok: FakeNgrok
  let folder: string
  const tunnels: Tunnel[] = []

  beforeEach(async () => {
    ngrok = await createFakeNgrok()
    folder = mkdtempSync(join(tmpdir(), 'ai-caller-'))
    writeFileSync(join(folder, 'ca.pem'), ngrok.certificate)
  })
  afterEach(async () => {
    for (const tunnel of tunnels.splice(0)) await tunnel.close()
    await ngrok.close()
    rmSync(folder, { recursive: true })
  })

  const settings = (more: Partial<TunnelSettings> = {}): TunnelSettings => ({
    authtoken: TOKEN,
    serverAddr: ngrok.serverAddr,
    rootCas: join(folder, 'ca.pem'),
    ...more,
  })
  const openQuick = async (more: Partial<TunnelSettings> = {}, timing = QUICK, port = 9): Promise<Tunnel> => {
    const tunnel = await openTunnel(settings(more), port, never, timing)
    tunnels.push(tunnel)
    return tunnel
  }
  /** The error with which opening fails, which never holds the authtoken. */
  const failure = async (more: Partial<TunnelSettings> = {}, timing = QUICK): Promise<CallError> => {
    const error = await openQuick(more, timing).then(
      () => expect.fail('the tunnel opened'),
      (reason: unknown) => reason,
    )
    if (!(error instanceof CallError)) throw error
    expect(error.code).toBe('tunnel-failed')
    expect(`${error.message} ${error.hint} ${error.stack} ${error.cause}`).not.toContain(TOKEN)
    expectHouseStyle(error)
    return error
  }
  const isLost = (tunnel: Tunnel) => Promise.race([tunnel.lost, Promise.resolve('still there')])

  it('gives the address that ngrok chose, and tells ngrok no more than it must', async () => {
    const tunnel = await openQuick()
    expect(tunnel.url).toBe(ngrok.origin)
    const auth = await ngrok.seen('auth')
    expect(auth.message).toMatchObject({ Extra: { AuthToken: TOKEN, Hostname: '', Metadata: '' } })
    const bind = await ngrok.seen('bind')
    expect(bind.message).toMatchObject({
      Proto: 'https',
      ForwardsTo: 'http://127.0.0.1:9/',
      Opts: { Domain: '' },
    })
  })

  it('asks for the domain that was set', async () => {
    const tunnel = await openQuick({ domain: 'calls.example.com' })
    expect(tunnel.url).toBe('https://calls.example.com')
    expect((await ngrok.seen('bind')).message).toMatchObject({ Opts: { Domain: 'calls.example.com' } })
  })

  it('unregisters its endpoint when closed, and may be closed twice', async () => {
    const tunnel = await openQuick()
    await Promise.all([tunnel.close(), tunnel.close()])
    await ngrok.seen('unbind')
    expect(await isLost(tunnel)).toBe('still there')
  })

  it.each([
    ['ERR_NGROK_105', 'authError', /cannot read the authtoken/],
    ['ERR_NGROK_107', 'authError', /no longer accepts/],
    ['ERR_NGROK_108', 'authError', /as many agents/],
    ['ERR_NGROK_9999', 'authError', /ngrok said: .*\[authtoken\]/],
    ['ERR_NGROK_334', 'bindError', /already online/],
    ['ERR_NGROK_326', 'bindError', /domain/],
    ['ERR_NGROK_9998', 'bindError', /ngrok said: .*\[authtoken\]/],
  ] as const)('N1 fails with a sentence of ours when ngrok answers %s (%s)', async (code, knob, sentence) => {
    ngrok.knobs[knob] = `This is refused.\nYour authtoken: ${TOKEN}\n\n${code}`
    const error = await failure()
    expect(error.message).toMatch(sentence)
    expect(error.message).toContain(code)
    expect(error.hint).toBeDefined()
  })

  it.each(['auth', 'bind'] as const)('fails in time when ngrok never answers %s', async (rpc) => {
    ngrok.knobs.mute.add(rpc)
    const startedAt = performance.now()
    expect((await failure({}, IMPATIENT)).message).toContain('did not answer within 0.4 s')
    expect(performance.now() - startedAt).toBeLessThan(2500)
  })

  it('N1 fails in time when the service accepts the connection and says nothing at all', async () => {
    const sockets: Socket[] = []
    const mute = createTcpServer((socket) => sockets.push(socket.on('error', () => {})))
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve))
    const { port } = mute.address() as AddressInfo // an IP socket's address is never a string or null once listening
    expect((await failure({ serverAddr: `127.0.0.1:${port}` }, IMPATIENT)).message).toContain(
      'did not answer',
    )
    // As long as one attempt hangs here, the package starts no other in this process.
    for (const socket of sockets) socket.destroy()
    mute.close()
  })

  it('names the cause that the package drops: name, connection or certificate', async () => {
    expect((await failure({ serverAddr: 'ngrok.invalid:443' })).message).toMatch(
      /ngrok\.invalid:443 cannot be resolved \((ENOTFOUND|EAI_AGAIN)\)/,
    )
    const refused = await failure({ serverAddr: 'localhost:1' })
    expect(refused.message).toMatch(/cannot be reached \(ECONNREFUSED\)/)
    expect(refused.hint).toContain('NGROK_SERVER_ADDR')
    expect(refused.hint).not.toMatch(/firewall/i)
    const untrusted = await failure({ rootCas: 'trusted' })
    expect(untrusted.message).toContain('not trusted')
    expect(untrusted.hint).toContain('NGROK_ROOT_CAS=host')
  })

  it('names the setting that is wrong', async () => {
    expect((await failure({ serverAddr: '::no::' })).message).toContain('NGROK_SERVER_ADDR')
    expect((await failure({ rootCas: join(folder, 'none.pem') })).message).toContain('NGROK_ROOT_CAS')
    expect((await failure({ authtoken: '' })).hint).toContain('NGROK_AUTHTOKEN')
    expect(ngrok.rpcs).toEqual([])
  })

  it('stops opening at once when aborted', async () => {
    ngrok.knobs.mute.add('auth')
    const controller = new AbortController()
    const opening = openTunnel(settings(), 9, controller.signal)
    await ngrok.seen('auth')
    controller.abort('sigint')
    await expect(opening).rejects.toBe('sigint')
  })

  it('is lost when ngrok stops it, with the reason', async () => {
    const tunnel = await openQuick()
    ngrok.stopTunnel(`stopped by ann, token ${TOKEN}`, 'ERR_NGROK_9997')
    const error = await tunnel.lost
    expect([error.code, error.message]).toEqual([
      'tunnel-lost',
      'the ngrok tunnel is gone: ngrok said: stopped by ann, token [authtoken] (ERR_NGROK_9997)',
    ])
  })

  it.each([
    ['freezes without a word', () => ngrok.freeze()],
    ['is up but no longer answers heartbeats', () => Object.assign(ngrok.knobs, { muteHeartbeats: true })],
    [
      'breaks and does not come back',
      () => {
        ngrok.knobs.refuseSessions = true
        ngrok.dropSessions()
      },
    ],
  ])('N2 is lost when the link %s', async (_how, harm) => {
    const tunnel = await openQuick()
    harm()
    expect((await tunnel.lost).code).toBe('tunnel-lost')
  })

  it('N2 outlives a short break of the link', async () => {
    const server = createServer((_request, response) => response.end('here')).listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    const { port } = server.address() as AddressInfo // an IP socket's address is never a string or null once listening
    const tunnel = await openQuick({}, QUICK, port)
    ngrok.dropSessions()
    const statusOf = () =>
      new Promise((resolve) => {
        get(tunnel.url, { ca: ngrok.certificate, agent: false }, (response) =>
          resolve(response.resume().statusCode),
        )
      })
    await expect.poll(statusOf, { timeout: 3000 }).toBe(200)
    await new Promise((resolve) => setTimeout(resolve, QUICK.graceMs + 500))
    expect(await isLost(tunnel)).toBe('still there')
    server.close()
  })
})
