/** Runs the built program as a process of its own and reads what it tells, for stories in which the process is the point. */
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { JournalEvent, Stamped } from '../../src/call/events.ts'
import { startBinary } from '../cli/run-binary.ts'

/** An event of one type. */
type Told<T extends JournalEvent['type']> = Stamped & Extract<JournalEvent, { type: T }>

/** A call that runs in a process of its own, with `--json`. */
export type SpawnedCall = {
  readonly child: ReturnType<typeof startBinary>
  /** The events so far, from stdout. */
  readonly events: readonly Stamped[]
  readonly stdout: string
  readonly stderr: string
  /** The first event of this type that fits, now or when it comes. Rejects when the process ends without it. */
  told<T extends JournalEvent['type']>(type: T, fits?: (event: Told<T>) => boolean): Promise<Told<T>>
  /** Resolves when the process is gone and all that it wrote has come; `atMs`: when it went, by `performance.now()`. */
  readonly gone: Promise<{ exitCode: number | null; signal: string | null; atMs: number }>
  /** Everything readable that the run left behind: both outputs, and the files of the call but for the sound. */
  leavings(): string
  /** The text of a file of the kept call. */
  kept(file: string): string
}

/** Starts `ai-caller call +12025550123 --json …` in an empty folder. The process is killed and the folder removed by `undo`. */
export async function spawnCall(
  env: Record<string, string>,
  args: readonly string[] = [],
): Promise<SpawnedCall & { undo(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'ai-caller-spawned-'))
  const home = join(folder, 'home')
  const child = startBinary(['call', '+12025550123', '--json', '--allow-any-hour', ...args], folder, {
    AI_CALLER_HOME: home,
    ...env,
  })
  const events: Stamped[] = []
  const watchers = new Set<() => void>()
  let stdout = ''
  let stderr = ''
  let over = false
  let rest = ''
  const wake = () => {
    for (const watcher of [...watchers]) watcher()
  }
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) events.push(JSON.parse(line))
    wake()
  })
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk))
  const exited = once(child, 'exit').then(() => performance.now())
  const gone = once(child, 'close').then(async ([exitCode, signal]) => {
    over = true
    wake()
    return { exitCode, signal, atMs: await exited }
  })
  const keptFiles = () => {
    const calls = join(home, 'calls')
    const [call] = readdirSync(calls)
    const path = join(calls, call ?? '')
    return readdirSync(path).map((name) => ({ name, path: join(path, name) }))
  }
  return {
    child,
    events,
    get stdout() {
      return stdout
    },
    get stderr() {
      return stderr
    },
    told: (type, fits = () => true) =>
      new Promise((resolve, reject) => {
        const isIt = (event: Stamped): event is Told<typeof type> => event.type === type
        const look = () => {
          const found = events.filter(isIt).find(fits)
          if (!found && !over) return
          watchers.delete(look)
          if (found) resolve(found)
          else reject(new Error(`the process ended without ${type}: ${stdout}${stderr}`))
        }
        watchers.add(look)
        look()
      }),
    gone,
    leavings: () => {
      const texts = keptFiles().filter(({ name }) => !name.endsWith('.wav'))
      return [stdout, stderr, ...texts.map(({ path }) => readFileSync(path, 'utf8'))].join('\n')
    },
    kept: (file) => {
      const path = keptFiles().find(({ name }) => name === file)?.path
      if (!path) throw new Error(`the call left no ${file}`)
      return readFileSync(path, 'utf8')
    },
    async undo() {
      child.kill('SIGKILL')
      await gone
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Below the ports that systems give to whoever asks for any: those may be gone again by the time they are wanted. */
const OWN_PORTS = { from: 12_000, to: 32_000 }
const given = new Set<number>()

/** A port that was free a moment ago, and that nobody is likely to take. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = OWN_PORTS.from + Math.floor(Math.random() * (OWN_PORTS.to - OWN_PORTS.from))
    if (given.has(port)) continue
    given.add(port)
    const server = createServer()
    const isFree = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false))
      server.listen(port, '127.0.0.1', () => resolve(true))
    })
    if (!isFree) continue
    await new Promise((resolve) => server.close(resolve))
    return port
  }
}
