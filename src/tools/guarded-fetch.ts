/** `fetch` as an MCP client needs it, over guarded requests. */
import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import type { FetchLike } from '@modelcontextprotocol/client'
import { type Lookup, sendGuarded } from './guarded-request.ts'

/** Statuses that a `Response` takes no body with. */
const BODILESS = [204, 205, 304]

/** Each answer may have `maxBytes`: what is longer breaks in the middle. `lookup`: how names are resolved. */
export function createGuardedFetch(guard: {
  allowPrivate: boolean
  maxBytes: number
  lookup?: Lookup | undefined
}): FetchLike {
  return async (url, init = {}) => {
    const method = init.method ?? 'GET'
    // By GET a client listens to what the server says unasked. We have no use for it, nor for a connection that stays.
    if (method === 'GET') return new Response(null, { status: 405 })
    const answer = await sendGuarded({
      url: new URL(url),
      method,
      headers: { ...Object.fromEntries(new Headers(init.headers)), 'accept-encoding': 'identity' },
      body: typeof init.body === 'string' ? init.body : undefined,
      allowPrivate: guard.allowPrivate,
      signal: init.signal ?? new AbortController().signal,
      lookup: guard.lookup,
    })
    return toResponse(answer, guard.maxBytes)
  }
}

function toResponse(answer: IncomingMessage, maxBytes: number): Response {
  const headers = new Headers()
  for (const [name, value] of Object.entries(answer.headers))
    if (typeof value === 'string') headers.set(name, value)
  const status = answer.statusCode ?? 0
  // A Response takes no other.
  if (status < 200 || status > 599) {
    answer.destroy()
    throw Object.assign(new Error('no such status'), { code: `status ${status}` })
  }
  if (BODILESS.includes(status)) {
    answer.destroy()
    return new Response(null, { status, headers })
  }
  let length = 0
  answer.on('data', (chunk: Buffer) => {
    length += chunk.length
    if (length > maxBytes) answer.destroy(new Error('the answer is too long'))
  })
  return new Response(Readable.toWeb(answer), { status, headers })
}
