/** The write side of stdout and stderr: the reader may go away (`| head`, a closed terminal) and the call goes on. */

/** What we need of process.stdout and process.stderr; tests pass a PassThrough. */
export type Screen = NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number }

/** Never throws; silent once the reader is gone. */
export type Outlet = {
  write(text: string): void
  /** Width of the terminal in columns; 80 when it is not known. */
  readonly columns: number
  /** Resolves when everything written has left or never can. Never rejects. */
  flush(): Promise<void>
}

/** An outlet on `stream`. The listener for its errors stays for good: EPIPE and EIO can come long after the last write. */
export function createOutlet(stream: Screen): Outlet {
  let broken = false
  const send = (text: string, done: () => void) => {
    if (broken) return done()
    try {
      stream.write(text, () => done())
    } catch {
      broken = true
      done()
    }
  }
  stream.on('error', () => {
    broken = true
  })
  return {
    write: (text) => send(text, () => {}),
    get columns() {
      return stream.columns !== undefined && stream.columns > 0 ? stream.columns : 80
    },
    flush: () => new Promise((resolve) => send('', resolve)),
  }
}
