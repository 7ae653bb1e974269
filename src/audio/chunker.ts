/** Cuts a stream of samples that comes in pieces of any size into frames of one size. */

/** Frames of one stream, the same for any split of it. Every frame is a copy of its own. */
export type Chunker = {
  /** Takes the stream's next samples, any number of them; returns the frames they complete, oldest first. */
  push(pcm: Int16Array): Int16Array[]
  /** Ends the stream: returns what is left, filled up with silence; undefined when nothing is left. */
  flush(): Int16Array | undefined
  /** Forgets what is left. */
  reset(): void
}

/**
 * A chunker for frames of `frameSamples` samples (20 ms at 8 kHz: 160).
 * @throws RangeError when `frameSamples` is not a positive whole number
 */
export function createChunker(frameSamples: number): Chunker {
  if (!Number.isInteger(frameSamples) || frameSamples < 1) {
    throw new RangeError(`a frame cannot have ${frameSamples} samples`)
  }
  let frame = new Int16Array(frameSamples)
  let filled = 0

  const takeFrame = () => {
    const whole = frame
    frame = new Int16Array(frameSamples)
    filled = 0
    return whole
  }
  return {
    push(pcm) {
      const frames: Int16Array[] = []
      for (let read = 0; read < pcm.length; ) {
        const piece = pcm.subarray(read, read + frameSamples - filled)
        frame.set(piece, filled)
        filled += piece.length
        read += piece.length
        if (filled === frameSamples) frames.push(takeFrame())
      }
      return frames
    },
    flush: () => (filled > 0 ? takeFrame() : undefined),
    reset() {
      frame.fill(0)
      filled = 0
    },
  }
}
