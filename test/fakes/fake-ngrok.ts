/**
 * A fake ngrok service on loopback, with which the real `@ngrok/ngrok` package runs end to end. It speaks the agent protocol of
 * ngrok-rust: TLS, muxado, then typed streams that carry one JSON request and one JSON answer, without a length.
 */
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { createServer, type TLSSocket } from 'node:tls'
import { createFakeEdge } from './fake-ngrok-edge.ts'
import { createMuxado, type Muxado } from './muxado.ts'
import { createSelfSigned } from './self-signed.ts'

type Json = Record<string, unknown>
type RpcName = 'auth' | 'bind' | 'unbind'

/** A request of the agent, as it came. */
export type Rpc = { name: RpcName; message: Json }

/** What the service does differently from now on; change at any time. */
export type Knobs = {
  /** Answers auth with this error: words on the first lines, `ERR_NGROK_nnn` on the last. */
  authError: string | undefined
  bindError: string | undefined
  /** Requests that are never answered. */
  mute: Set<RpcName>
  muteHeartbeats: boolean
  /** New sessions are hung up on once TLS is up. */
  refuseSessions: boolean
  /** How long the edge still says ERR_NGROK_3200 after a bind. */
  routableAfterMs: number
}

export type FakeNgrok = {
  /** For the agent's server address: `localhost:PORT`. */
  readonly serverAddr: string
  /** PEM of the certificate of both the service and the edge. */
  readonly certificate: string
  /** The address of a tunnel that asks for no domain. */
  readonly origin: string
  readonly knobs: Knobs
  /** Every request so far. */
  readonly rpcs: readonly Rpc[]
  /** The first request of this name, now or when it comes. */
  seen(name: RpcName): Promise<Rpc>
  /** Breaks every session off. */
  dropSessions(): void
  /** Stops reading all sessions, without a FIN: what a dead link looks like. */
  freeze(): void
  /** Ends every endpoint, as from the dashboard. */
  stopTunnel(message: string, errorCode: string): void
  close(): Promise<void>
}

// Types of a stream, its first four bytes.
const REQUEST: Record<number, RpcName> = { 0: 'auth', 1: 'bind', 2: 'unbind' }
const HEARTBEAT = 0xffffffff
const PROXY = 3
const STOP_TUNNEL = 9

type Endpoint = { id: string; host: string; session: Muxado; routableAtMs: number }

/** Starts the service and its public edge. */
export async function createFakeNgrok(): Promise<FakeNgrok> {
  const certificate = createSelfSigned()
  const knobs: Knobs = {
    authError: undefined,
    bindError: undefined,
    mute: new Set(),
    muteHeartbeats: false,
    refuseSessions: false,
    routableAfterMs: 0,
  }
  const rpcs: Rpc[] = []
  const watchers = new Set<() => void>()
  const sockets = new Set<TLSSocket>()
  const endpoints = new Map<string, Endpoint>()
  let lastId = 0

  const edge = await createFakeEdge(certificate, (host, clientAddr) => {
    const endpoint = [...endpoints.values()].find((each) => each.host === host)
    if (!endpoint || performance.now() < endpoint.routableAtMs) return undefined
    const stream = endpoint.session.open()
    const header = Buffer.from(
      JSON.stringify({
        Id: endpoint.id,
        ClientAddr: clientAddr,
        Proto: 'https',
        EdgeType: '0',
        PassthroughTLS: false,
      }),
    )
    const length = Buffer.alloc(8)
    length.writeBigInt64LE(BigInt(header.length))
    stream.write(Buffer.concat([typed(PROXY), length, header]))
    return stream
  })

  const answers: Record<RpcName, (message: Json, session: Muxado) => Json> = {
    auth: () => {
      if (knobs.authError) return { Error: knobs.authError }
      lastId += 1
      const extra = {
        Version: 'prod',
        Region: 'us',
        Cookie: '',
        AccountName: 'test',
        SessionDuration: 0,
        PlanName: 'Free',
        Banner: '',
      }
      return { Version: '3', ClientId: `cli_${lastId}`, Extra: extra, Error: '' }
    },
    bind: ({ Id, Opts, Proto }, session) => {
      if (knobs.bindError) return { Error: knobs.bindError }
      lastId += 1
      const id = String(Id || `ep_${lastId}`)
      const domain = typeof Opts === 'object' && Opts !== null && 'Domain' in Opts ? Opts.Domain : undefined
      const url = domain ? `https://${domain}` : edge.origin
      endpoints.set(id, {
        id,
        host: new URL(url).host,
        session,
        routableAtMs: performance.now() + knobs.routableAfterMs,
      })
      return { Id: id, URL: url, Proto, Opts, Extra: { Token: `tok_${id}` }, Error: '' }
    },
    unbind: ({ Id }) => {
      endpoints.delete(String(Id))
      return { Error: '' }
    },
  }

  const serve = (stream: Duplex, session: Muxado) => {
    let type: number | undefined
    let unread = Buffer.alloc(0)
    stream.on('data', (chunk: Buffer) => {
      unread = Buffer.concat([unread, chunk])
      if (type === undefined) {
        if (unread.length < 4) return
        type = unread.readUInt32BE(0)
        unread = unread.subarray(4)
      }
      if (type === HEARTBEAT) {
        if (!knobs.muteHeartbeats) stream.write(unread)
        unread = Buffer.alloc(0)
        return
      }
      const name = REQUEST[type]
      const message = parseWhenComplete(unread)
      if (!message || !name) return
      rpcs.push({ name, message })
      for (const watcher of watchers) watcher()
      if (!knobs.mute.has(name)) stream.end(JSON.stringify(answers[name](message, session)))
    })
  }

  const server = createServer(certificate, (socket) => {
    if (knobs.refuseSessions) {
      socket.destroy()
      return
    }
    sockets.add(socket)
    socket.setNoDelay(true)
    socket.on('error', () => socket.destroy())
    const session = createMuxado(socket, (stream) => serve(stream, session))
    socket.once('close', () => {
      sockets.delete(socket)
      for (const endpoint of endpoints.values())
        if (endpoint.session === session) endpoints.delete(endpoint.id)
    })
  })
  server.on('tlsClientError', (_error, socket) => socket.destroy())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // an IP socket's address is never a string or null once listening

  const dropSessions = () => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    serverAddr: `localhost:${port}`,
    certificate: certificate.cert,
    origin: edge.origin,
    knobs,
    rpcs,
    seen: (name) =>
      new Promise((resolve) => {
        const look = () => {
          const rpc = rpcs.find((each) => each.name === name)
          if (!rpc) return
          watchers.delete(look)
          resolve(rpc)
        }
        watchers.add(look)
        look()
      }),
    dropSessions,
    freeze() {
      for (const socket of sockets) socket.pause()
    },
    stopTunnel(message, errorCode) {
      for (const { id, session } of endpoints.values()) {
        const notice = { Id: id, Message: message, ErrorCode: errorCode }
        session.open().end(Buffer.concat([typed(STOP_TUNNEL), Buffer.from(JSON.stringify(notice))]))
      }
    },
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      dropSessions()
      await Promise.all([closed, edge.close()])
    },
  }
}

function typed(type: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(type)
  return bytes
}

function parseWhenComplete(bytes: Buffer): Json | undefined {
  try {
    return JSON.parse(bytes.toString())
  } catch {
    return undefined
  }
}
