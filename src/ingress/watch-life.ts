/** Notices that the other end of a WebSocket is gone though nothing says so: a network that swallows everything closes no connection. */
import type { WebSocket } from 'ws'

/**
 * Asks for a sign of life every `everyMs`; whoever has given none, be it a message, by the next time is gone, and the socket is closed
 * (1006). Ends with the socket.
 */
export function watchLife(socket: WebSocket, everyMs: number): void {
  let isAlive = true
  const heard = () => {
    isAlive = true
  }
  const ask = () => {
    if (!isAlive) return socket.terminate()
    isAlive = false
    if (socket.readyState === socket.OPEN) socket.ping()
  }
  // What came while this program stood still waits to be read, and is read before an immediate.
  const timer = setInterval(() => setImmediate(ask), everyMs)
  socket.on('message', heard)
  socket.on('pong', heard)
  socket.once('close', () => clearInterval(timer))
}
