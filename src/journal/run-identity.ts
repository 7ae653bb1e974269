/** Which process a run is, beyond its number, and whether it still lives: numbers are used again, by the next boot from the start. */
import { readFile, readlink } from 'node:fs/promises'
import { hostname } from 'node:os'
import { performance } from 'node:perf_hooks'

/** A process among all that ever had its number. */
export type RunIdentity = {
  host: string
  /** Linux names every boot; null elsewhere, and when it could not be read. */
  boot: string | null
  /** The space in which `pid` counts: each container has its own. Null where there is no such thing. */
  pidSpace: string | null
  pid: number
  /** When the process began: on Linux in clock ticks since the boot, elsewhere by its own clock and for itself only. */
  started: string
}

/** What is known of a run's process. `elsewhere`: another machine or container that shares our files; nothing can be said from here. */
export type RunState = 'alive' | 'dead' | 'elsewhere'

/** The identity of this process. Never rejects. */
export async function thisRun(): Promise<RunIdentity> {
  const pid = process.pid
  const orNull = (read: Promise<string>) => read.then((text) => text.trim()).catch(() => null)
  const [boot, pidSpace, stat] = await Promise.all([
    orNull(readFile('/proc/sys/kernel/random/boot_id', 'utf8')),
    orNull(readlink('/proc/self/ns/pid')),
    orNull(readFile(`/proc/${pid}/stat`, 'utf8')),
  ])
  const host = hostname()
  const seen = boot && stat ? readStat(stat) : undefined
  if (seen) return { host, boot, pidSpace, pid, started: seen.started }
  return { host, boot: null, pidSpace: null, pid, started: String(Math.round(performance.timeOrigin)) }
}

/** The user whose files are ours; undefined on Windows. */
export function ownUid(): number | undefined {
  return process.geteuid?.()
}

/**
 * Whether the process of `run` still lives, as seen by `self`. On Linux proven by boot, number and start time. Elsewhere by the number
 * alone: a stranger that has got it makes a dead run look alive, never a live one dead.
 */
export async function stateOf(run: RunIdentity, self: RunIdentity): Promise<RunState> {
  const isHere = run.host === self.host
  if (run.boot !== null && self.boot !== null) {
    if (run.boot !== self.boot) return isHere ? 'dead' : 'elsewhere'
    return run.pidSpace === self.pidSpace ? await stateByStart(run) : 'elsewhere'
  }
  if (!isHere) return 'elsewhere'
  const bothByOwnClock = run.boot === self.boot
  if (bothByOwnClock && run.pid === self.pid) return run.started === self.started ? 'alive' : 'dead'
  return stateByNumber(run.pid)
}

async function stateByStart({ pid, started }: RunIdentity): Promise<RunState> {
  try {
    const stat = readStat(await readFile(`/proc/${pid}/stat`, 'utf8'))
    if (!stat) return 'elsewhere'
    return stat.started === started && !stat.isGone ? 'alive' : 'dead'
  } catch (error) {
    // ESRCH: it went while we were reading. What cannot be looked at is not ours to judge.
    return codeOf(error) === 'ENOENT' || codeOf(error) === 'ESRCH' ? 'dead' : 'elsewhere'
  }
}

function stateByNumber(pid: number): RunState {
  try {
    process.kill(pid, 0)
    return 'alive'
  } catch (error) {
    // Any other complaint, such as EPERM, is about a process that is there.
    return codeOf(error) === 'ESRCH' ? 'dead' : 'alive'
  }
}

/**
 * State and start time of a line of /proc/PID/stat, its fields 3 and 22; the name before them may hold spaces and parentheses. A zombie is
 * gone: only its parent has not noticed. https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
 */
function readStat(line: string): { started: string; isGone: boolean } | undefined {
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ')
  const [state, started] = [fields[0], fields[19]]
  if (state === undefined || started === undefined || !/^\d+$/.test(started)) return undefined
  return { started, isGone: /^[ZXx]$/.test(state) }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}
