/** A customer of Twilio for tests: a plain HTTP and WebSocket server that writes down what comes. */
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import { onTestFinished } from 'vitest'
import { type WebSocket, WebSocketServer } from 'ws'

/** A message of Twilio, as loosely as a test needs it. */
export type TwilioMessage = {
  event: string
  sequenceNumber?: string
  streamSid?: string
  start?: Record<string, unknown>
  media?: { track: string; chunk: string; timestamp: string; payload: string }
  mark?: { name: string }
  dtmf?: { track: string; digit: string }
  stop?: Record<string, unknown>
  protocol?: string
  version?: string
}

export type CustomerSocket = {
  url: string
  headers: IncomingHttpHeaders
  socket: WebSocket
  messages: TwilioMessage[]
  streamSid: string
  closeCode: number | undefined
  send(message: Record<string, unknown>): void
  play(ulaw: Uint8Array): void
  mark(name: string): void
  clear(): void
}

export type CustomerPost = {
  method: string
  url: string
  headers: IncomingHttpHeaders
  form: Record<string, string>
}

export type CustomerOptions = {
  /** Status with which upgrades are refused. */
  refuse?: number
  /** Called when `start` has come. */
  started?: (socket: CustomerSocket) => void
  /** The answer to a POST; undefined: none ever. Without this: 204. */
  answer?: (post: CustomerPost) => { status: number; body?: string; type?: string } | undefined
}

/** Listens on loopback until the test ends. `until` resolves with the first truthy result, asked again whenever something came. */
export async function startCustomer(options: CustomerOptions = {}) {
  const posts: CustomerPost[] = []
  const sockets: CustomerSocket[] = []
  let waiting: (() => void)[] = []
  const news = () => {
    const woken = waiting
    waiting = []
    for (const wake of woken) wake()
  }
  const until = async <T>(look: () => T): Promise<NonNullable<T>> => {
    for (;;) {
      const seen = look()
      if (seen) return seen
      await new Promise<void>((resolve) => waiting.push(resolve))
    }
  }

  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    const { method = '', url = '', headers } = request
    const post = { method, url, headers, form: Object.fromEntries(new URLSearchParams(body)) }
    posts.push(post)
    const answer = options.answer ? options.answer(post) : { status: 204 }
    const type = answer?.type ?? 'text/xml'
    if (answer)
      response.writeHead(answer.status, answer.body ? { 'content-type': type } : {}).end(answer.body)
    news()
  })
  const upgrades = new WebSocketServer({ noServer: true })
  server.on('upgrade', (request, raw, head) => {
    if (options.refuse) return raw.end(`HTTP/1.1 ${options.refuse} No\r\nConnection: close\r\n\r\n`)
    return upgrades.handleUpgrade(request, raw, head, (socket) => {
      const { url = '', headers } = request
      const customer: CustomerSocket = {
        url,
        headers,
        socket,
        messages: [],
        streamSid: '',
        closeCode: undefined,
        send: (message) => socket.send(JSON.stringify(message)),
        play: (ulaw) =>
          customer.send({
            event: 'media',
            streamSid: customer.streamSid,
            media: { payload: Buffer.from(ulaw).toString('base64') },
          }),
        mark: (name) => customer.send({ event: 'mark', streamSid: customer.streamSid, mark: { name } }),
        clear: () => customer.send({ event: 'clear', streamSid: customer.streamSid }),
      }
      sockets.push(customer)
      socket.on('message', (data) => {
        const message: TwilioMessage = JSON.parse(String(data))
        customer.messages.push(message)
        if (message.event === 'start') {
          customer.streamSid = message.streamSid ?? ''
          options.started?.(customer)
        }
        news()
      })
      socket.on('close', (code) => {
        customer.closeCode = code
        news()
      })
      news()
    })
  })
  let connections = 0
  server.on('connection', (connection) => {
    connections += 1
    connection.on('close', () => {
      connections -= 1
      news()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const host = `127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`
  onTestFinished(() => {
    for (const { socket } of sockets) socket.terminate()
    server.closeAllConnections()
    server.close()
  })
  return {
    posts,
    sockets,
    until,
    connections: () => connections,
    httpUrl: `http://${host}`,
    wsUrl: `ws://${host}/media/token`,
    /** TwiML that connects a stream here, followed by `after`. */
    twiml: (after = '', path = '/media/token') =>
      `<Response><Connect><Stream url="ws://${host}${path}"><Parameter name="run" value="7 &amp; 8"/></Stream></Connect>${after}</Response>`,
    /** The first socket, once `start` has come. */
    stream: () => until(() => sockets.find((socket) => socket.streamSid !== '')),
  }
}
