/** The `--out` flag: a folder that is there, or that can be made. */
import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { type Parsed, quoted } from './parsed.ts'

/** The folder, absolute. Nothing is made yet: a dry run leaves no trace. */
export async function readOutFolder(flag: string): Promise<Parsed<string>> {
  if (flag === '') return { wrong: 'must name a folder' }
  const folder = resolve(flag)
  try {
    const { path, isFolder } = await nearest(folder)
    if (!isFolder) return { wrong: `must name a folder, but ${quoted(path)} is a file` }
    await access(path, constants.W_OK)
    return { value: folder }
  } catch (error) {
    return { wrong: `names a folder that cannot be written: ${quoted(flag)} (${codeOf(error)})` }
  }
}

/** What exists at `path`, or else the closest of its parents. */
async function nearest(path: string): Promise<{ path: string; isFolder: boolean }> {
  try {
    return { path, isFolder: (await stat(path)).isDirectory() }
  } catch (error) {
    const parent = dirname(path)
    if (parent === path || !['ENOENT', 'ENOTDIR'].includes(codeOf(error))) throw error
    return nearest(parent)
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'
}
