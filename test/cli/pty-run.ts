/** Runs the built program at a real pseudo-terminal, lent by Python's `pty`, and types at it as a user does. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { stripVTControlCharacters } from 'node:util'

const BINARY = resolve(import.meta.dirname, '../../bin/ai-caller.js')

/** Relays both ways, and ends as the program did: by its code, or 128 and the signal. The first line on stderr is its process id. */
const LENDER = `
import fcntl, os, pty, select, struct, sys, termios
pid, far = pty.fork()
if pid == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
fcntl.ioctl(far, termios.TIOCSWINSZ, struct.pack('HHHH', 40, 100, 0, 0))
print(pid, file=sys.stderr, flush=True)
sources = [0, far]
while far in sources:
    for source in select.select(sources, [], [])[0]:
        try:
            data = os.read(source, 65536)
        except OSError:
            data = b''
        if not data:
            sources.remove(source)
        elif source == far:
            os.write(1, data)
        else:
            os.write(far, data)
code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
sys.exit(code if code >= 0 else 128 - code)
`

/** A program at a terminal. */
export type PtyRun = {
  /** Everything that the terminal was sent, escape codes and all. */
  readonly seen: string
  type(keys: string): void
  /** Waits until the words are on the screen, after those that the last call waited for. */
  shows(words: string): Promise<void>
  kill(signal: NodeJS.Signals): void
  /** The exit code, once the program is gone. */
  readonly gone: Promise<number | null>
}

/** Starts `ai-caller` with these arguments in this folder; `env` is all there is of the environment beside PATH, HOME and TERM. */
export async function startAtPty(
  args: string[],
  folder: string,
  env: Record<string, string>,
): Promise<PtyRun> {
  const lender = spawn('python3', ['-c', LENDER, process.execPath, BINARY, ...args], {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: folder, TERM: 'xterm-256color', LANG: 'C.UTF-8', ...env },
    stdio: 'pipe',
  })
  let seen = ''
  let from = 0
  let over = false
  let wake = () => {}
  const gone = once(lender, 'close').then(([code]) => {
    over = true
    wake()
    return code as number | null
  })
  lender.stdout.on('data', (chunk: Buffer) => {
    seen += chunk
    wake()
  })
  lender.stdin.on('error', () => {}) // Typed at a program that is gone.
  const [firstLine] = await once(lender.stderr, 'data')
  const pid = Number(String(firstLine))
  return {
    get seen() {
      return seen
    },
    type: (keys) => void lender.stdin.write(keys),
    async shows(words) {
      for (;;) {
        const screen = stripVTControlCharacters(seen).replace(/\s+/g, ' ')
        const at = screen.indexOf(words, from)
        if (at >= 0) {
          from = at + words.length
          return
        }
        if (over) throw new Error(`the program ended without showing '${words}': ${screen}`)
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    },
    kill: (signal) => process.kill(pid, signal),
    gone,
  }
}
