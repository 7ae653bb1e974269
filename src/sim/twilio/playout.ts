/** Twilio's playback buffer of one stream: sound in, 20 ms frames out, marks told when the sound before them has been played. */
import { ULAW_SILENCE } from '../g711.ts'

/** Bytes of mu-law in a 20 ms frame. */
const FRAME_BYTES = 160
/** Mu-law bytes of one millisecond. */
const BYTES_PER_MS = 8
/** More than ten minutes are not buffered. https://www.twilio.com/docs/api/errors/31931 */
const LIMIT_BYTES = 600_000 * BYTES_PER_MS

/** The buffer; time stands still while it is empty. */
type Playout = {
  /** Milliseconds of sound not yet played. */
  readonly bufferedMs: number
  /** Appends mu-law; false when the buffer is full and the sound was thrown away. */
  add(ulaw: Uint8Array): boolean
  /** True when nothing is buffered, so that the mark is due at once; otherwise it is told by `next` or `clear`. */
  mark(name: string): boolean
  /** Empties the buffer; the names of all marks that were pending, in order. */
  clear(): string[]
  /** Plays the next 20 ms, padded with silence, and tells the marks that playback has passed. */
  next(): { ulaw: Uint8Array; passed: string[] }
}

/** An empty buffer. */
export function createPlayout(): Playout {
  let chunks: Uint8Array[] = []
  let buffered = 0
  /** Pending marks, each with the bytes still to be played before it. */
  let marks: { name: string; bytesAhead: number }[] = []

  const take = (target: Uint8Array): number => {
    let filled = 0
    while (filled < target.length) {
      const chunk = chunks[0]
      if (!chunk) break
      const part = chunk.subarray(0, target.length - filled)
      target.set(part, filled)
      filled += part.length
      if (part.length === chunk.length) chunks.shift()
      else chunks[0] = chunk.subarray(part.length)
    }
    buffered -= filled
    return filled
  }
  return {
    get bufferedMs() {
      return buffered / BYTES_PER_MS
    },
    add(ulaw) {
      if (buffered + ulaw.length > LIMIT_BYTES) return false
      if (ulaw.length) chunks.push(ulaw)
      buffered += ulaw.length
      return true
    },
    mark(name) {
      if (buffered === 0) return true
      marks.push({ name, bytesAhead: buffered })
      return false
    },
    clear() {
      const pending = marks.map((mark) => mark.name)
      chunks = []
      buffered = 0
      marks = []
      return pending
    },
    next() {
      const ulaw = new Uint8Array(FRAME_BYTES).fill(ULAW_SILENCE)
      const played = take(ulaw)
      for (const mark of marks) mark.bytesAhead -= played
      const passed = marks.filter((mark) => mark.bytesAhead <= 0).map((mark) => mark.name)
      marks = marks.slice(passed.length)
      return { ulaw, passed }
    },
  }
}
