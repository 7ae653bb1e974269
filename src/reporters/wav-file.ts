/** A stereo WAV file that grows while somebody speaks, and is whole after every write: a crash leaves all but the last second. */
import { type FileHandle, open } from 'node:fs/promises'
import { interleave, wavHeader } from '../audio/wav.ts'

/** Writes happen in the background, in order. */
export type WavFile = {
  /** Adds sound; both sides must be equally long. Ignored after a failure and after `close`. */
  write(left: Int16Array, right: Int16Array): void
  /** Bytes of sound that wait to be written. */
  readonly waitingBytes: number
  /** Resolves when everything is on its way to the disk and the file is closed. Never rejects; may be called twice. */
  close(): Promise<void>
}

const BYTES_PER_SAMPLE_PAIR = 4

/**
 * Creates the file, readable for its owner only; it must not exist yet. `failed` is called at most once, with what the operating system
 * said (unwritable, disk full); what was written until then stays readable.
 */
export function createWavFile(path: string, sampleRate: number, failed: (error: unknown) => void): WavFile {
  let waiting: Uint8Array[] = []
  let waitingBytes = 0
  let dataBytes = 0
  let broken = false
  let writing: Promise<void> | undefined
  const opening = open(path, 'wx', 0o600)

  const header = (bytes: number) => wavHeader({ sampleRate, channels: 2, dataBytes: bytes })
  const headerBytes = header(0).length
  const patchHeader = (file: FileHandle) =>
    writeFully(file, header(dataBytes - (dataBytes % BYTES_PER_SAMPLE_PAIR)), 0, () => {})

  const fill = async (file: FileHandle) => {
    if (dataBytes === 0) await patchHeader(file)
    while (waiting.length > 0) {
      const block = Buffer.concat(waiting)
      waiting = []
      waitingBytes = 0
      await writeFully(file, block, headerBytes + dataBytes, (bytes) => {
        dataBytes += bytes
      })
      await patchHeader(file)
    }
  }
  const drain = async () => {
    try {
      await fill(await opening)
    } catch (error) {
      broken = true
      waiting = []
      waitingBytes = 0
      failed(error)
      await opening.then(patchHeader).catch(() => {})
    } finally {
      writing = undefined
    }
  }
  const startWriting = () => {
    writing ??= drain()
    return writing
  }
  const closeFile = async () => {
    await (broken ? writing : startWriting())
    await opening.then((file) => file.close()).catch(() => {})
  }
  let closing: Promise<void> | undefined
  // The header at once: an unwritable folder shows before anything is lost.
  void startWriting()
  return {
    get waitingBytes() {
      return waitingBytes
    },
    write(left, right) {
      if (broken || closing) return
      const block = toBytes(interleave(left, right))
      waiting.push(block)
      waitingBytes += block.length
      void startWriting()
    },
    close() {
      closing ??= closeFile()
      return closing
    },
  }
}

/** WAV is little-endian, as every platform that Node runs this on. */
function toBytes(pcm: Int16Array): Uint8Array {
  return new Uint8Array(pcm.buffer, pcm.byteOffset, pcm.byteLength)
}

/** A single write may be cut short, as by a full disk: `written` hears of every part. */
async function writeFully(
  file: FileHandle,
  bytes: Uint8Array,
  position: number,
  written: (bytes: number) => void,
): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done)
    done += bytesWritten
    written(bytesWritten)
  }
}
