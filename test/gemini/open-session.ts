/** A session that lives over several connections, and the server's end of each: for the tests of sessions. */
import type { ModelEvent, ModelLeg, ModelSetup } from '../../src/call/live-model.ts'
import { createClock } from '../../src/flow/clock.ts'
import { openConnection } from '../../src/gemini/connection.ts'
import { createGeminiModel, type GeminiOptions } from '../../src/gemini/model.ts'
import { createSession } from '../../src/gemini/session.ts'
import { leaveNothing } from '../left-open.ts'
import { apiKey, resumable, setup, take } from './frames.ts'
import { confirmSetup, type LiveConnection, type LiveServer, startLiveServer } from './live-server.ts'

/** What the server does with a connection, counted from 0, or with a request for one. */
export type Behaviour = NonNullable<Parameters<typeof startLiveServer>[0]['session']>
export type Upgrade = NonNullable<Parameters<typeof startLiveServer>[0]['upgrade']>

/** An open session, its first connection, and its events so far unread. */
export type OpenSession = {
  server: LiveServer
  leg: ModelLeg
  old: LiveConnection
  events: AsyncIterator<ModelEvent>
}

let opened: OpenSession | undefined

/** After each test of the file: closes its session and its server; nothing may be left open, no rejection unhandled. */
export function closeAfterEach(): void {
  leaveNothing(async () => {
    await opened?.leg.close()
    await opened?.server.close()
    opened = undefined
  })
}

/** Opens a session; it has the handle `h1` unless told otherwise. With a speed, its waiting is faster, but not its connecting. */
export async function open(
  session: Behaviour = confirmSetup,
  change: {
    upgrade?: Upgrade
    setup?: Partial<ModelSetup>
    options?: Partial<GeminiOptions>
    handle?: string | undefined
    speed?: number
    /** Called when a new connection is ready, before the session knows. */
    beforeMoving?: (leg: ModelLeg) => void
  } = {},
): Promise<OpenSession> {
  const { upgrade, speed, beforeMoving } = change
  const server = await startLiveServer({ session, ...(upgrade && { upgrade }) })
  const options = { apiKey, baseUrl: server.baseUrl, ...change.options }
  const told = { ...setup, ...change.setup }
  const leg =
    speed === undefined && beforeMoving === undefined
      ? await createGeminiModel(options).connect(told, new AbortController().signal)
      : await connectOddly(options, told, speed, beforeMoving)
  const old = await server.connected()
  const events = leg.events[Symbol.asyncIterator]()
  opened = { server, leg, old, events }
  const handle = 'handle' in change ? change.handle : 'h1'
  if (handle !== undefined) {
    old.send(resumable(handle))
    // A handle is not passed on: something after it must tell that it has come.
    old.send({ serverContent: { generationComplete: true } })
    await take(events, 1)
  }
  return opened
}

async function connectOddly(
  options: GeminiOptions,
  setup: ModelSetup,
  speed = 1,
  beforeMoving: (leg: ModelLeg) => void = () => {},
): Promise<ModelLeg> {
  const first = await openConnection(options, setup, { stage: 'starting' }, new AbortController().signal)
  if ('error' in first) throw first.error
  const leg = createSession(first.connection, {
    inputRate: setup.inputRate,
    async open(handle, connectTimeoutMs, signal) {
      const purpose = { stage: 'moving', handle } as const
      const next = await openConnection({ ...options, connectTimeoutMs }, setup, purpose, signal)
      beforeMoving(leg)
      return next
    },
    restAfterMs: options.restAfterMs ?? 60_000,
    clock: createClock(speed),
  })
  return leg
}

/** Confirms the first connection; what happens to the later ones is up to `act`, once their setup is here. */
export function thenLater(act: (connection: LiveConnection) => void): Behaviour {
  return (connection, number) => {
    connection.ws.once('message', () => (number === 0 ? confirm : act)(connection))
  }
}

/** Confirms a setup. */
export function confirm(connection: LiveConnection): void {
  connection.send({ setupComplete: {} })
}

/** True until the connection closes or is asked to. */
export function isOpen(connection: LiveConnection | undefined): boolean {
  return connection !== undefined && connection.ws.readyState === connection.ws.OPEN
}

/** Resolves with the code that the connection is closed with. */
export function ended(connection: LiveConnection): Promise<number> {
  return new Promise((resolve) => connection.ws.once('close', (code) => resolve(code)))
}

/** Reads the connection until it has been told this text. */
export async function heard(connection: LiveConnection, text: string): Promise<void> {
  while (!JSON.stringify(connection.received).includes(JSON.stringify(text))) await connection.next()
}

/** Sound whose samples count up, sent in frames of 20 ms at 16 kHz; `sent` is all of it so far. */
export function createRamp(leg: ModelLeg): { sent: number[]; frames(count: number): void } {
  const sent: number[] = []
  return {
    sent,
    frames(count) {
      for (let frame = 0; frame < count; frame++) {
        const pcm = Int16Array.from({ length: 320 }, (_, index) => sent.length + index)
        leg.sendAudio(pcm)
        sent.push(...pcm)
      }
    },
  }
}
