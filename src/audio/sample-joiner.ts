/** Turns a stream of bytes (little-endian PCM16, as models send it) into samples, wherever the stream was split. */

/** The samples of one byte stream. */
export type SampleJoiner = {
  /** Takes the stream's next bytes, any number of them at any offset of their buffer; returns the samples they complete. */
  push(bytes: Uint8Array): Int16Array
  /** Forgets the half sample that may wait for its other byte. */
  reset(): void
}

/** A joiner that waits for the first byte of a sample. */
export function createSampleJoiner(): SampleJoiner {
  let lowByte: number | undefined

  return {
    push(bytes) {
      const carried = lowByte === undefined ? 0 : 1
      const pcm = new Int16Array((carried + bytes.length) >> 1)
      if (pcm.length === 0) {
        lowByte ??= bytes[0]
        return pcm
      }
      // Bytes are copied, not read as numbers: every platform this runs on keeps its own samples little-endian too.
      const pcmBytes = new Uint8Array(pcm.buffer)
      const used = pcmBytes.length - carried
      if (lowByte !== undefined) pcmBytes[0] = lowByte
      pcmBytes.set(bytes.subarray(0, used), carried)
      lowByte = bytes[used]
      return pcm
    },
    reset() {
      lowByte = undefined
    },
  }
}
