/** Whether calls can be kept in a folder that may not be there yet. */
import { mkdtemp, rm, stat, statfs, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'

/** `freeBytes`: what this user may still write. `why`: the system's word, such as EACCES. */
export type FolderState = { type: 'writable'; freeBytes: number } | { type: 'unwritable'; why: string }

/** Writes a file where the folder is, or where it would be made, and takes it away again. Never rejects. */
export async function lookAtFolder(path: string): Promise<FolderState> {
  try {
    const place = await nearestFolder(resolve(path))
    const trial = await mkdtemp(join(place, '.ai-caller-'))
    try {
      await writeFile(join(trial, 'trial'), 'x'.repeat(4096))
    } finally {
      await rm(trial, { recursive: true, force: true })
    }
    const { bavail, bsize } = await statfs(place)
    return { type: 'writable', freeBytes: bavail * bsize }
  } catch (error) {
    return { type: 'unwritable', why: codeOf(error) }
  }
}

/** The folder itself, or the closest of its parents that is there. A file in the way shows when something is written into it. */
async function nearestFolder(path: string): Promise<string> {
  try {
    await stat(path)
    return path
  } catch (error) {
    const parent = dirname(path)
    if (codeOf(error) !== 'ENOENT' || parent === path) throw error
    return nearestFolder(parent)
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'
}
