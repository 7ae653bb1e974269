/** The service side of muxado, the stream multiplexer between an ngrok agent and its service (github.com/inconshreveable/muxado). */
import { Duplex } from 'node:stream'
import type { TLSSocket } from 'node:tls'

/** One multiplexed connection. Streams opened by the agent arrive at the callback given to `createMuxado`. */
export type Muxado = {
  /** Opens a stream towards the agent; its first bytes carry the SYN. */
  open(): Duplex
}

// A frame: uint24 body length, uint4 type, uint4 flags, uint32 stream id, body; all big endian.
const HEADER_BYTES = 8
const TYPE = { rst: 0, data: 1, windowIncrement: 2 } as const
const FLAG = { fin: 1, syn: 2 } as const
const WINDOW_BYTES = 256 * 1024
const MAX_BODY_BYTES = 32 * 1024
const NOTHING = Buffer.alloc(0)

type Stream = { duplex: Duplex; grantWindow(bytes: number): void }

/** Speaks muxado over `socket`; `accept` receives each stream that the agent opens. Streams end when the socket closes. */
export function createMuxado(socket: TLSSocket, accept: (stream: Duplex) => void): Muxado {
  const streams = new Map<number, Stream>()
  let nextId = 2

  const send = (type: number, flags: number, id: number, body: Buffer) => {
    if (socket.destroyed) return
    const frame = Buffer.alloc(HEADER_BYTES + body.length)
    frame.writeUIntBE(body.length, 0, 3)
    frame.writeUInt8((type << 4) | flags, 3)
    frame.writeUInt32BE(id, 4)
    body.copy(frame, HEADER_BYTES)
    socket.write(frame)
  }

  const createStream = (id: number, firstFlags: number): Stream => {
    let flags = firstFlags
    let window = WINDOW_BYTES
    let resume: (() => void) | undefined
    const sendData = (extraFlags: number, body: Buffer) => {
      send(TYPE.data, flags | extraFlags, id, body)
      flags = 0
    }
    const pump = (chunk: Buffer, done: () => void): void => {
      const body = chunk.subarray(0, Math.min(window, MAX_BODY_BYTES))
      const rest = chunk.subarray(body.length)
      window -= body.length
      if (body.length > 0) sendData(0, body)
      if (rest.length === 0) done()
      else if (window > 0) pump(rest, done)
      else resume = () => pump(rest, done)
    }
    const duplex = new Duplex({
      read() {},
      write: (chunk: Buffer, _encoding, done) => pump(chunk, done),
      final(done) {
        sendData(FLAG.fin, NOTHING)
        done()
      },
      destroy(error, done) {
        streams.delete(id)
        if (!duplex.readableEnded || !duplex.writableFinished) send(TYPE.rst, 0, id, Buffer.alloc(4))
        done(error)
      },
    })
    duplex.on('error', () => duplex.destroy())
    const stream = {
      duplex,
      grantWindow(bytes: number) {
        window += bytes
        const next = resume
        resume = undefined
        next?.()
      },
    }
    streams.set(id, stream)
    return stream
  }

  const receive = (type: number, flags: number, id: number, body: Buffer) => {
    let stream = streams.get(id)
    if (!stream && type === TYPE.data && flags & FLAG.syn) {
      stream = createStream(id, 0)
      accept(stream.duplex)
    }
    if (!stream) return
    if (type === TYPE.rst) stream.duplex.destroy()
    if (type === TYPE.windowIncrement) {
      stream.grantWindow(body.readUInt32BE(0))
      // The agent leaves Nagle's algorithm on and sends this just before its data: without a packet that carries our
      // acknowledgement, the data would wait for our delayed ACK, 40 ms. An increment of 0 is such a packet.
      send(TYPE.windowIncrement, 0, id, Buffer.alloc(4))
    }
    if (type === TYPE.data) {
      if (body.length > 0) {
        stream.duplex.push(body)
        const consumed = Buffer.alloc(4)
        consumed.writeUInt32BE(body.length)
        send(TYPE.windowIncrement, 0, id, consumed)
      }
      if (flags & FLAG.fin) stream.duplex.push(null)
    }
  }

  let unread = NOTHING
  socket.on('data', (chunk: Buffer) => {
    unread = Buffer.concat([unread, chunk])
    while (unread.length >= HEADER_BYTES) {
      const end = HEADER_BYTES + unread.readUIntBE(0, 3)
      if (unread.length < end) return
      const typeAndFlags = unread.readUInt8(3)
      const id = unread.readUInt32BE(4) & 0x7fffffff
      receive(typeAndFlags >> 4, typeAndFlags & 0x0f, id, unread.subarray(HEADER_BYTES, end))
      unread = unread.subarray(end)
    }
  })
  socket.on('close', () => {
    for (const { duplex } of streams.values()) duplex.destroy()
  })

  return {
    open() {
      const { duplex } = createStream(nextId, FLAG.syn)
      nextId += 2
      return duplex
    },
  }
}
