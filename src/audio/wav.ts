/** WAV files of 16-bit PCM: the header to write before the samples, and a reader that also takes files whose writer died. */

/** Sound of one file. Samples of several channels are interleaved. */
export type Wav = { sampleRate: number; channels: number; pcm: Int16Array }

const HEADER_BYTES = 44
const LARGEST_SIZE = 0xffffffff
const FORMAT_PCM = 1
const FORMAT_EXTENSIBLE = 0xfffe

/** The 44 bytes before `dataBytes` bytes of little-endian PCM16. Write it again when the size is known; sizes stop at what 32 bits hold. */
export function wavHeader(sound: { sampleRate: number; channels: number; dataBytes: number }): Uint8Array {
  const { sampleRate, channels, dataBytes } = sound
  const header = new Uint8Array(HEADER_BYTES)
  const view = new DataView(header.buffer)
  writeId(header, 0, 'RIFF')
  view.setUint32(4, Math.min(HEADER_BYTES - 8 + dataBytes, LARGEST_SIZE), true)
  writeId(header, 8, 'WAVE')
  writeId(header, 12, 'fmt ')
  view.setUint32(16, 16, true)
  view.setUint16(20, FORMAT_PCM, true)
  view.setUint16(22, channels, true)
  view.setUint32(24, sampleRate, true)
  view.setUint32(28, sampleRate * channels * 2, true)
  view.setUint16(32, channels * 2, true)
  view.setUint16(34, 16, true)
  writeId(header, 36, 'data')
  view.setUint32(40, Math.min(dataBytes, LARGEST_SIZE), true)
  return header
}

/**
 * Reads a WAV file. Chunks other than the format and the first data chunk are passed over. A file that was cut off or whose sizes were
 * never filled in gives the whole sample groups that are there.
 * @throws Error when it is no WAV file, has no format or data chunk, or is not 16-bit PCM
 */
export function parseWav(bytes: Uint8Array): Wav {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < 12 || readId(bytes, 0) !== 'RIFF' || readId(bytes, 8) !== 'WAVE') {
    throw new Error('not a WAV file: it does not start with RIFF and WAVE')
  }
  const finished = view.getUint32(4, true) + 8 === bytes.length
  let format: { sampleRate: number; channels: number } | undefined
  for (let at = 12; at + 8 <= bytes.length; ) {
    const id = readId(bytes, at)
    const size = view.getUint32(at + 4, true)
    const start = at + 8
    if (id === 'fmt ')
      format = parseFormat(new DataView(bytes.buffer, bytes.byteOffset + start, bytes.length - start), size)
    if (id === 'data') {
      if (!format) throw new Error('unreadable WAV file: no format before the data')
      // A writer that puts 0 for "not known yet" and dies leaves a file longer than its header says; a finished one may be empty.
      const end = size === 0 && !finished ? bytes.length : Math.min(start + size, bytes.length)
      return { ...format, pcm: readSamples(view, start, end, format.channels) }
    }
    at = start + size + (size & 1)
  }
  throw new Error('unreadable WAV file: no data')
}

/** One stereo stream out of two mono ones; the shorter is continued with silence. */
export function interleave(left: Int16Array, right: Int16Array): Int16Array {
  const frames = Math.max(left.length, right.length)
  const stereo = new Int16Array(2 * frames)
  for (let i = 0; i < frames; i++) {
    stereo[2 * i] = left[i] ?? 0
    stereo[2 * i + 1] = right[i] ?? 0
  }
  return stereo
}

function parseFormat(chunk: DataView, size: number): { sampleRate: number; channels: number } {
  if (size < 16 || chunk.byteLength < 16) throw new Error('unreadable WAV file: the format is cut off')
  const extensible = chunk.getUint16(0, true) === FORMAT_EXTENSIBLE && size >= 40 && chunk.byteLength >= 40
  const tag = chunk.getUint16(extensible ? 24 : 0, true)
  const channels = chunk.getUint16(2, true)
  const sampleRate = chunk.getUint32(4, true)
  const bits = chunk.getUint16(14, true)
  if (tag !== FORMAT_PCM || bits !== 16) {
    throw new Error(`unreadable WAV file: 16-bit PCM is needed, not format ${tag} with ${bits} bits`)
  }
  if (channels === 0 || sampleRate === 0) {
    throw new Error(`unreadable WAV file: ${channels} channels at ${sampleRate} Hz`)
  }
  return { sampleRate, channels }
}

function readSamples(view: DataView, start: number, end: number, channels: number): Int16Array {
  const groups = Math.floor((end - start) / (2 * channels))
  const pcm = new Int16Array(groups * channels)
  for (let i = 0; i < pcm.length; i++) pcm[i] = view.getInt16(start + 2 * i, true)
  return pcm
}

function readId(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4))
}

function writeId(bytes: Uint8Array, at: number, id: string): void {
  for (let i = 0; i < 4; i++) bytes[at + i] = id.charCodeAt(i)
}
