import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { lookAtFolder } from '../../src/reporters/check-folder.ts'

let home: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'ai-caller-folder-'))
})
afterEach(() => rm(home, { recursive: true }))

describe('the folder in which calls are kept', () => {
  it('is writable when it is there or can be made, and is left as it was', async () => {
    await mkdir(join(home, 'calls'))
    for (const path of [join(home, 'calls'), join(home, 'not', 'yet', 'there')]) {
      expect(await lookAtFolder(path)).toEqual({ type: 'writable', freeBytes: expect.any(Number) })
    }
    expect(await readdir(home, { recursive: true })).toEqual(['calls'])
  })

  it('is not when a file is in the way', async () => {
    await writeFile(join(home, 'file'), '')
    for (const path of [join(home, 'file'), join(home, 'file', 'calls')])
      expect(await lookAtFolder(path)).toEqual({ type: 'unwritable', why: 'ENOTDIR' })
  })

  // Whoever may write everywhere cannot be kept out.
  it.skipIf(process.getuid?.() === 0)('is not when this user may not write there', async () => {
    await chmod(home, 0o500)
    expect(await lookAtFolder(join(home, 'calls'))).toEqual({ type: 'unwritable', why: 'EACCES' })
    await chmod(home, 0o700)
  })

  it('is not on a file system that takes nothing', async () => {
    expect((await lookAtFolder('/proc/nowhere')).type).toBe('unwritable')
  })
})
