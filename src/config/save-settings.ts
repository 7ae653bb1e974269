/** The `.env` file of a folder on disk: what it is, and how settings are written into it, whole or not at all, for its owner only. */
import { randomBytes } from 'node:crypto'
import { open, readFile, realpath, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { CallError } from '../call/error.ts'
import { withSettings } from './env-file.ts'
import type { Settings } from './settings.ts'

/** The `.env` of a folder, as far as init must know it before it asks. */
export type EnvFile = {
  exists: boolean
  /** Others than its owner may read it. Always false on Windows, which has no such rights. */
  isOpenToOthers: boolean
}

/** @throws CallError `settings` when what is called `.env` is no file */
export async function lookAtEnvFile(folder: string): Promise<EnvFile> {
  const found = await stat(join(folder, '.env')).catch(() => undefined)
  if (!found) return { exists: false, isOpenToOthers: false }
  if (!found.isFile()) {
    throw new CallError('settings', 'what is called .env in this folder is not a file', {
      hint: 'Rename or remove it.',
    })
  }
  return { exists: true, isOpenToOthers: (found.mode & 0o077) !== 0 }
}

/**
 * Writes these settings into the folder's `.env`, all of them or none: the new text is put in the old one's place at once. Only its owner
 * can read it afterwards. Where `.env` is a link, the file that it leads to is replaced.
 * @throws CallError `settings` when it cannot be written; the old text is still there then
 */
export async function saveSettings(folder: string, changes: Settings): Promise<void> {
  const path = join(folder, '.env')
  const target = await realpath(path).catch(() => path)
  try {
    // Read again: somebody may have edited it while we asked.
    const text = await readFile(target, 'utf8').catch(emptyWhenAbsent)
    await replaceFile(target, await withSettings(text, changes))
  } catch (error) {
    if (error instanceof CallError) throw error
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unwritable'
    throw new CallError('settings', `.env could not be written (${code}); nothing was changed`, {
      hint: 'Look at the rights of this folder and the space on its disk.',
    })
  }
}

/** Writes a file for its owner only, whole or not at all. @throws the system's error */
export async function replaceFile(path: string, text: string): Promise<void> {
  const fresh = `${path}.${randomBytes(6).toString('hex')}`
  try {
    const file = await open(fresh, 'wx', 0o600)
    try {
      await file.writeFile(text)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(fresh, path)
  } catch (error) {
    await rm(fresh, { force: true }).catch(() => {})
    throw error
  }
}

function emptyWhenAbsent(error: unknown): string {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return ''
  throw error
}
