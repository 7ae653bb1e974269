import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { expect, it, type onTestFinished } from 'vitest'
import type { Stamped } from '../../src/call/events.ts'
import { readCallInput } from '../../src/cli/call-input.ts'
import { runOneCall } from '../../src/cli/wiring.ts'
import { parseConfig } from '../../src/config/config.ts'
import { type Clock, createClock } from '../../src/flow/clock.ts'
import type { Scenario } from '../../src/sim/scenario.ts'
import { type Simulation, startSimulation } from '../../src/sim/simulation.ts'
import { watchForLeaks } from '../left-open.ts'
import { framesLost } from './outcome.ts'
import { agent, farewell, person } from './story.ts'

type Cleaner = { onTestFinished: typeof onTestFinished }
type Stage = { simulation: Simulation; clock: Clock; out: string; nothingLeft: () => Promise<void> }

/** One simulation for many calls, at `speed` times real time; `nothingLeft` closes it. */
async function stage(test: Cleaner, speed: number, turns: Scenario['turns']): Promise<Stage> {
  const nothingLeft = watchForLeaks()
  const clock = createClock(speed)
  const phone = { ringMs: 100, outcome: 'answer' } as const
  const simulation = await startSimulation({ name: 'many', speed, phone, turns, faults: {} }, clock)
  const out = await mkdtemp(join(tmpdir(), 'many-'))
  test.onTestFinished(() => rm(out, { recursive: true }))
  test.onTestFinished(simulation.close)
  const closed = async () => {
    await simulation.close()
    await nothingLeft()
  }
  return { simulation, clock, out, nothingLeft: closed }
}

/** One call of this process, which has `name` in its prompt. */
async function call({ simulation, clock, out }: Stage, name: string) {
  const argv = { json: true, prompt: `You are ${name}.`, out: join(out, 'calls'), allowAnyHour: true }
  const input = await readCallInput('+12025550123', argv, undefined, { AI_CALLER_HOME: out })
  const stdout = new PassThrough()
  const io = { stdout, stderr: new PassThrough() } as unknown as Record<
    'stdout' | 'stderr',
    NodeJS.WriteStream
  >
  const environment = { FORCE_COLOR: undefined, TERM: undefined, CI: undefined }
  const wishes = { stop: new AbortController().signal, leave: new AbortController().signal }
  const { exitCode } = await runOneCall(parseConfig(input, simulation.settings), clock, wishes, {
    ...io,
    environment,
  })
  const lines = String(stdout.read()).trimEnd().split('\n')
  const events = lines.map((line): Stamped => JSON.parse(line))
  const ended = events.find((event) => event.type === 'call.ended')
  return { name, exitCode, events, callSid: ended?.callSid, reason: ended?.reason }
}

/** The simulation as it was for one of its calls. */
function seenOf({ simulation: { twilio, gemini } }: Stage, name: string, callSid: string | null | undefined) {
  const sessions = gemini.sessions.filter(({ setup }) => JSON.stringify(setup).includes(`You are ${name}.`))
  const calls = twilio.calls.filter(({ sid }) => sid === callSid)
  expect([calls.length, sessions.length]).toEqual([1, 1])
  return { twilio: { ...twilio, calls }, gemini: { ...gemini, sessions } }
}

it('ten calls at once in one process have nothing to do with each other: each is whole, and no frame is lost', async (test) => {
  const turns = [
    agent('Good day.'),
    person('Hello, who is there?'),
    farewell('Nobody of importance. Goodbye!'),
  ]
  const on = await stage(test, 6, turns)
  const results = await Promise.all(Array.from({ length: 10 }, (_, i) => call(on, `number-${i}`)))
  for (const { name, exitCode, reason, events, callSid } of results) {
    expect([exitCode, reason]).toEqual([0, 'agent-hung-up'])
    const said = events.flatMap((event) =>
      event.type === 'turn.ended' ? `${event.speaker}: ${event.text}` : [],
    )
    expect(said).toEqual(turns.map(({ speaker, text }) => `${speaker}: ${text}`))
    expect(framesLost(seenOf(on, name, callSid))).toBe(0)
  }
  expect(new Set(results.map(({ callSid }) => callSid)).size).toBe(10)
  await on.nothingLeft()
})

it('thirty short calls after one another leave nothing open', async (test) => {
  const on = await stage(test, 40, [farewell('Bye.')])
  for (let i = 0; i < 30; i += 1) {
    const { exitCode, reason } = await call(on, `number-${i}`)
    expect([exitCode, reason]).toEqual([0, 'agent-hung-up'])
  }
  await on.nothingLeft()
})
