/** Joins one accepted WebSocket to the door it came through. */
import type { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'
import type { DoorSocket, DoorSocketSink } from '../call/public-address.ts'

/** Hands `socket`, which goes over `wire`, to the door's owner and everything that arrives on it to the owner's sink. */
export function joinDoorSocket(
  socket: WebSocket,
  wire: Duplex,
  connected: (socket: DoorSocket) => DoorSocketSink,
): void {
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  const sink = connected({
    get bufferedBytes() {
      return socket.bufferedAmount
    },
    send(text) {
      // Sound goes to the phone several frames at a time: what is sent in one breath leaves in one write.
      wire.cork()
      // A send that fails, or comes after the end, is followed or preceded by `closed`: there is nothing to add.
      socket.send(text, () => {})
      process.nextTick(() => wire.uncork())
    },
    close(code) {
      socket.close(code)
      return closed
    },
  })
  // Broken frames and frames beyond the limits: ws answers with the right close code, then emits 'close'.
  socket.on('error', () => {})
  socket.on('message', (message, isBinary) => {
    if (isBinary) sink.binary()
    else sink.text(message.toString())
  })
  socket.once('close', (code) => sink.closed(code))
}
