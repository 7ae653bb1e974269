/** A client that says exactly what it is told, byte by byte. */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/** Everything a closed connection had to say, and when it was closed. */
export type Heard = { text: string; afterMs: number }

/** Connects to 127.0.0.1, says `text` and nothing more, and does not close by itself before the test is over. */
export async function knock(port: number, text: string): Promise<{ socket: Socket; heard: Promise<Heard> }> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  onTestFinished(() => void socket.destroy())
  const startedAt = performance.now()
  const heard = new Promise<Heard>((resolve) => {
    let received = ''
    const settle = () => {
      resolve({ text: received, afterMs: performance.now() - startedAt })
      socket.destroy()
    }
    socket.on('data', (chunk) => {
      received += chunk
    })
    socket.on('error', settle)
    socket.on('end', settle)
    socket.on('close', settle)
  })
  await once(socket, 'connect')
  socket.write(text)
  return { socket, heard }
}

/** The answer to `text`, once the server has closed the connection. */
export async function ask(port: number, text: string): Promise<string> {
  const { heard } = await knock(port, text)
  return (await heard).text
}

/** An upgrade request as a WebSocket client sends it. */
export function upgradeRequest(path: string, ...headers: string[]): string {
  const lines = [
    `GET ${path} HTTP/1.1`,
    'Host: x',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    ...headers,
  ]
  return `${lines.join('\r\n')}\r\n\r\n`
}
