/**
 * Notes, at the sockets of the process it is called in, when each frame of sound leaves and arrives: what lies between is the process that
 * is measured, and the two ways through the kernel. Times are `performance.now()`.
 */
import { WebSocket } from 'ws'

/** A pause of the agent's sound at the phone that is longer than this lies between two turns: the person speaks for longer, and within a turn sound comes every 100 ms. */
const TURN_GAP_MS = 2000
const MODEL_RATE_BYTES_PER_MS = 48
const PHONE_RATE_BYTES_PER_MS = 8

/** Everything on the wires of one call. A turn of the agent has the time of its first sound, and how long it is in all. */
const newWires = () => ({ up: [], turns: [], latestMs: Number.NEGATIVE_INFINITY })

/** Begins to note. `phones` by the URL of the media stream, `models` by the SID-like name in the setup's prompt. */
export function stampWires() {
  const phones = new Map()
  const models = new Map()
  const modelOf = new WeakMap()
  const { send, emit } = WebSocket.prototype

  WebSocket.prototype.send = function (data, ...rest) {
    if (typeof data === 'string') {
      if (data.startsWith('{"event":"media"')) wiresOf(phones, this.url).up.push(performance.now())
    } else if (modelOf.has(this)) noteModelSound(modelOf.get(this), data)
    return send.call(this, data, ...rest)
  }
  WebSocket.prototype.emit = function (event, ...args) {
    if (event === 'message') noteMessage(this, args[0])
    return emit.call(this, event, ...args)
  }

  function noteMessage(socket, data) {
    if (!Buffer.isBuffer(data)) return
    const start = data.latin1Slice(0, Math.min(40, data.length))
    if (start.startsWith('{"realtimeInput":{"audio"')) modelOf.get(socket)?.up.push(performance.now())
    else if (start.startsWith('{"event":"media"'))
      noteTurn(wiresOf(phones, socket.url), playedMs(data), TURN_GAP_MS)
    else if (start.startsWith('{"setup"')) {
      const [name] = /soak-\d+/.exec(data.toString()) ?? []
      if (name) modelOf.set(socket, wiresOf(models, name))
    }
  }
  return { phones, models }
}

function wiresOf(map, key) {
  const found = map.get(key) ?? newWires()
  map.set(key, found)
  return found
}

function noteModelSound(wires, data) {
  const from = data.indexOf('"data": "')
  if (from !== -1) {
    const bytes = base64Bytes(data, from + 9, data.indexOf('"', from + 9))
    noteTurn(wires, bytes / MODEL_RATE_BYTES_PER_MS, Number.POSITIVE_INFINITY)
  } else if (data.includes('"turnComplete"')) wires.latestMs = Number.NEGATIVE_INFINITY
}

/** Adds sound to the turn that it belongs to, or begins a new one with it. */
function noteTurn(wires, ms, longestGapMs) {
  const nowMs = performance.now()
  if (wires.latestMs === Number.NEGATIVE_INFINITY || nowMs - wires.latestMs > longestGapMs)
    wires.turns.push({ atMs: nowMs, ms: 0 })
  wires.latestMs = nowMs
  wires.turns.at(-1).ms += ms
}

function playedMs(data) {
  const from = data.indexOf('"payload":"') + 11
  return base64Bytes(data, from, data.indexOf('"', from)) / PHONE_RATE_BYTES_PER_MS
}

function base64Bytes(data, from, to) {
  const padding = data[to - 2] === 61 ? 2 : data[to - 1] === 61 ? 1 : 0
  return ((to - from) / 4) * 3 - padding
}
