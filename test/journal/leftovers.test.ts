import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import {
  chown,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createJournal } from '../../src/journal/journal.ts'
import { readLeftovers } from '../../src/journal/leftovers.ts'
import { ACCOUNT_SID, CALL, startRun } from './noting-run.ts'

const CALL_SID = 'CA0123456789abcdef0123456789abcdef'
const ID = '0123456789abcdef'
const HOUR_MS = 3_600_000

let home: string
let live: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'ai-caller-leftovers-'))
  live = join(home, 'live')
})
afterEach(() => rm(home, { recursive: true }))

/** A note of a run that was killed; `changes` to its JSON make it something else. */
async function leaveNote(changes: Record<string, unknown> = {}, runChanges: Record<string, unknown> = {}) {
  const before = await readdir(live).catch((): string[] => [])
  const run = startRun(home)
  await run.step('intend', CALL)
  await run.kill()
  const name = (await readdir(live)).find((file) => !before.includes(file)) ?? ''
  const note = JSON.parse(await readFile(join(live, name), 'utf8'))
  await writeFile(
    join(live, name),
    JSON.stringify({ ...note, ...changes, run: { ...note.run, ...runChanges } }),
  )
  return join(live, name)
}

describe('what dead runs left behind', () => {
  it('is nothing where nothing was ever noted', async () => {
    const none = { leftovers: [], live: [], elsewhere: [], ignored: [] }
    expect(await readLeftovers(home)).toEqual(none)
    expect(await readLeftovers(join(home, 'nowhere'))).toEqual(none)
  })

  it('is a call that was about to be placed when its run was killed', async () => {
    const run = startRun(home)
    await run.step('intend', CALL)
    await run.kill()
    const { leftovers, ignored } = await readLeftovers(home)
    expect(leftovers).toMatchObject([
      { to: CALL.to, from: CALL.from, accountSid: ACCOUNT_SID, callSid: null },
    ])
    expect(ignored).toEqual([])
  })

  it('is a call by its SID when it was placed; forgotten, it is left behind no more', async () => {
    const run = startRun(home)
    await run.step('intend', CALL)
    await run.step('placed', CALL_SID)
    await run.kill()
    const { leftovers } = await readLeftovers(home)
    expect(leftovers).toMatchObject([{ callSid: CALL_SID }])
    await leftovers[0]?.forget()
    await leftovers[0]?.forget()
    expect(await readdir(live)).toEqual([])
  })

  it('is not a call that was over', async () => {
    const run = startRun(home)
    await run.step('intend', CALL)
    await run.step('over')
    await run.kill()
    expect((await readLeftovers(home)).leftovers).toEqual([])
  })

  it('is never a call of a run that lives, however old', async () => {
    const other = startRun(home)
    await other.step('intend', { ...CALL, longestMs: 1 })
    const own = createJournal({ home, accountSid: ACCOUNT_SID, warn: () => {} })
    await (await own.intend(CALL)).placed(CALL_SID)
    const late = await readLeftovers(home, Date.now() + 100 * HOUR_MS)
    expect(late.leftovers).toEqual([])
    expect(late.live.map(({ callSid }) => callSid).sort()).toEqual([CALL_SID, null].sort())
    await other.kill()
    const { leftovers, live: living } = await readLeftovers(home)
    expect([leftovers.length, living.length]).toEqual([1, 1])
  })

  it.runIf(process.platform === 'linux')(
    'is a call whose number of a process has been given to another',
    async () => {
      const run = startRun(home)
      await run.step('intend', CALL)
      const [name = ''] = await readdir(live)
      const note = JSON.parse(await readFile(join(live, name), 'utf8'))
      expect((await readLeftovers(home)).leftovers).toEqual([])
      note.run.started = String(Number(note.run.started) - 1)
      await writeFile(join(live, name), JSON.stringify(note))
      expect((await readLeftovers(home)).leftovers).toHaveLength(1)
    },
  )

  it('is what was noted before the machine was started anew', async () => {
    await leaveNote({}, { boot: 'the one before', pid: process.pid })
    expect((await readLeftovers(home)).leftovers).toHaveLength(1)
  })

  it('is not what another machine or container has noted in the same folder', async () => {
    await leaveNote({}, { boot: 'another', host: 'another' })
    const { leftovers, elsewhere } = await readLeftovers(home)
    expect(leftovers).toEqual([])
    expect(elsewhere).toMatchObject([{ to: CALL.to }])
  })

  it('comes oldest first', async () => {
    for (const minute of [30, 10, 20]) await leaveNote({ startedAt: `2026-11-22T10:${minute}:00.000Z` })
    const { leftovers } = await readLeftovers(home)
    expect(leftovers.map(({ startedAt }) => startedAt.getUTCMinutes())).toEqual([10, 20, 30])
  })

  it.each([
    ['here', {}],
    ['on another machine', { boot: 'another', host: 'another' }],
  ])('%s is forgotten in silence an hour after the carrier has ended it', async (_, runChanges) => {
    const now = Date.now()
    const path = await leaveNote({ endsBy: new Date(now).toISOString() }, runChanges)
    const before = await readLeftovers(home, now + HOUR_MS - 1000)
    expect(before.leftovers.length + before.elsewhere.length).toBe(1)
    const after = await readLeftovers(home, now + HOUR_MS + 1000)
    expect(after).toEqual({ leftovers: [], live: [], elsewhere: [], ignored: [] })
    expect(existsSync(path)).toBe(false)
  })
})

describe('a folder of notes that cannot be read', () => {
  it('is told, for there may be calls in it', async () => {
    await writeFile(live, '')
    await expect(readLeftovers(home)).rejects.toMatchObject({
      code: 'settings',
      message: expect.stringContaining('ENOTDIR'),
    })
  })
})

describe('a file in the folder of the notes', () => {
  it.each([
    ['garbled', `${ID}.json`, '{"version":1,'],
    ['empty', `${ID}.json`, ''],
    ['huge', `${ID}.json`, ' '.repeat(5000)],
    ['foreign', 'README.txt', 'hello'],
    ['with a name that steers terminals', 'x\u001b[2Jy.json', '{}'],
    ['with a name that is too long', `${ID}0.json`, '{}'],
  ])('that is %s is ignored and stays', async (_, name, text) => {
    const path = await leaveNote()
    await writeFile(join(live, name), text)
    const { leftovers, ignored } = await readLeftovers(home, Date.now() + HOUR_MS)
    expect(leftovers).toHaveLength(1)
    expect(ignored).toEqual([name])
    expect(existsSync(path) && existsSync(join(live, name))).toBe(true)
  })

  it.skipIf(process.platform === 'win32')(
    'that is no plain file is ignored, though it be a pipe that never answers or a link to a note',
    async () => {
      const path = await leaveNote()
      await rename(path, join(home, 'note'))
      await mkdir(join(live, `${ID}.json`))
      await symlink(join(home, 'note'), join(live, 'a'.repeat(16).concat('.json')))
      execFileSync('mkfifo', [join(live, 'b'.repeat(16).concat('.json'))])
      const { leftovers, ignored } = await readLeftovers(home)
      expect(leftovers).toEqual([])
      expect(ignored).toHaveLength(3)
    },
  )

  it.runIf(process.getuid?.() === 0)('that belongs to somebody else is ignored', async () => {
    const path = await leaveNote()
    await chown(path, 65_534, 65_534)
    const { leftovers, ignored } = await readLeftovers(home)
    expect([leftovers.length, ignored.length]).toEqual([0, 1])
  })

  it('that was half written is removed when nobody can be writing it any more; what systems strew stays', async () => {
    await mkdir(live)
    for (const name of [`${ID}.tmp`, `${'a'.repeat(16)}.tmp`, '.DS_Store'])
      await writeFile(join(live, name), '{')
    const longAgo = new Date(Date.now() - 2 * HOUR_MS)
    await utimes(join(live, `${ID}.tmp`), longAgo, longAgo)
    expect((await readLeftovers(home)).ignored).toEqual([])
    expect((await readdir(live)).sort()).toEqual(['.DS_Store', `${'a'.repeat(16)}.tmp`])
  })

  it('may hold anything: what is no note is ignored, and the reading goes on', async () => {
    await leaveNote()
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 5000 }),
      fc.json().map((text) => Buffer.from(text)),
    )
    await fc.assert(
      fc.asyncProperty(bytes, async (content) => {
        await writeFile(join(live, `${ID}.json`), content)
        const { leftovers, ignored } = await readLeftovers(home)
        expect(leftovers).toHaveLength(1)
        expect(ignored).toEqual([`${ID}.json`])
      }),
    )
  })
})
