import {
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { lookAtEnvFile, saveSettings } from '../../src/config/save-settings.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ai-caller-env-'))
})
afterEach(() => rm(folder, { recursive: true }))
const path = (name: string) => join(folder, name)

describe('saveSettings', () => {
  it('makes the file for its owner alone, and keeps it so', async () => {
    await saveSettings(folder, { PORT: '80' })
    expect(readFileSync(path('.env'), 'utf8')).toBe('PORT=80\n')
    expect(await lookAtEnvFile(folder)).toEqual({ exists: true, isOpenToOthers: false })
    writeFileSync(path('.env'), 'A=1\n')
    await rm(path('.env'))
    writeFileSync(path('.env'), 'A=1\n', { mode: 0o664 })
    expect(await lookAtEnvFile(folder)).toEqual({ exists: true, isOpenToOthers: true })
    await saveSettings(folder, { PORT: '80' })
    expect(readFileSync(path('.env'), 'utf8')).toBe('A=1\nPORT=80\n')
    expect(statSync(path('.env')).mode & 0o777).toBe(0o600)
    expect(readdirSync(folder)).toEqual(['.env'])
  })

  it('follows a link, and leaves it a link', async () => {
    writeFileSync(path('real'), 'A=1\n')
    symlinkSync('real', path('.env'))
    await saveSettings(folder, { PORT: '80' })
    expect(lstatSync(path('.env')).isSymbolicLink()).toBe(true)
    expect(readFileSync(path('real'), 'utf8')).toBe('A=1\nPORT=80\n')
  })

  it('changes nothing, and leaves nothing behind, when it fails', async () => {
    writeFileSync(path('.env'), 'A=1\n')
    const unwritable = `a'b"c\`d#e`
    await expect(saveSettings(folder, { PORT: '80', GOOGLE_API_KEY: unwritable })).rejects.toMatchObject({
      code: 'settings',
      message: expect.not.stringContaining(unwritable),
    })
    expect(readFileSync(path('.env'), 'utf8')).toBe('A=1\n')
    expect(readdirSync(folder)).toEqual(['.env'])
    await rm(path('.env'))
    await mkdir(path('.env'))
    await expect(saveSettings(folder, { PORT: '80' })).rejects.toMatchObject({
      message: '.env could not be written (EISDIR); nothing was changed',
    })
    await expect(lookAtEnvFile(folder)).rejects.toMatchObject({ code: 'settings' })
    await expect(saveSettings(path('none'), { PORT: '80' })).rejects.toMatchObject({
      message: '.env could not be written (ENOENT); nothing was changed',
    })
    expect(existsSync(path('none'))).toBe(false)
  })

  it('says that there is none', async () => {
    expect(await lookAtEnvFile(folder)).toEqual({ exists: false, isOpenToOthers: false })
  })
})
