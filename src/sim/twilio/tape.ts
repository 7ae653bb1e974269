/** Sound that grows: appended frame by frame, read as one piece. */

/** A recording of 16-bit samples. */
export type Tape = {
  write(frame: Int16Array): void
  /** A copy of everything written so far. */
  read(): Int16Array
}

/** An empty tape. */
export function createTape(): Tape {
  let samples = new Int16Array(8000)
  let length = 0
  return {
    write(frame) {
      if (length + frame.length > samples.length) {
        const longer = new Int16Array(samples.length * 2 + frame.length)
        longer.set(samples)
        samples = longer
      }
      samples.set(frame, length)
      length += frame.length
    },
    read: () => samples.slice(0, length),
  }
}
