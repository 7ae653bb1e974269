/** A program of the user's that runs beside ours: it has what it needs and nothing of ours, and it does not outlive us. */
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { platform } from 'node:os'
import type { Readable, Writable } from 'node:stream'
import { settledWithin } from '../flow/deadline.ts'
import { createLater } from '../flow/later.ts'

/** What to start. `env` is all that it gets. */
export type ProgramOrder = {
  command: string
  args: readonly string[]
  env: Readonly<Record<string, string>>
  folder: string
}

/** A program under way. Its output must be read, or it stands still. */
export type ChildProgram = {
  readonly stdin: Writable
  readonly stdout: Readable
  /** Resolves once it runs; rejects with the system's error when it cannot be started. */
  readonly started: Promise<void>
  /** Resolves when it is gone, and whatever it has started with it, with how it ended. Never when it was not started. */
  readonly ended: Promise<string>
  /** The last line it wrote to its error output, as it came; empty when there was none. */
  lastWords(): string
  /** Ends it: by the end of its input, which it should understand, then by signals; 1.7 s at most. May be called twice. `because`: how it ended, then. */
  end(because?: string): Promise<void>
}

const POLITE_MS = 600
const FIRM_MS = 600
const GONE_MS = 300
/** Output may come a little later than the end; what has wandered off with our pipes can keep them open for ever. */
const LAST_OUTPUT_MS = 200
const TAIL_LENGTH = 2000

/** A group of its own, so that what it starts (`npx` starts the real server) ends with it, and Ctrl-C is ours to understand. */
const OWN_GROUP = platform() !== 'win32'

type Child = ChildProcessByStdio<Writable, Readable, Readable>

/** Starts the program. When our process dies, its input ends. */
export function startProgram({ command, args, env, folder }: ProgramOrder): ChildProgram {
  const child: Child = spawn(command, args, {
    cwd: folder,
    env: { ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: OWN_GROUP,
    windowsHide: true,
  })
  const ended = createLater<string>()
  const closed = createLater<void>()
  let tail = ''
  let reason: string | undefined

  const started = new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve)
    child.on('error', reject)
  })
  started.catch(() => {}) // Whoever cares waits for it; nobody has to.
  child.stdin.on('error', () => {}) // It may be gone before it has read everything.
  child.stderr.setEncoding('utf8')
  child.stderr.on('data', (text: string) => {
    tail = (tail + text.slice(-TAIL_LENGTH)).slice(-TAIL_LENGTH)
  })
  child.once('close', () => closed.resolve())
  child.once('exit', async (code, signal) => {
    kill(child, 'SIGKILL')
    await settledWithin(closed.promise, LAST_OUTPUT_MS)
    for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy()
    ended.resolve(reason ?? signal ?? `exit code ${code}`)
  })
  const endNow = async () => {
    if (child.pid === undefined) return
    child.stdin.end()
    if (await settledWithin(ended.promise, POLITE_MS)) return
    kill(child, 'SIGTERM')
    if (await settledWithin(ended.promise, FIRM_MS)) return
    kill(child, 'SIGKILL')
    await settledWithin(ended.promise, GONE_MS + LAST_OUTPUT_MS)
  }
  let ending: Promise<void> | undefined
  return {
    stdin: child.stdin,
    stdout: child.stdout,
    started,
    ended: ended.promise,
    lastWords: () => tail.trimEnd().split('\n').at(-1) ?? '',
    end(because) {
      if (!ending) reason = because
      ending ??= endNow()
      return ending
    },
  }
}

function kill(child: Child, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return
  try {
    if (OWN_GROUP) process.kill(-child.pid, signal)
    else child.kill(signal)
  } catch {
    // Nobody of the group is left.
  }
}
