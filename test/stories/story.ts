/** Tells a story: one whole call by the product's own wiring, over real sockets, against the simulated Twilio and Gemini. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import type { RequestListener } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { expect, onTestFinished } from 'vitest'
import { parseWav } from '../../src/audio/wav.ts'
import type { StopReason } from '../../src/call/end-reason.ts'
import type { JournalEvent, Stamped } from '../../src/call/events.ts'
import { readCallInput } from '../../src/cli/call-input.ts'
import { runOneCall } from '../../src/cli/wiring.ts'
import type { CallFlags } from '../../src/config/call-flags.ts'
import { parseConfig } from '../../src/config/config.ts'
import type { Settings } from '../../src/config/settings.ts'
import { createClock } from '../../src/flow/clock.ts'
import type { AgentTurn, Faults, PersonTurn, PhoneScript, Scenario } from '../../src/sim/scenario.ts'
import { type Simulation, startSimulation } from '../../src/sim/simulation.ts'
import { watchForLeaks } from '../left-open.ts'
import { serve as startServer } from '../tools/serve.ts'
import { freePort } from './spawned.ts'

/** A turn of the agent in a test's scenario. */
export const agent = (text: string, more: Partial<AgentTurn> = {}): AgentTurn => ({
  ...{ speaker: 'agent', text, delayMs: 200, tools: [], ...more },
})
/** A turn of the agent that ends the call. */
export const farewell = (text: string): AgentTurn => agent(text, { tools: [{ name: 'end_call', args: {} }] })
/** What a turn of the agent has besides, when it calls this function. */
export const calls = (name: string, args: Record<string, unknown> = {}) => ({ tools: [{ name, args }] })
/** A turn of the person in a test's scenario. */
export const person = (text: string, more: Partial<PersonTurn> = {}): PersonTurn => ({
  ...{ speaker: 'person', text, pauseMs: 100, hangUp: false, ...more },
})

type Tale = {
  turns?: Scenario['turns']
  /** How often all turns but the last are lived through. */
  repeat?: number
  phone?: Partial<PhoneScript>
  faults?: Faults
  /** Times real time (default 15). */
  speed?: number
  flags?: Partial<CallFlags>
  /** The script, as YAML. */
  script?: string
  /** Variables of the environment that are no settings. */
  environment?: Record<string, string>
  /** Settings that differ from the simulation's. */
  settings?: Settings
  /**
   * Lets the call go the way of a real one: the simulation is reached by settings, and the listener, on this port, by a public address.
   * What is returned goes on top of the settings.
   */
  public?: (simulation: Simulation, port: number) => Promise<Settings>
  /** Is told every event as it comes by. */
  on?: (event: Stamped) => unknown
  /** The model service is expected to refuse what it is sent. */
  refused?: boolean
  /** Aborts the call, as a signal would, when this event comes by; and again, as an insisting user would, some real ms later. */
  stopAt?: { event: (event: Stamped) => boolean; reason: StopReason; leaveAfterMs?: number }
}

/** An event of one type. */
export type Told<T extends JournalEvent['type']> = Stamped & Extract<JournalEvent, { type: T }>

/** What came of it. */
export type Story = {
  exitCode: number
  events: Stamped[]
  /** All events of a type, in order. */
  all<T extends JournalEvent['type']>(type: T): Told<T>[]
  ended: Told<'call.ended'>
  twilio: Simulation['twilio']
  gemini: Simulation['gemini']
  /** The folder of this program's files. */
  home: string
  /** The recording: 8000 Hz, person and agent. Undefined when none was kept. */
  recording(): Promise<{ person: Int16Array; agent: Int16Array } | undefined>
}

/** Starts a server of the user's on loopback, which goes with its story; resolves with its address. */
export async function serve(listener: RequestListener): Promise<string> {
  const server = await startServer(listener)
  onTestFinished(() => server.close())
  return server.origin
}

/** Lives through one call and, when it is over, checks what must be true of every story. */
export async function tell(tale: Tale): Promise<Story> {
  onTestFinished(watchForLeaks())
  const { turns = [], repeat = 1, phone, faults = {}, speed = 15, flags, stopAt } = tale
  const scenario = {
    name: 'story',
    speed,
    repeat,
    turns,
    faults,
    phone: { ringMs: 300, outcome: 'answer', ...phone },
  } as const
  const clock = createClock(speed)
  const out = await mkdtemp(join(tmpdir(), 'story-'))
  const simulation = await startSimulation(scenario, clock)
  onTestFinished(async () => {
    await simulation.close()
    await rm(out, { recursive: true })
  })
  const files = join(out, 'script.yaml')
  if (tale.script !== undefined) await writeFile(files, tale.script)
  const asked = { ...(tale.script !== undefined && { script: files }), ...flags }
  const spoken = asked.script === undefined ? { prompt: 'Be kind.' } : {}
  const argv = { json: true, allowAnyHour: true, out: join(out, 'calls'), ...spoken, ...asked }
  const settings = await settingsOf(tale, simulation)
  const input = await readCallInput('+12025550123', argv, undefined, {
    AI_CALLER_HOME: out,
    ...tale.environment,
    ...(tale.public && settings),
  })
  const config = parseConfig(input, tale.public ? undefined : settings)
  const stopping = new AbortController()
  const leaving = new AbortController()
  const wishes = { stop: stopping.signal, leave: leaving.signal }
  const events: Stamped[] = []
  const stdout = new PassThrough()
  let rest = ''
  stdout.on('data', (chunk: Buffer) => {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      const event: Stamped = JSON.parse(line)
      events.push(event)
      tale.on?.(event)
      if (stopAt?.event(event)) {
        stopping.abort(stopAt.reason)
        if (stopAt.leaveAfterMs !== undefined) setTimeout(() => leaving.abort(), stopAt.leaveAfterMs)
      }
    }
  })
  const streams = { stdout, stderr: new PassThrough() } as unknown as Record<
    'stdout' | 'stderr',
    NodeJS.WriteStream
  >
  const environment = { FORCE_COLOR: undefined, TERM: undefined, CI: undefined }
  const { exitCode } = await runOneCall(config, clock, wishes, { ...streams, environment })

  const all = <T extends JournalEvent['type']>(type: T) =>
    events.filter((event): event is Told<T> => event.type === type)
  const [ended] = all('call.ended')
  if (!ended) throw new Error('the story has no end')
  expect(events.at(-1)).toBe(ended)
  expect(events[0]?.type).toBe('call.requested')
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, i) => i + 1))
  expect(ended.exitCode).toBe(exitCode)
  if (!tale.refused) expect(simulation.gemini.sessions.flatMap((session) => session.violations)).toEqual([])
  expect(simulation.twilio.warnings.filter(({ code }) => code >= 31930)).toEqual([])
  if (!leaving.signal.aborted) await expectOver(ended, simulation)
  return {
    ...{ exitCode, events, all, ended, home: out, twilio: simulation.twilio, gemini: simulation.gemini },
    async recording() {
      const { readdir } = await import('node:fs/promises')
      const [folder] = await readdir(argv.out)
      const bytes = await readFile(join(argv.out, folder ?? '', 'call.wav')).catch(() => undefined)
      if (!bytes) return undefined
      const { pcm } = parseWav(bytes)
      const channel = (which: number) =>
        Int16Array.from({ length: pcm.length / 2 }, (_, i) => pcm[2 * i + which] ?? 0)
      return { person: channel(0), agent: channel(1) }
    },
  }
}

async function settingsOf(tale: Tale, simulation: Simulation): Promise<Settings> {
  const { settings } = simulation
  if (!tale.public) return { ...settings, ...tale.settings }
  const port = await freePort()
  return { ...settings, PORT: String(port), ...(await tale.public(simulation, port)), ...tale.settings }
}

/** Nobody is on the line when it is said so, and no connection of the call stands, whoever else may be there. */
async function expectOver({ hungUp }: Told<'call.ended'>, { twilio, gemini }: Simulation): Promise<void> {
  const over = ['completed', 'busy', 'no-answer', 'failed', 'canceled']
  if (hungUp !== 'unknown') expect(twilio.calls.filter(({ status }) => !over.includes(status))).toEqual([])
  const open = () => ({
    streams: twilio.calls.flatMap(({ streams }) => streams).filter(({ state }) => state === 'open').length,
    sessions: gemini.sessions.filter(({ closed }) => closed === undefined).length,
  })
  await expect.poll(open, { timeout: 3000 }).toEqual({ streams: 0, sessions: 0 })
}
