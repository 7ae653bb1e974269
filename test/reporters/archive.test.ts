import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createClock } from '../../src/flow/clock.ts'
import { createArchive } from '../../src/reporters/archive.ts'
import { acts, answered, cutTurn, ended, stamped, turn } from './call-story.ts'

let outDir: string
beforeEach(async () => {
  outDir = join(await mkdtemp(join(tmpdir(), 'archive-')), 'calls')
})
afterEach(() => rm(join(outDir, '..'), { recursive: true, force: true }))

function setUp(record = true, at = outDir) {
  const warnings: string[] = []
  const warn = (code: string, message: string) => warnings.push(`${code}: ${message}`)
  return { archive: createArchive({ outDir: at, record, clock: createClock(), warn }), warnings }
}
const story = stamped([...answered, turn('agent', 1, 'Hello.'), cutTurn(2, 'your order', 900), ended])

describe('the archive', () => {
  it('keeps events, transcript, summary and recording of a call in a folder of its own', async () => {
    const { archive, warnings } = setUp()
    expect(archive.folder).toBeUndefined()
    for (const event of story) archive.journal?.(event)
    archive.sound?.({ type: 'sound.person', pcm: new Int16Array(160), atMs: 0 })
    await archive.close?.()
    const folder = archive.folder ?? ''
    expect(folder.slice(outDir.length)).toMatch(/^.\d{4}-\d\d-\d\d_\d\d-\d\d-\d\d_[0-9a-f]{6}$/)
    expect((await readdir(folder)).sort()).toEqual([
      'call.wav',
      'events.ndjson',
      'summary.json',
      'transcript.txt',
    ])
    const events = (await readFile(join(folder, 'events.ndjson'), 'utf8')).trimEnd().split('\n')
    expect(events.map((line) => JSON.parse(line))).toEqual(story)
    expect(await readFile(join(folder, 'transcript.txt'), 'utf8')).toBe(
      '00:03 agent: Hello.\n00:03 agent: your order —[cut off]\n',
    )
    const { type: _type, ...report } = ended
    expect(JSON.parse(await readFile(join(folder, 'summary.json'), 'utf8'))).toEqual({
      to: '+12025550123',
      from: '+12025550199',
      voice: 'Kore',
      model: 'gemini-3.8-live',
      startedAt: story[0]?.at,
      endedAt: story.at(-1)?.at,
      ...report,
    })
    expect(warnings).toEqual([])
  })

  it('keeps keys of both sides and transfers in the transcript', async () => {
    const { archive } = setUp(false)
    const keys = { type: 'dtmf.received', digit: '5' } as const
    for (const event of stamped([...answered, keys, ...acts, ended])) archive.journal?.(event)
    await archive.close?.()
    expect(await readFile(join(archive.folder ?? '', 'transcript.txt'), 'utf8')).toBe(
      [
        '00:01 person: [pressed 5]\n',
        '00:03 agent: [pressed 12#]\n',
        '00:07 [transfer to +12025550188]\n',
        '00:08 [transfer failed: no-answer]\n',
        '00:09 [transfer to +12025550177]\n',
        '00:10 [transfer answered]\n',
      ].join(''),
    )
  })

  it('A19 lets nobody but the owner look into it', async () => {
    const { archive } = setUp()
    for (const event of story) archive.journal?.(event)
    archive.sound?.({ type: 'sound.person', pcm: new Int16Array(160), atMs: 0 })
    await archive.close?.()
    const folder = archive.folder ?? ''
    expect((await stat(folder)).mode & 0o777).toBe(0o700)
    for (const name of await readdir(folder)) {
      expect((await stat(join(folder, name))).mode & 0o777, name).toBe(0o600)
    }
  })

  it('writes events as they happen, whole lines that outlive a crash', async () => {
    const { archive } = setUp()
    const [first] = story
    if (first) archive.journal?.(first)
    const path = join(archive.folder ?? '', 'events.ndjson')
    await expect
      .poll(() => (existsSync(path) ? readFile(path, 'utf8') : ''))
      .toMatch(/"call\.requested".*\n$/)
    await archive.close?.()
  })

  it('A20 keeps nothing that could steer a terminal, in no file', async () => {
    const { archive } = setUp(false)
    const evil = 'no \u009b2Jsuch\u202e number \u001b]0;x\u0007'
    for (const event of stamped([...answered, { ...ended, error: { message: evil } }]))
      archive.journal?.(event)
    await archive.close?.()
    const folder = archive.folder ?? ''
    for (const file of ['events.ndjson', 'summary.json']) {
      const text = await readFile(join(folder, file), 'utf8')
      expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
      const last: unknown = JSON.parse(
        file === 'summary.json' ? text : (text.trimEnd().split('\n').at(-1) ?? ''),
      )
      expect(last).toMatchObject({ error: { message: evil } })
    }
  })

  it('records only when asked', async () => {
    const { archive } = setUp(false)
    for (const event of story) archive.journal?.(event)
    archive.sound?.({ type: 'sound.person', pcm: new Int16Array(160), atMs: 0 })
    await archive.close?.()
    expect(await readdir(archive.folder ?? '')).not.toContain('call.wav')
  })

  it('gives every call a folder of its own, also within one second', () => {
    const folders = Array.from({ length: 20 }, () => {
      const { archive } = setUp(false)
      const [first] = story
      if (first) archive.journal?.(first)
      return archive.folder
    })
    expect(new Set(folders).size).toBe(20)
  })

  it('L6 warns once when the folder cannot be made, and the call goes on', async () => {
    const inTheWay = join(outDir, '..', 'file')
    await writeFile(inTheWay, '')
    const { archive, warnings } = setUp(true, join(inTheWay, 'calls'))
    for (const event of story) archive.journal?.(event)
    archive.sound?.({ type: 'sound.cut', atMs: 1 })
    await archive.close?.()
    expect(archive.folder).toBeUndefined()
    expect(warnings).toEqual([expect.stringMatching(/^archive-failed: .*file.calls \(ENOTDIR\)/)])
  })

  it.skipIf(!existsSync('/proc/self'))('warns where a file system knows no folders to make', () => {
    const { archive, warnings } = setUp(true, '/proc/none/calls')
    const [first] = story
    if (first) archive.journal?.(first)
    expect(warnings).toEqual([expect.stringMatching(/^archive-failed: /)])
  })

  it('L6 warns once when a file in it cannot be written, and the call goes on', async () => {
    const { archive, warnings } = setUp(false)
    const [first, ...others] = story
    if (first) archive.journal?.(first)
    await rm(archive.folder ?? '', { recursive: true })
    await writeFile(archive.folder ?? '', 'in the way')
    for (const event of others) archive.journal?.(event)
    await archive.close?.()
    expect(warnings).toHaveLength(1)
    expect(warnings[0]).toMatch(/^archive-failed: /)
  })
})
