/** One HTTP request on a connection of its own, which by default cannot lead to a private address, whatever its name resolves to. */
import { type LookupAddress, type LookupAllOptions, lookup as systemLookup } from 'node:dns'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { isPrivateAddress } from '../text/private-address.ts'

/** Resolves a name as `dns.lookup` does. */
export type Lookup = (
  hostname: string,
  options: LookupAllOptions,
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void

/** What to ask. `url` is absolute, `http` or `https`. */
export type GuardedRequest = {
  url: URL
  method: string
  headers: Readonly<Record<string, string>>
  body?: string | undefined
  allowPrivate: boolean
  /** Breaks the connection off, at any time. */
  signal: AbortSignal
  /** Default: the system's. */
  lookup?: Lookup | undefined
}

/** The name or address leads into a private network. */
export class PrivateAddressError extends Error {
  constructor() {
    super('private address')
    this.name = 'PrivateAddressError'
  }
}

/**
 * Sends the request; resolves with the head of the answer, whatever its status: redirects are not followed. The connection ends with
 * the body, when the answer is destroyed, or with `signal`.
 * @throws PrivateAddressError before anything is sent; else what the system says of a connection that fails
 */
export function sendGuarded(order: GuardedRequest): Promise<IncomingMessage> {
  const { url, method, headers, body, allowPrivate, signal, lookup = systemLookup } = order
  return new Promise((resolve, reject) => {
    // `URL` has already written 0x7f.1 as 127.0.0.1. An address needs no lookup, so nobody would ask the guard.
    const host = url.hostname.replace(/^\[|\]$/g, '')
    if (!allowPrivate && isIP(host) !== 0 && isPrivateAddress(host)) throw new PrivateAddressError()
    const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, {
      method,
      headers,
      signal,
      agent: false, // A connection that is shared outlives its request, and was not guarded for it.
      lookup: socketLookup(lookup, allowPrivate),
    })
    request.on('response', resolve)
    request.on('error', reject)
    request.on('close', () => reject(Object.assign(new Error('closed'), { code: 'ECONNRESET' })))
    request.end(body)
  })
}

/**
 * The bytes of an answer, at most `maxBytes`; `whole` is false when there were more, and then the connection has been broken off.
 * @throws what the system says of a connection that breaks
 */
export async function readBounded(
  answer: IncomingMessage,
  maxBytes: number,
): Promise<{ bytes: Buffer; whole: boolean }> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    // Without an encoding set, a stream's chunks are buffers.
    chunks.push(chunk)
    length += chunk.length
    if (length > maxBytes) break // Leaving the loop destroys the stream, and the socket with it.
  }
  return { bytes: Buffer.concat(chunks).subarray(0, maxBytes), whole: length <= maxBytes }
}

/**
 * The lookup that the socket itself asks: what it judges is what the socket then connects to, so a name that resolves differently the
 * next time (DNS rebinding) gains nothing. One private address among several is enough to refuse.
 */
function socketLookup(lookup: Lookup, allowPrivate: boolean): LookupFunction {
  return (hostname, options, callback) =>
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      const [first] = addresses ?? []
      if (error || !first)
        return callback(error ?? Object.assign(new Error('no address'), { code: 'ENOTFOUND' }), [])
      if (!allowPrivate && addresses.some(({ address }) => isPrivateAddress(address)))
        return callback(new PrivateAddressError(), [])
      if (options.all) callback(null, addresses)
      else callback(null, first.address, first.family)
    })
}
