/** Runs `status` in this process against the simulators, through a front that can be told to answer differently. */
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { onTestFinished } from 'vitest'
import { type StatusFlags, status } from '../../src/cli/commands/status.ts'
import type { Output } from '../../src/cli/context.ts'
import { createClock } from '../../src/flow/clock.ts'
import type { Faults } from '../../src/sim/scenario.ts'
import { type Simulation, startSimulation } from '../../src/sim/simulation.ts'
import { freePort } from '../stories/spawned.ts'

/** What the front answers instead of the simulator: JSON with a status, or nothing at all. */
export type Override = { path: RegExp; reply: 'silence' | { status: number; body: unknown } }

export type CheckLine = {
  name: string
  state: string
  ms: number | null
  detail: string
  hint: string | null
}

export type Report = {
  exitCode: number
  stdout: string
  ready: boolean
  checks: CheckLine[]
  /** The line of this name. */
  of(name: string): CheckLine
  settings: { name: string; state: string; source: string | null; detail: string }[]
}

export type Bench = {
  simulation: Simulation
  settings: Record<string, string>
  home: string
  /** Runs with --json. */
  report(flags?: StatusFlags, more?: More): Promise<Report>
  /** Runs for people. */
  read(flags?: StatusFlags, more?: More & { tty?: boolean }): Promise<{ exitCode: number; stdout: string }>
}

type More = { settings?: Record<string, string | undefined>; now?: Date; answerMs?: number }

/** Noon in New York. */
const NOON = new Date('2026-11-23T17:00:00Z')

/** Everything in place, with an address of its own; closed with the test. */
export async function openBench({
  overrides = [],
  faults = {},
}: {
  overrides?: Override[]
  faults?: Faults
} = {}): Promise<Bench> {
  const turns = [{ speaker: 'agent', text: 'Ready.', delayMs: 50, tools: [] }] as const
  const phone = { ringMs: 300, outcome: 'answer' } as const
  const simulation = await startSimulation({ name: 'status', speed: 1, phone, turns, faults }, createClock())
  onTestFinished(() => simulation.close())
  const home = await mkdtemp(join(tmpdir(), 'ai-caller-status-'))
  onTestFinished(() => rm(home, { recursive: true, force: true }))
  const port = await freePort()
  const settings = {
    ...simulation.settings,
    TWILIO_BASE_URL: await openFront(simulation.twilio.baseUrl, overrides),
    PUBLIC_WS_URL: `ws://127.0.0.1:${port}/ws`,
    PORT: String(port),
    AI_CALLER_HOME: join(home, 'data'),
  }
  const run = async (flags: StatusFlags, { settings: changes = {}, ...given }: More, tty: boolean) => {
    const { io, text } = screen(tty)
    const environment = { ...settings, GOOGLE_GEMINI_BASE_URL: geminiFront, ...changes }
    const exitCode = await status(flags, io, { now: NOON, environment, ...given })
    return { exitCode, stdout: text() }
  }
  const geminiFront = overrides.some(({ path }) => path.source.includes('models'))
    ? await openFront(simulation.gemini.baseUrl, overrides)
    : simulation.gemini.baseUrl
  return {
    ...{ simulation, settings, home },
    async report(flags = {}, more = {}) {
      const { exitCode, stdout } = await run({ ...flags, json: true }, more, false)
      const told = JSON.parse(stdout)
      const of = (name: string): CheckLine => {
        const found = told.checks.find((check: CheckLine) => check.name === name)
        if (!found) throw new Error(`no check ${name}`)
        return found
      }
      return { exitCode, stdout, of, ...told }
    },
    read: (flags = {}, { tty = false, ...more } = {}) => run(flags, more, tty),
  }
}

/** Forwards everything that is not overridden, WebSockets excepted. */
async function openFront(upstream: string, overrides: readonly Override[]): Promise<string> {
  const forward = (request: IncomingMessage, response: ServerResponse) => {
    const { method, headers, url } = request
    const onward = httpRequest(`${upstream}${url}`, { method, headers, agent: false }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    onward.on('error', () => response.destroy())
    request.pipe(onward)
  }
  const server = createServer((request, response) => {
    const override = overrides.find(({ path }) => path.test(request.url ?? ''))
    if (!override) return forward(request, response)
    if (override.reply === 'silence') return
    const { status: code, body } = override.reply
    response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  })
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => sockets.add(socket))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(async () => {
    server.close()
    for (const socket of sockets) socket.destroy()
    await once(server, 'close')
  })
  const { port } = server.address() as AddressInfo // an IP socket's address is never a string or null once listening
  return `http://127.0.0.1:${port}`
}

function screen(isTTY: boolean): { io: Output; text: () => string } {
  const chunks: string[] = []
  const stream = new PassThrough()
  stream.on('data', (chunk) => chunks.push(String(chunk)))
  // Of a terminal the command asks for these two only.
  const stdout = Object.assign(stream, { isTTY, columns: 100 }) as unknown as NodeJS.WriteStream
  const environment = { FORCE_COLOR: '0', TERM: 'dumb', CI: undefined }
  return { io: { stdout, stderr: stdout, environment }, text: () => chunks.join('') }
}

/** Twilio's form of an error. */
export function refusal(status: number, code: number, message: string): { status: number; body: unknown } {
  return {
    status,
    body: { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status },
  }
}

/** The report of a run with these answers. */
export async function reportWith(overrides: Override[], flags: StatusFlags = {}): Promise<Report> {
  return (await openBench({ overrides })).report(flags)
}

/** How each check came out, by its name. */
export function statesOf({ checks }: Pick<Report, 'checks'>): Record<string, string> {
  return Object.fromEntries(checks.map(({ name, state }) => [name, state]))
}
