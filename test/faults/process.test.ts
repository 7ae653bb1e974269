import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, expect, it, type onTestFinished } from 'vitest'
import { createClock } from '../../src/flow/clock.ts'
import type { Scenario } from '../../src/sim/scenario.ts'
import { type Simulation, startSimulation } from '../../src/sim/simulation.ts'
import { runBinary } from '../cli/run-binary.ts'
import { freePort, type SpawnedCall, spawnCall } from '../stories/spawned.ts'
import { agent, farewell, person } from '../stories/story.ts'

/** Calls in real time, by programs that all start at once. */
const PATIENT = { timeout: 40_000 }
const LONG =
  'Hello. I have a great deal to tell you today, so please stay on the line and listen to every word.'
const SHORT = [agent('Hello?'), person('Yes.'), farewell('Goodbye.')]
const BINARY = resolve(import.meta.dirname, '../../bin/ai-caller.js')

type Cleaner = { onTestFinished: typeof onTestFinished }

async function simulate(test: Cleaner, scenario: Partial<Scenario>): Promise<Simulation> {
  const phone = { ringMs: 300, outcome: 'answer' } as const
  const simulation = await startSimulation(
    { name: 'process', speed: 1, phone, turns: SHORT, faults: {}, ...scenario },
    createClock(),
  )
  test.onTestFinished(simulation.close)
  return simulation
}

/** The settings of a real call, and a folder for its files that is gone after the test. */
async function settings(test: Cleaner, simulation: Simulation): Promise<Record<string, string>> {
  const port = String(await freePort())
  return {
    ...simulation.settings,
    ...{ PORT: port, PUBLIC_WS_URL: `ws://127.0.0.1:${port}/ws`, AI_CALLER_HOME: folder(test) },
  }
}

function folder(test: Cleaner): string {
  const path = mkdtempSync(join(tmpdir(), 'ai-caller-process-'))
  test.onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

async function start(test: Cleaner, env: Record<string, string>): Promise<SpawnedCall> {
  const call = await spawnCall(env)
  test.onTestFinished(call.undo)
  return call
}

/** Runs the program behind a line of shell, which may narrow its world and then starts it as `"$@"`. */
async function runIn(test: Cleaner, shell: string, env: Record<string, string>) {
  const argv = [
    process.execPath,
    BINARY,
    'call',
    '+12025550123',
    '--json',
    '--allow-any-hour',
    '--prompt',
    'Be kind.',
  ]
  const child = spawn('sh', ['-c', shell, 'sh', ...argv], {
    cwd: folder(test),
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [stdout, stderr, [exitCode]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ])
  const events: Record<string, unknown>[] = stdout
    .split('\n')
    .flatMap((line) => (line === '' ? [] : [JSON.parse(line)]))
  return { exitCode, stderr, events }
}

const warnings = (events: readonly Record<string, unknown>[]) =>
  events.filter(({ type }) => type === 'warning').map(({ code }) => code)

describe('the program', PATIENT, () => {
  it.concurrent('L4 is killed while it rings: nobody is left on the line, and hangup --all ends the call at once', async (test) => {
    const simulation = await simulate(test, { phone: { ringMs: 20_000, outcome: 'answer' } })
    const env = await settings(test, simulation)
    const call = await start(test, env)
    await call.told('call.status', ({ status }) => status === 'ringing')
    call.child.kill('SIGKILL')
    expect(await call.gone).toMatchObject({ signal: 'SIGKILL' })

    const { exitCode, stdout } = await runBinary(['hangup', '--all'], folder(test), env)
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout: expect.stringContaining(simulation.twilio.calls[0]?.sid ?? 'CA'),
    })
    expect(simulation.twilio.calls).toMatchObject([{ status: 'canceled', endedBy: 'rest' }])
  })

  it.concurrent('L4 is killed while it rings and nobody does anything: the call ends by itself when it is answered', async (test) => {
    const simulation = await simulate(test, { phone: { ringMs: 3000, outcome: 'answer' } })
    const call = await start(test, await settings(test, simulation))
    await call.told('call.status', ({ status }) => status === 'ringing')
    call.child.kill('SIGKILL')
    await call.gone
    await simulation.twilio.calls[0]?.until('completed')
    expect(simulation.twilio.calls).toMatchObject([{ endedBy: 'twiml' }])
  })

  it.concurrent('L5 writes to a full device and has no stderr: exit 0, the call goes on', async (test) => {
    const simulation = await simulate(test, {})
    const { exitCode } = await runIn(test, 'exec "$@" > /dev/full 2>&-', await settings(test, simulation))
    expect(exitCode).toBe(0)
    expect(simulation.twilio.calls).toMatchObject([{ status: 'completed', endedBy: 'rest' }])
  })

  it.concurrent('L6 keeps the call on a disk that fills up: exit 0, one warning for each thing that is lost', async (test) => {
    const simulation = await simulate(test, {})
    const env = await settings(test, simulation)
    const disk = `mount -t tmpfs -o size=64k none "$AI_CALLER_HOME" && exec "$@"`
    const { exitCode, events, stderr } = await runIn(test, `exec unshare -rm sh -c '${disk}' sh "$@"`, env)
    if (/unshare|mount/.test(stderr)) test.skip('this machine lets nobody mount a small disk')
    expect(exitCode).toBe(0)
    const told = warnings(events)
    expect(told).toEqual([...new Set(told)])
    expect(told).toContain('recording-stopped')
    expect(events.filter(({ type }) => type === 'turn.ended')).toHaveLength(3)
    expect(simulation.twilio.calls).toMatchObject([{ status: 'completed', endedBy: 'rest' }])
  })

  it.concurrent('L8 stands still for 1.2 s: exit 0, the stall is told, and the talk goes on', async (test) => {
    const turns = [agent(LONG), person('Yes, I am.'), farewell('Goodbye.')]
    const simulation = await simulate(test, { turns })
    const call = await start(test, await settings(test, simulation))
    await call.told('transcript.delta')
    call.child.kill('SIGSTOP')
    await new Promise((resolve) => setTimeout(resolve, 1200))
    call.child.kill('SIGCONT')
    expect((await call.gone).exitCode).toBe(0)
    expect(call.events.flatMap((event) => (event.type === 'warning' ? [event.code] : []))).toEqual([
      'program-stalled',
    ])
    expect(call.events.filter(({ type }) => type === 'turn.ended')).toHaveLength(3)
    expect(simulation.twilio.calls).toMatchObject([{ status: 'completed', endedBy: 'rest' }])
    // What was late did not pile up: Twilio was never given more than a second and a half ahead.
    expect(simulation.twilio.warnings).toEqual([])
  })

  it.concurrent.for(['throw error', 'void Promise.reject(error)'])(
    'L10 runs into a bug of its own in the call (%s): exit 1, the call is ended first, no secret is told',
    async (crash, test) => {
      const simulation = await simulate(test, { turns: [agent(LONG)] })
      const env = await settings(test, simulation)
      const hook = join(folder(test), 'crash.mjs')
      const error = `const error = new Error('lost ' + process.env.TWILIO_AUTH_TOKEN)`
      writeFileSync(hook, `process.on('SIGUSR2', () => { ${error}; ${crash} })`)
      const call = await start(test, { ...env, NODE_OPTIONS: `--import=${hook}` })
      await call.told('transcript.delta')
      call.child.kill('SIGUSR2')
      expect((await call.gone).exitCode).toBe(1)
      expect(await call.told('call.ended')).toMatchObject({ hungUp: true })
      expect(call.stderr).toContain('something unexpected happened: lost ***')
      expect(call.stdout + call.stderr).not.toContain(simulation.settings.TWILIO_AUTH_TOKEN)
      expect(simulation.twilio.calls).toMatchObject([{ status: 'completed', endedBy: 'rest' }])
    },
  )

  it.concurrent('L13 runs twice at once with one folder: exit 0 for both, neither takes the other for dead', async (test) => {
    const home = folder(test)
    const simulations = await Promise.all([simulate(test, {}), simulate(test, {})])
    const calls = await Promise.all(
      simulations.map(async (simulation) =>
        start(test, { ...(await settings(test, simulation)), AI_CALLER_HOME: home }),
      ),
    )
    for (const call of calls) {
      expect((await call.gone).exitCode).toBe(0)
      expect(warnings(call.events)).toEqual([])
    }
    for (const { twilio } of simulations)
      expect(twilio.calls).toMatchObject([{ status: 'completed', endedBy: 'rest' }])
    expect(await runBinary(['hangup', '--all'], home, { AI_CALLER_HOME: home })).toMatchObject({
      exitCode: 0,
    })
  })

  it.concurrent.for([34, 44])(
    'L14 may open no more than %i files: exit 2, the limit is named, nobody is rung',
    async (files, test) => {
      const simulation = await simulate(test, {})
      const { exitCode, stderr, events } = await runIn(
        test,
        `ulimit -n ${files}; exec "$@"`,
        await settings(test, simulation),
      )
      expect({ exitCode, events }).toEqual({ exitCode: 2, events: [] })
      expect(stderr).toMatch(/too many open files/)
      expect(stderr).toContain('ulimit -n')
      expect(simulation.twilio.calls).toEqual([])
    },
  )
})
