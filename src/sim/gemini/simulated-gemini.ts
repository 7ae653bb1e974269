/** A simulated Gemini Live API on loopback: the WebSocket and the model list, as strict as the real service. */
import { randomInt } from 'node:crypto'
import { createServer, type IncomingMessage, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import type { Clock } from '../../flow/clock.ts'
import type { AgentTurn, Scenario } from '../scenario.ts'
import { planDrops } from './connection-life.ts'
import { createModelTalks } from './model-talks.ts'
import { answerModels, KEY_PROBLEM, type KeyCheck } from './models-api.ts'
import { createObservations, type Observations, type SessionRecord } from './observations.ts'
import { closeReason } from './refusal.ts'
import { serveSession } from './serve-session.ts'

/** What the simulator plays, how fast, and with which voice. */
type SimulatedGeminiOptions = {
  scenario: Scenario
  clock: Clock
  /** The sound of an agent's turn: signed 16-bit mono, 24 kHz. */
  speech: (turn: AgentTurn) => Promise<Int16Array>
  /** Cut sound in the middle of samples, which the real service does not do (default false). */
  splitSamples?: boolean
  /** Where to listen on 127.0.0.1 (default 0: any free port). */
  port?: number
}

/** A running simulator. */
export type SimulatedGemini = {
  /** `http://127.0.0.1:PORT`: what `GOOGLE_GEMINI_BASE_URL` is set to. */
  baseUrl: string
  /** The only key that it accepts. */
  apiKey: string
  /** One record for each WebSocket that was let in, also with a wrong key. They grow while sessions live. */
  sessions: readonly SessionRecord[]
  /** Waits for what the records will show: see `Observations`. */
  waitFor: Observations['waitFor']
  /** Calls `look` whenever a record has changed, until the simulator closes. */
  watch: Observations['watch']
  /** Breaks all connections and frees the port. May be called twice. */
  close(): Promise<void>
}

/** The Live API's path; the SDK puts a double slash before it. https://ai.google.dev/api/live */
const LIVE_PATH = '/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent'

/** Starts on 127.0.0.1. Rejects when the port cannot be had. */
export async function startSimulatedGemini(options: SimulatedGeminiOptions): Promise<SimulatedGemini> {
  const { scenario, clock, speech } = options
  const { modelHttp, modelClose, modelDropsMs } = scenario.faults
  const apiKey = `simulated-${digits()}`
  const observations = createObservations()
  const { changed } = observations
  const plan = { splitSamples: options.splitSamples ?? false }
  const talks = createModelTalks({ scenario, clock, speech, plan, changed, newId: digits })
  const drops = planDrops(clock, modelDropsMs)
  let closeFault = modelClose

  const sockets = new WebSocketServer({ noServer: true, maxPayload: 4 * 1024 * 1024 })
  const http = createServer((request, response) => {
    const { path, query } = addressOf(request)
    const answer = answerModels(request.method ?? '', path, checkKey(request, query, apiKey))
    response.writeHead(answer.status, { 'content-type': 'application/json; charset=UTF-8' })
    response.end(`${JSON.stringify(answer.body, null, 2)}\n`)
  })
  http.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy())
    const { path, query } = addressOf(request)
    if (path !== LIVE_PATH) return refuseUpgrade(socket, 404)
    if (modelHttp !== undefined) return refuseUpgrade(socket, modelHttp)
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      const record = observations.open()
      const key = checkKey(request, query, apiKey)
      if (key !== 'good') {
        const code = key === 'bad' ? 1007 : 1008
        const reason = closeReason(KEY_PROBLEM[key])
        record.violations.push(reason)
        record.closed = { code, reason, by: 'server' }
        webSocket.on('error', () => {})
        webSocket.close(code, reason)
        return changed()
      }
      serveSession(webSocket, {
        faults: scenario.faults,
        clock,
        talks,
        drops,
        record,
        changed,
        reset: () => request.socket.resetAndDestroy(),
        takeCloseFault(turn) {
          if (closeFault?.turn !== turn) return undefined
          const fault = closeFault
          // Turn 0 is every session's setup; a turn in the script breaks once, and may be said after a resumption.
          if (turn > 0) closeFault = undefined
          return fault
        },
      })
      changed()
    })
  })

  await new Promise<void>((resolve, reject) => {
    http.once('error', reject)
    http.listen(options.port ?? 0, '127.0.0.1', resolve)
  })
  const address = http.address()
  const port = typeof address === 'object' && address ? address.port : 0
  let closing: Promise<void> | undefined
  const close = async () => {
    observations.close()
    drops.close()
    for (const socket of sockets.clients) socket.terminate()
    const closed = new Promise<void>((resolve) => http.close(() => resolve()))
    http.closeAllConnections()
    await closed
  }
  return {
    baseUrl: `http://127.0.0.1:${port}`,
    apiKey,
    sessions: observations.sessions,
    waitFor: observations.waitFor,
    watch: observations.watch,
    close() {
      closing ??= close()
      return closing
    },
  }
}

function addressOf(request: IncomingMessage): { path: string; query: URLSearchParams } {
  const [path = '', query = ''] = (request.url ?? '').split('?', 2)
  return { path: path.replace(/\/{2,}/g, '/'), query: new URLSearchParams(query) }
}

/** The header wins over the query when both are there. */
function checkKey(request: IncomingMessage, query: URLSearchParams, apiKey: string): KeyCheck {
  const key = request.headers['x-goog-api-key'] ?? query.get('key')
  if (key === null || key === '') return 'missing'
  return key === apiKey ? 'good' : 'bad'
}

function refuseUpgrade(socket: Duplex, status: number): void {
  const reason = STATUS_CODES[status] ?? 'Refused'
  const body = JSON.stringify({ error: { code: status, message: reason } })
  socket.end(
    `HTTP/1.1 ${status} ${reason}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
  )
}

/** Google's ids are long numbers. */
function digits(): string {
  return `${randomInt(1e9, 1e10)}${randomInt(1e8, 1e9)}`
}
