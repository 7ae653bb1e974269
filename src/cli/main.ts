/** The process: colours, signals, crashes, exit code. Everything else begins in program. */
import { settleColour } from './colour.ts'
import type { Context } from './context.ts'
import { asksOnlyVersion, readVersion } from './version.ts'

/** How long a stopped call may take to hang up and close after a crash. */
const CRASH_LIMIT_MS = 10_000

/** How long the last words may take once somebody insists on leaving. */
const LEAVE_LIMIT_MS = 400

/** How long forgotten sockets and timers may hold the process once its work is done. */
const EXIT_GUARD_MS = 250

/** Runs one command line (without node and the script) and sets `process.exitCode`. Never rejects; the process then ends by itself. */
export async function main(argv: readonly string[]): Promise<void> {
  // Before any import of a library: chalk and Node read these at their own start.
  settleColour(process.env, argv)
  const { stdin, stdout, stderr } = process
  const { FORCE_COLOR, TERM, CI } = process.env
  // A reader that went away (`| head`), a closed terminal or a full disk must never cost a live call.
  for (const stream of [stdout, stderr]) stream.on('error', () => {})
  if (asksOnlyVersion(argv)) {
    stdout.write(`${readVersion()}\n`)
    return
  }

  const { listenForStop } = await import('./stop-signals.ts')
  const { tellFailure } = await import('./failure.ts')
  const { exitCodeOfEnd } = await import('./exit-code.ts')
  const stopping = new AbortController()
  const leaving = new AbortController()
  const leave = (exitCode: number) => {
    leaving.abort()
    setTimeout(() => process.exit(exitCode), LEAVE_LIMIT_MS).unref()
  }
  let listening = false
  let crashed = false
  const crash = (error: unknown) => {
    if (crashed) return
    crashed = true
    process.exitCode = 1
    stopping.abort(error)
    void tellFailure(error, stderr)
    setTimeout(() => leave(1), listening ? CRASH_LIMIT_MS : EXIT_GUARD_MS).unref()
  }
  process.on('uncaughtException', crash)
  process.on('unhandledRejection', crash)

  const context: Context = {
    io: { stdin, stdout, stderr, environment: { FORCE_COLOR, TERM, CI } },
    wishes() {
      if (!listening) {
        listenForStop({
          source: process,
          abort: (reason) => stopping.abort(reason),
          leave: (reason) => leave(exitCodeOfEnd(reason)),
        })
      }
      listening = true
      return { stop: stopping.signal, leave: leaving.signal }
    },
  }
  const { runProgram } = await import('./program.ts')
  const exitCode = await runProgram(argv, context)
  process.exitCode = crashed ? 1 : exitCode
  await Promise.all([flushed(stdout), flushed(stderr)])
  setTimeout(() => process.exit(), EXIT_GUARD_MS).unref()
}

/** Resolves when everything written so far has left, or can no longer leave. */
function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (stream.destroyed || stream.writableLength === 0) return resolve()
    stream.write('', () => resolve())
  })
}
