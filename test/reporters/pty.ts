/** A real pseudo-terminal, lent by Python's `pty`: what it shows is what a user's terminal would get. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { constants, openSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { WriteStream } from 'node:tty'

/** The near end is a true TTY stream; `seen` is what arrived at the far end. */
export type Pty = { screen: WriteStream; readonly seen: string; close(): void }

const LENDER = `
import fcntl, os, pty, struct, sys, termios
far, near = pty.openpty()
fcntl.ioctl(near, termios.TIOCSWINSZ, struct.pack('HHHH', 24, int(sys.argv[1]), 0, 0))
print(os.ttyname(near), file=sys.stderr, flush=True)
while True:
    os.write(1, os.read(far, 65536))
`

/** False where there is no Python or no pty, as on Windows. */
export function canOpenPty(): boolean {
  return spawnSync('python3', ['-c', 'import pty, os; os.ttyname(pty.openpty()[1])']).status === 0
}

/** A terminal of that many columns. */
export async function openPty(columns: number): Promise<Pty> {
  const lender: ChildProcess = spawn('python3', ['-c', LENDER, String(columns)])
  let seen = ''
  lender.stdout?.on('data', (chunk: Buffer) => {
    seen += chunk.toString('utf8')
  })
  const name = await new Promise<string>((resolve, reject) => {
    lender.once('error', reject)
    if (lender.stderr) createInterface(lender.stderr).once('line', resolve)
  })
  const screen = new WriteStream(openSync(name, constants.O_WRONLY | constants.O_NOCTTY))
  return {
    screen,
    get seen() {
      return seen
    },
    close() {
      screen.destroy()
      lender.kill()
    },
  }
}
