import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createJournal } from '../../src/journal/journal.ts'
import { noticeElsewhere, noticeLeftovers, whenOf } from '../../src/journal/notice-leftovers.ts'
import { ACCOUNT_SID, CALL, startRun } from './noting-run.ts'

let home: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'ai-caller-notice-'))
})
afterEach(() => rm(home, { recursive: true }))

describe('the start of a call', () => {
  it('says nothing when nothing was left behind, and nothing of runs that live', async () => {
    await createJournal({ home, accountSid: ACCOUNT_SID, warn: () => {} }).intend(CALL)
    expect(await noticeLeftovers(home)).toEqual([])
  })

  it('warns of each call that may still be running, with the way to end it', async () => {
    const run = startRun(home)
    await run.step('intend', CALL)
    await run.kill()
    const [notice, ...more] = await noticeLeftovers(home)
    expect(more).toEqual([])
    expect(notice).toMatchObject({ code: 'call-left-behind', hint: "'ai-caller hangup --all' ends it." })
    expect(notice?.message).toMatch(/^a call to \+14155550123 of (\S+ )?\d\d:\d\d may still be running: /)
  })

  it('counts them when they are many', async () => {
    const run = startRun(home)
    for (let n = 0; n < 4; n++) await run.step('intend', CALL)
    await run.kill()
    const notices = await noticeLeftovers(home)
    expect(notices).toHaveLength(1)
    expect(notices[0]?.message).toMatch(/^4 calls of earlier runs may still be running/)
    expect(notices[0]?.hint).toMatch(/ends them/)
  })

  it('names one file that is no note, without what steers a terminal, and counts the others', async () => {
    await (await createJournal({ home, accountSid: ACCOUNT_SID, warn: () => {} }).intend(CALL)).over()
    for (const name of ['a\u001b[2J\u202e.json', 'b', 'c']) await writeFile(join(home, 'live', name), '')
    const [notice] = await noticeLeftovers(home)
    expect(notice?.code).toBe('journal-unreadable')
    expect(notice?.message).toBe(
      `'a?[2J?.json' and 2 more in ${join(home, 'live')} cannot be read as a note of a call`,
    )
  })

  it('says that the notes cannot be read, and does not fail', async () => {
    await writeFile(join(home, 'live'), '')
    expect(await noticeLeftovers(home)).toMatchObject([
      { code: 'journal-unreadable', message: expect.stringContaining('ENOTDIR') },
    ])
  })
})

describe('a notice', () => {
  it('gives the day of a call that is not of today', () => {
    const now = new Date(2026, 10, 22, 12, 0)
    expect(whenOf(new Date(2026, 10, 22, 9, 5), now)).toBe('09:05')
    expect(whenOf(new Date(2026, 10, 21, 23, 59), now)).toBe('2026-11-21 23:59')
  })

  it('names what may be running elsewhere, by SID where it is known', () => {
    const call = { ...CALL, accountSid: ACCOUNT_SID, startedAt: new Date(), endsBy: new Date() }
    expect(noticeElsewhere([])).toEqual([])
    const [notice] = noticeElsewhere([
      { ...call, callSid: 'CA1' },
      { ...call, callSid: null },
    ])
    expect(notice?.message).toMatch(/CA1, a call to \+14155550123$/)
  })
})
