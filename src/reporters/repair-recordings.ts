/** Recordings whose writer died between the sound and the header: the next run makes their headers tell how much sound there is. */
import { lstat, open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { wavHeader } from '../audio/wav.ts'
import { ARCHIVE_FILES } from './archive.ts'
import { RECORDING_RATE } from './recorder.ts'

/** Only the newest calls are looked at: older ones were looked at by the runs before. */
const NEWEST = 20
/** A file that was written to more lately may have a writer that lives. */
const AT_REST_MS = 10_000

/** Repairs the newest recordings in this folder of calls. Resolves with how many it repaired; what cannot be read or written is passed over. */
export async function repairRecordings(callsFolder: string): Promise<number> {
  const names = await readdir(callsFolder).catch(() => [])
  const newest = names.sort().slice(-NEWEST)
  const repaired = await Promise.all(
    newest.map((name) => repair(join(callsFolder, name, ARCHIVE_FILES.recording)).catch(() => false)),
  )
  return repaired.filter(Boolean).length
}

async function repair(path: string): Promise<boolean> {
  const entry = await lstat(path)
  // A link leads out of the folder of calls: what it leads to is not ours to write.
  if (!entry.isFile() || Date.now() - entry.mtimeMs < AT_REST_MS) return false
  const file = await open(path, 'r+')
  try {
    const found = Buffer.alloc(wavHeader({ sampleRate: 1, channels: 1, dataBytes: 0 }).length)
    const { bytesRead } = await file.read(found, 0, found.length, 0)
    const dataBytes = Math.max(0, entry.size - found.length)
    const right = wavHeader({
      ...{ sampleRate: RECORDING_RATE, channels: 2 },
      dataBytes: dataBytes - (dataBytes % 4),
    })
    // Anything but the sizes being different, it is not a recording of ours.
    const isOurs = bytesRead === 0 || sameButSizes(found, right)
    if (!isOurs || found.equals(right)) return false
    await file.write(right, 0, right.length, 0)
    return true
  } finally {
    await file.close()
  }
}

/** The two sizes stand at bytes 4 to 7 and 40 to 43. */
function sameButSizes(found: Buffer, right: Uint8Array): boolean {
  return right.every((byte, at) => (at >= 4 && at < 8) || at >= 40 || found[at] === byte)
}
