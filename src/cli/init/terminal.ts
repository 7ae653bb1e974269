/** The terminal while questions are asked: from the first to the last nothing that is typed is echoed but what a question shows. */
import { setMaxListeners } from 'node:events'
import { PassThrough, Writable } from 'node:stream'
import type { StopReason } from '../../call/end-reason.ts'
import type { ColourLevel } from '../../reporters/paint.ts'
import type { Io } from '../context.ts'

/** What a question of @clack/prompts is given. */
export type Streams = { input: PassThrough; output: Writable; signal: AbortSignal }

/** The terminal, taken over. */
export type Terminal = {
  readonly output: Writable
  readonly columns: number
  /** Aborts at Ctrl-C, Ctrl-D, Escape, and when the process is told to stop; the reason is a StopReason. */
  readonly stopped: AbortSignal
  /** Shows one question. Rejects with the reason when stopped, also when it was before. */
  ask<T>(question: (streams: Streams) => Promise<T>): Promise<Exclude<T, symbol>>
  /** Waits for work between two questions. Rejects likewise; the work itself goes on then. */
  during<T>(work: Promise<T>): Promise<T>
  /** Gives the terminal back. May be called twice. */
  close(): void
}

/** Keys that end everything: Ctrl-C and Ctrl-D, which are no signals in raw mode. */
const ENDING_KEYS = [0x03, 0x04]

/** The codes that only colour text. */
const COLOURS = /\p{Cc}\[[\d;]*m/gu

/** Takes the terminal over; `stdin` and `stderr` must be one. `stop`: what else ends the questions. */
export function openTerminal({ stdin, stderr }: Io, colour: ColourLevel, stop: AbortSignal): Terminal {
  const keys = new AbortController()
  const stopped = AbortSignal.any([stop, keys.signal])
  // Every question listens for as long as the process lives, and Node would put its warning between two of them.
  setMaxListeners(0, stopped)
  const output = colour === 0 ? withoutColours(stderr) : stderr
  const stopByKey = () => keys.abort('sigint' satisfies StopReason)
  let asking: PassThrough | undefined

  // In cooked mode the terminal itself would echo what is typed or pasted between two questions. It is dropped instead: it may be a
  // secret, and the next question may not be one that hides it.
  const typed = (chunk: Buffer) => {
    if (ENDING_KEYS.some((key) => chunk.includes(key))) stopByKey()
    else asking?.write(chunk)
  }
  stdin.setRawMode(true)
  stdin.on('data', typed)
  stdin.on('end', stopByKey)

  const during = async <T>(work: Promise<T>): Promise<T> => {
    let giveUp = () => {}
    const aborted = new Promise<never>((_, reject) => {
      giveUp = () => reject(stopped.reason)
      stopped.addEventListener('abort', giveUp, { once: true })
      if (stopped.aborted) giveUp()
    })
    try {
      return await Promise.race([work, aborted])
    } finally {
      stopped.removeEventListener('abort', giveUp)
    }
  }
  return {
    output,
    get columns() {
      return stderr.columns || 80
    },
    stopped,
    async ask<T>(question: (streams: Streams) => Promise<T>) {
      stopped.throwIfAborted()
      const input = new PassThrough()
      asking = input
      const answer = await question({ input, output, signal: stopped })
      asking = undefined
      if (typeof answer === 'symbol') stopByKey()
      stopped.throwIfAborted()
      return answer as Exclude<T, symbol> // A symbol has just ended it.
    },
    during,
    close() {
      stdin.off('data', typed)
      stdin.off('end', stopByKey)
      stdin.setRawMode(false)
      stdin.pause()
    },
  }
}

/** The prompts colour whatever they show; on Node 20 nothing but this can keep them from it. */
function withoutColours(screen: NodeJS.WriteStream): Writable {
  const plain = new Writable({
    decodeStrings: false,
    write(chunk, _encoding, done) {
      screen.write(String(chunk).replace(COLOURS, ''), () => done())
    },
  })
  return Object.assign(plain, { isTTY: true, columns: screen.columns, rows: screen.rows })
}
