/** Sound that grows: appended frame by frame, read as one piece. Kept as the mu-law that travels, so that an hour of it stays small. */
import { decodeUlaw } from '../g711.ts'

/** A recording of 8 kHz sound. */
type Tape = {
  write(ulaw: Uint8Array): void
  /** A copy of everything written so far, as 16-bit samples. */
  read(): Int16Array
}

/** An empty tape. */
export function createTape(): Tape {
  let bytes = new Uint8Array(8000)
  let length = 0
  return {
    write(ulaw) {
      if (length + ulaw.length > bytes.length) {
        const longer = new Uint8Array(bytes.length * 2 + ulaw.length)
        longer.set(bytes)
        bytes = longer
      }
      bytes.set(ulaw, length)
      length += ulaw.length
    },
    read: () => decodeUlaw(bytes.subarray(0, length)),
  }
}
