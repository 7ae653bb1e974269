/** The connection to an MCP server that runs already, over HTTP. */
import type { RequestId, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import type { McpServer } from '../call/tools.ts'
import { createGuardedFetch } from './guarded-fetch.ts'
import type { Lookup } from './guarded-request.ts'

const MAX_ANSWER_BYTES = 2 * 1024 * 1024
const NOTIFICATION_MS = 5000

/** Where it is and what to say to get in. */
type Address = Extract<McpServer['transport'], { type: 'http' }>

/**
 * The SDK's transport, over guarded requests. It never opens a connection again by itself, and a request that nobody waits for any more
 * leaves none open: the SDK only tells the server, and keeps the stream until the server ends it.
 */
export async function createHttpTransport(
  { url, headers, allowPrivate }: Address,
  lookup: Lookup | undefined,
): Promise<StreamableHTTPClientTransport> {
  const { StreamableHTTPClientTransport } = await import('@modelcontextprotocol/client')
  const transport = new StreamableHTTPClientTransport(new URL(url), {
    requestInit: { headers: { ...headers } },
    fetch: createGuardedFetch({ allowPrivate, maxBytes: MAX_ANSWER_BYTES, lookup }),
    reconnectionOptions: {
      maxRetries: 0,
      initialReconnectionDelay: 1000,
      maxReconnectionDelay: 1000,
      reconnectionDelayGrowFactor: 1,
    },
  })
  const open = new Map<RequestId, AbortController>()
  const send = transport.send.bind(transport)
  const end = (id: RequestId) => {
    open.get(id)?.abort()
    open.delete(id)
  }
  /** Otherwise the request would wait for its deadline. */
  const endUnanswered = (id: RequestId) => {
    const error = { code: -32000, message: 'The server ended the connection without an answer.' }
    if (open.has(id)) transport.onmessage?.({ jsonrpc: '2.0', id, error })
  }
  transport.send = (message, options) => {
    if (Array.isArray(message) || !('method' in message)) return send(message, options)
    if ('id' in message) {
      const { id } = message
      const stop = new AbortController()
      open.set(id, stop)
      const onRequestStreamEnd = () => endUnanswered(id)
      return send(message, { ...options, requestSignal: stop.signal, onRequestStreamEnd })
    }
    // It is our own message, about a request of ours.
    if (message.method === 'notifications/cancelled') end(message.params?.requestId as RequestId)
    return send(message, { ...options, requestSignal: AbortSignal.timeout(NOTIFICATION_MS) })
  }
  transport.onmessage = (message) => {
    if ('id' in message && !('method' in message) && message.id !== undefined) end(message.id)
  }
  return transport
}
