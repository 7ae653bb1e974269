/** A text file that grows in the background, for its owner only. */
import { createWriteStream } from 'node:fs'

/** Never throws. */
type TextFile = {
  /** Adds text, which is written within 200 ms; ignored after a failure. */
  write(text: string): void
  /** Resolves when everything is written. Never rejects; may be called twice. */
  close(): Promise<void>
}

/** Text waits this long for more, in real ms: a process that is killed loses no more than this. */
const GATHER_MS = 200

/** Creates the file with the first write; it must not exist yet. `failed` is called at most once. */
export function createTextFile(path: string, failed: (error: Error) => void): TextFile {
  let broken = false
  const open = () => {
    const stream = createWriteStream(path, { flags: 'wx', mode: 0o600 })
    stream.on('error', (error) => {
      broken = true
      failed(error)
    })
    return stream
  }
  let stream: ReturnType<typeof open> | undefined
  let waiting = ''
  let timer: NodeJS.Timeout | undefined
  const flush = () => {
    clearTimeout(timer)
    timer = undefined
    if (waiting !== '' && !broken) stream?.write(waiting)
    waiting = ''
  }
  return {
    write(text) {
      if (broken) return
      stream ??= open()
      waiting += text
      timer ??= setTimeout(flush, GATHER_MS)
    },
    close: () =>
      new Promise((resolve) => {
        flush()
        if (!stream || broken || stream.closed) return resolve()
        stream.once('close', resolve)
        stream.end()
      }),
  }
}
