/** A bare pipe between two sockets, in a process of its own: what a frame takes when nobody does anything with it. */
import { WebSocketServer } from 'ws'

const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false })
/** The far ends, by the path that both ends came with. */
const ends = new Map()
server.on('connection', (socket, { url }) => {
  const other = ends.get(url)
  ends.set(url, socket)
  if (!other) return
  other.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }))
  socket.send('joined')
})
server.on('listening', () => process.send({ port: server.address().port }))
process.once('disconnect', () => process.exit())
