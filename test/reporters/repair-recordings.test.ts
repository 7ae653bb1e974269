import { mkdir, mkdtemp, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseWav, wavHeader } from '../../src/audio/wav.ts'
import { repairRecordings } from '../../src/reporters/repair-recordings.ts'

let calls: string
beforeEach(async () => {
  calls = await mkdtemp(join(tmpdir(), 'repair-'))
})
afterEach(() => rm(calls, { recursive: true }))

/** A recording whose header tells of `toldBytes` of its sound. */
async function recording(name: string, toldBytes: number, bytes: number, ageMs = 60_000): Promise<string> {
  const path = join(calls, name, 'call.wav')
  await mkdir(dirname(path))
  const header = wavHeader({ sampleRate: 8000, channels: 2, dataBytes: toldBytes })
  await writeFile(path, Buffer.concat([header, Buffer.alloc(bytes, 7)]))
  const date = new Date(Date.now() - ageMs)
  await utimes(path, date, date)
  return path
}
const told = async (path: string) => (await readFile(path)).readUInt32LE(40)

describe('a recording whose writer died', () => {
  it('gets a header that tells of all its sound, but for half a sample', async () => {
    const path = await recording('2026-11-22_10-00-00_aaaaaa', 32_000, 64_003)
    expect(await repairRecordings(calls)).toBe(1)
    expect(await told(path)).toBe(64_000)
    expect(parseWav(await readFile(path)).pcm).toHaveLength(32_000)
  })

  it('is left alone when it is whole, may still be written to, or is not ours', async () => {
    const whole = await recording('2026-11-22_10-00-01_aaaaaa', 64_000, 64_000)
    const live = await recording('2026-11-22_10-00-02_aaaaaa', 32_000, 64_000, 0)
    const other = await recording('2026-11-22_10-00-03_aaaaaa', 32_000, 64_000)
    const bytes = await readFile(other)
    bytes.writeUInt32LE(44_100, 24)
    await writeFile(other, bytes)
    await utimes(other, new Date(0), new Date(0))
    expect(await repairRecordings(calls)).toBe(0)
    expect(await Promise.all([whole, live, other].map(told))).toEqual([64_000, 32_000, 32_000])
  })

  it('A11 is not looked for behind a link', async () => {
    const elsewhere = await mkdtemp(join(tmpdir(), 'elsewhere-'))
    const path = join(elsewhere, 'call.wav')
    const header = wavHeader({ sampleRate: 8000, channels: 2, dataBytes: 0 })
    await writeFile(path, Buffer.concat([header, Buffer.alloc(400)]))
    await utimes(path, new Date(0), new Date(0))
    await mkdir(join(calls, 'linked'))
    await symlink(path, join(calls, 'linked', 'call.wav'))
    expect(await repairRecordings(calls)).toBe(0)
    expect(await told(path)).toBe(0)
    await rm(elsewhere, { recursive: true })
  })

  it('does not stop anything by not being there', async () => {
    await mkdir(join(calls, 'empty'))
    expect(await repairRecordings(calls)).toBe(0)
    expect(await repairRecordings(join(calls, 'nowhere'))).toBe(0)
  })
})
