/** `ai-caller simulator [scenario]`: the simulated Twilio and Gemini alone, for as long as they are wanted. */
import { readFile, rm } from 'node:fs/promises'
import { resolve } from 'node:path'
import { CallError } from '../../call/error.ts'
import { withSettings } from '../../config/env-file.ts'
import { type Parsed, quoted } from '../../config/parsed.ts'
import { replaceFile } from '../../config/save-settings.ts'
import { parsePort } from '../../config/setting-values.ts'
import { createClock } from '../../flow/clock.ts'
import { cleanLine } from '../../reporters/clean-text.ts'
import { loadScenario } from '../../sim/load-scenario.ts'
import { startSimulation } from '../../sim/simulation.ts'
import type { Context } from '../context.ts'
import { watchSimulation } from '../simulator-news.ts'

/** As commander gives them. */
export type SimulatorFlags = {
  portTwilio?: string
  portGemini?: string
  speed?: string
  writeEnv?: string
  json?: boolean
}

const MOST_SPEED = 50

/** By this a file is known as one that may be written over and removed. */
const OURS = "# Written by 'ai-caller simulator', for as long as it runs.\n"

/**
 * Prints the settings, tells what comes in, and resolves with 0 once it is told to stop: to run until then is its whole purpose, so that
 * is no failure.
 * @throws CallError `usage`, or `listener-failed` when a port cannot be had
 */
export async function simulator(name: string, flags: SimulatorFlags, context: Context): Promise<number> {
  const { stdout, stderr } = context.io
  const { ports, speed } = parseFlags(flags)
  const envFile = flags.writeEnv === undefined ? undefined : await ownEnvFile(flags.writeEnv)
  const scenario = await loadScenario(name)
  const { stop } = context.wishes()
  const simulation = await startSimulation(scenario, createClock(speed), ports).catch(explainPort)
  let written: string | undefined
  try {
    const tell = (line: string) => stderr.write(`${cleanLine(line)}\n`)
    watchSimulation(simulation, tell)
    const { settings } = simulation
    const lines = await withSettings('', settings)
    if (envFile !== undefined) await replaceFile(envFile, OURS + lines).catch(explainFile)
    written = lines
    stdout.write(flags.json ? `${JSON.stringify(settings)}\n` : lines.replace(/^(?=.)/gm, 'export '))
    tell(`Simulated Twilio and Gemini are running the scenario ${scenario.name}; Ctrl-C ends them.`)
    await aborted(stop)
  } finally {
    await simulation.close()
    if (envFile !== undefined && written !== undefined) await removeOwn(envFile, OURS + written)
  }
  return 0
}

/** @throws CallError `usage`, with every problem */
function parseFlags(flags: SimulatorFlags): { ports: { twilio: number; gemini: number }; speed: number } {
  const problems: string[] = []
  const read = <T>(flag: string, text: string | undefined, parse: (text: string) => Parsed<T>, none: T) => {
    const parsed = text === undefined ? { value: none } : parse(text)
    if ('value' in parsed) return parsed.value
    problems.push(`${flag} ${parsed.wrong}`)
    return none
  }
  const twilio = read('--port-twilio', flags.portTwilio, parsePort, 0)
  const gemini = read('--port-gemini', flags.portGemini, parsePort, 0)
  const speed = read('--speed', flags.speed, parseSpeed, 1)
  if (twilio !== 0 && twilio === gemini) problems.push('--port-twilio and --port-gemini must differ')
  if (problems.length === 0) return { ports: { twilio, gemini }, speed }
  const [first = '', ...more] = problems
  throw new CallError(
    'usage',
    more.length === 0 ? first : [`${problems.length} things are missing or wrong:`, ...problems].join('\n  '),
  )
}

function parseSpeed(text: string): Parsed<number> {
  const speed = /^\d+(\.\d+)?$/.test(text) ? Number(text) : 0
  if (speed >= 0.1 && speed <= MOST_SPEED) return { value: speed }
  return { wrong: `must be a number from 0.1 to ${MOST_SPEED}, not ${quoted(text)}` }
}

/** The absolute path; nothing is there any more that an earlier run left. @throws CallError `usage` when the file is somebody else's */
async function ownEnvFile(path: string): Promise<string> {
  const absolute = resolve(path)
  const text = await readFile(absolute, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return OURS
    return ''
  })
  if (!text.startsWith(OURS)) {
    throw new CallError(
      'usage',
      `--write-env: ${quoted(path)} is there already, and is not the simulator's`,
      {
        hint: 'It would be written over and removed at the end: name another file.',
      },
    )
  }
  await rm(absolute, { force: true })
  return absolute
}

/** Another simulator may have written its own there meanwhile. */
async function removeOwn(path: string, text: string): Promise<void> {
  if ((await readFile(path, 'utf8').catch(() => '')) === text) await rm(path, { force: true })
}

function explainFile(error: unknown): never {
  if (!(error instanceof Error) || !('code' in error)) throw error
  throw new CallError('usage', `--write-env: the file cannot be written (${String(error.code)})`, {
    hint: 'Name one in a folder that is there and that you can write to.',
  })
}

function explainPort(error: unknown): never {
  const busy = error instanceof Error && 'syscall' in error && error.syscall === 'listen'
  if (!busy || !('code' in error) || !('port' in error)) throw error
  throw new CallError(
    'listener-failed',
    `port ${String(error.port)} of 127.0.0.1 cannot be had (${String(error.code)})`,
    {
      hint: 'Something else listens there, or it needs rights: choose another, or leave it open for any free one.',
    },
  )
}

/** The signals alone would not keep the process alive, but the listening ports do. */
function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((stopped) => {
    if (signal.aborted) stopped()
    else signal.addEventListener('abort', () => stopped(), { once: true })
  })
}
