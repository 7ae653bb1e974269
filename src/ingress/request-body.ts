/** Reads the body of a request from a stranger: bounded in size and in time. */
import type { IncomingMessage } from 'node:http'

/** The bytes, or the HTTP status that says why there are none: 400 broken off, 408 too slow, 413 too large. */
type Body = { bytes: Buffer } | { status: 400 | 408 | 413 }

/** Reads at most `maxBytes` within `withinMs`; keeps nothing of a body that is larger. Never rejects. */
export function readRequestBody(request: IncomingMessage, maxBytes: number, withinMs: number): Promise<Body> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let length = 0
    const settle = (body: Body) => {
      clearTimeout(timer)
      request.off('data', take)
      resolve(body)
    }
    const take = (chunk: Buffer) => {
      length += chunk.length
      if (length > maxBytes) settle({ status: 413 })
      else chunks.push(chunk)
    }
    const timer = setTimeout(() => settle({ status: 408 }), withinMs)
    request.on('data', take)
    request.once('end', () => settle({ bytes: Buffer.concat(chunks) }))
    request.on('error', () => settle({ status: 400 }))
    request.once('close', () => settle({ status: 400 }))
    if (Number(request.headers['content-length']) > maxBytes) settle({ status: 413 })
  })
}
