/** A note on disk: written whole or not at all, and there after a power failure. For its owner only. */
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type Entry, formatEntry } from './entry.ts'

/** The folder of the notes, below the folder of this program's files. */
export function notesFolder(home: string): string {
  return join(home, 'live')
}

/** Writes a note, or writes it anew. @throws the system's error; an older text of the note is still there then */
export async function writeEntry(folder: string, entry: Entry): Promise<void> {
  await makeFolder(folder)
  const path = join(folder, `${entry.id}.json`)
  const fresh = join(folder, `${entry.id}.tmp`)
  try {
    const file = await open(fresh, 'w', 0o600)
    try {
      await file.writeFile(formatEntry(entry))
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(fresh, path)
  } catch (error) {
    await rm(fresh, { force: true }).catch(() => {})
    throw error
  }
  await syncFolder(folder)
}

/** Removes a note; one that is gone already is fine. @throws the system's error */
export async function removeEntry(folder: string, id: string): Promise<void> {
  await rm(join(folder, `${id}.json`), { force: true })
}

/** From the folder upwards. Node's own `recursive` loops for ever where a file system answers ENOENT to mkdir, as /proc does. */
async function makeFolder(path: string): Promise<void> {
  const make = () => mkdir(path, { mode: 0o700 }).catch(unlessCode('EEXIST'))
  await make().catch(async (error: unknown) => {
    if (dirname(path) === path) throw error
    await Promise.reject(error).catch(unlessCode('ENOENT'))
    await makeFolder(dirname(path))
    await make()
  })
}

function unlessCode(code: string): (error: unknown) => void {
  return (error) => {
    if (!(error instanceof Error && 'code' in error && error.code === code)) throw error
  }
}

/** A new name is safe only with its folder. Windows opens no folders, and needs none of this. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined)
  await handle?.sync().catch(() => {})
  await handle?.close()
}
