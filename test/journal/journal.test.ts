import { existsSync } from 'node:fs'
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseEntry } from '../../src/journal/entry.ts'
import { createJournal } from '../../src/journal/journal.ts'
import { thisRun } from '../../src/journal/run-identity.ts'
import { ACCOUNT_SID, CALL, startRun } from './noting-run.ts'

const CALL_SID = 'CA0123456789abcdef0123456789abcdef'

let folder: string
let home: string
let warnings: string[]
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ai-caller-journal-'))
  home = join(folder, 'deep', 'home')
  warnings = []
})
afterEach(() => rm(folder, { recursive: true }))

const open = (at = home) =>
  createJournal({
    home: at,
    accountSid: ACCOUNT_SID,
    warn: (code, message) => warnings.push(`${code}: ${message}`),
  })
const files = () => readdir(join(home, 'live'))
const readNote = async () => {
  const [name = ''] = await files()
  return parseEntry(name.replace('.json', ''), await readFile(join(home, 'live', name), 'utf8'))
}

describe('the note of a call', () => {
  it('is there before the call is placed, whole and for its owner only', async () => {
    const before = Date.now()
    await open().intend(CALL)
    const note = await readNote()
    expect(note).toMatchObject({ to: CALL.to, from: CALL.from, accountSid: ACCOUNT_SID, callSid: null })
    expect(note?.run).toEqual(await thisRun())
    expect(Math.abs((note?.startedAt.getTime() ?? 0) - before)).toBeLessThan(1000)
    expect((await stat(join(home, 'live'))).mode & 0o777).toBe(0o700)
    const [name = ''] = await files()
    expect((await stat(join(home, 'live', name))).mode & 0o777).toBe(0o600)
    expect(warnings).toEqual([])
  })

  it('says when the carrier has ended the call for certain: five minutes after its limit', async () => {
    await open().intend(CALL)
    const note = await readNote()
    expect(note && note.endsBy.getTime() - note.startedAt.getTime()).toBe(CALL.longestMs + 300_000)
  })

  it('gets the SID when it is known, and goes when the call is over', async () => {
    const note = await open().intend(CALL)
    await note.placed(CALL_SID)
    expect(await readNote()).toMatchObject({ callSid: CALL_SID, to: CALL.to })
    expect(await files()).toHaveLength(1)
    await note.over()
    expect(await files()).toEqual([])
    await note.over()
    expect(warnings).toEqual([])
  })

  it('is extended when the call may last longer, and never shortened', async () => {
    const note = await open().intend(CALL)
    const first = await readNote()
    await note.extend(1000)
    expect((await readNote())?.endsBy).toEqual(first?.endsBy)
    await note.extend(3_600_000)
    expect((await readNote())?.endsBy.getTime()).toBeGreaterThanOrEqual(Date.now() + 3_600_000)
  })

  it('is not written again once the call is over, in whatever order the steps are waited for', async () => {
    const note = await open().intend(CALL)
    await Promise.all([note.placed(CALL_SID), note.over(), note.placed(CALL_SID), note.extend(9e6)])
    expect(await files()).toEqual([])
  })

  it('stands in a file of its own for each call', async () => {
    const journal = open()
    const notes = await Promise.all([journal.intend(CALL), open().intend(CALL), journal.intend(CALL)])
    expect(await files()).toHaveLength(3)
    await notes[1]?.over()
    expect(await files()).toHaveLength(2)
  })

  it('that somebody has removed meanwhile is written anew, and need not be there to go', async () => {
    const note = await open().intend(CALL)
    await rm(home, { recursive: true })
    await note.placed(CALL_SID)
    expect(await readNote()).toMatchObject({ callSid: CALL_SID })
    await rm(home, { recursive: true })
    await note.over()
    expect(warnings).toEqual([])
  })
})

describe('a journal that cannot be written', () => {
  it.each([
    ['below a file', async () => join(folder, 'file'), /ENOTDIR/],
    ['below a device that is full', async () => '/dev/full', /ENOTDIR|ENOENT/],
    ['where nothing can be made', async () => '/proc/nothing/here', /ENOENT/],
  ])('%s gives one warning, and every step goes on', async (_, where, why) => {
    await writeFile(join(folder, 'file'), '')
    const note = await open(await where()).intend(CALL)
    await note.placed(CALL_SID)
    await note.extend(9e6)
    await note.over()
    expect(warnings).toEqual([expect.stringMatching(/^journal-failed: The call cannot be noted in /)])
    expect(warnings[0]).toMatch(why)
  })

  it('because its place is taken by a file gives one warning', async () => {
    await writeFile(join(folder, 'live'), '')
    await (await open(folder).intend(CALL)).placed(CALL_SID)
    expect(warnings).toEqual([expect.stringMatching(/ENOTDIR/)])
  })

  it.skipIf(process.platform === 'win32')('because the folder is read-only gives one warning', async () => {
    await chmod(folder, 0o555)
    // Nothing is read-only to root but without its capabilities.
    const limited = process.getuid?.() === 0 ? 'exec setpriv --bounding-set=-all' : 'exec'
    const run = startRun(join(folder, 'home'), { limited })
    expect(await run.step('intend', CALL)).toEqual([expect.stringMatching(/EACCES/)])
    expect(await run.step('placed', CALL_SID)).toHaveLength(1)
    expect(await run.step('over')).toHaveLength(1)
    await chmod(folder, 0o755)
    expect(existsSync(join(folder, 'home'))).toBe(false)
  })

  it.skipIf(process.platform === 'win32')(
    'because the disk is full gives one warning and leaves nothing',
    async () => {
      const run = startRun(home, { limited: 'ulimit -f 0; exec' })
      expect(await run.step('intend', CALL)).toEqual([expect.stringMatching(/EFBIG/)])
      expect(await run.step('placed', CALL_SID)).toHaveLength(1)
      expect(await files()).toEqual([])
    },
  )

  it('catches up as soon as it can be written', async () => {
    const blocked = join(folder, 'blocked')
    await writeFile(blocked, '')
    home = blocked
    const note = await open().intend(CALL)
    await rm(blocked)
    await note.placed(CALL_SID)
    expect(await readNote()).toMatchObject({ to: CALL.to, callSid: CALL_SID })
    expect(warnings).toHaveLength(1)
  })
})
