/** A wire that can fail in every way a network knows: a TCP proxy in front of a server on loopback. */
import { connect, createServer, type Socket } from 'node:net'

/** What the wire does with every byte of either side: passes it on, swallows it without a word, cuts it small, or lets it pile up. */
export type Wire = 'whole' | 'black-hole' | 'sliced' | 'stopped'

/** The wire. */
export type FaultProxy = {
  readonly port: number
  /** Connections that stand now. */
  readonly standing: number
  /** From now on, for the connections that stand and for new ones. */
  become(wire: Wire): void
  /** Swallows what comes over the connections that stand now; new ones are whole. */
  swallowStanding(): void
  /** Breaks every connection as a crashed peer does (RST). */
  reset(): void
  /** Ends every connection as a polite peer does (FIN). */
  finish(): void
  close(): Promise<void>
}

/** A wire to a port of 127.0.0.1, whole at first. */
export async function startFaultProxy(originPort: number): Promise<FaultProxy> {
  const pairs = new Set<readonly [Socket, Socket]>()
  const ends = () => [...pairs].flat()
  const lost = new Set<Socket>()
  let wire: Wire = 'whole'
  const swallows = (to: Socket) => wire === 'black-hole' || lost.has(to)
  const pass = (chunk: Buffer, to: Socket) => {
    if (swallows(to)) return
    if (wire !== 'sliced') return void to.write(chunk)
    for (let at = 0; at < chunk.length; at += 7) to.write(chunk.subarray(at, at + 7))
  }
  const server = createServer((near) => {
    const far = connect(originPort, '127.0.0.1')
    const pair = [near, far] as const
    pairs.add(pair)
    for (const [from, to] of [pair, [far, near] as const]) {
      from.setNoDelay(true)
      from.on('error', () => {})
      from.on('data', (chunk) => pass(chunk, to))
      from.on('end', () => swallows(to) || to.end())
      from.on('close', () => {
        if (!swallows(to)) to.destroy()
        if (to.destroyed) pairs.delete(pair)
      })
      if (wire === 'stopped') from.pause()
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    get standing() {
      return pairs.size
    },
    become(next) {
      wire = next
      for (const end of ends()) if (wire === 'stopped') end.pause()
      if (wire !== 'stopped') for (const end of ends()) end.resume()
    },
    swallowStanding() {
      for (const end of ends()) lost.add(end)
    },
    reset() {
      for (const end of ends()) end.resetAndDestroy()
    },
    finish() {
      for (const end of ends()) end.end()
    },
    close() {
      for (const end of ends()) end.destroy()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}
