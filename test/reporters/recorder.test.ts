import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseWav } from '../../src/audio/wav.ts'
import { createRecorder } from '../../src/reporters/recorder.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'recorder-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const FRAME = 160
const frame = (value: number) => new Int16Array(FRAME).fill(value)

function setUp(path = join(folder, 'call.wav')) {
  const warnings: string[] = []
  const recorder = createRecorder(path, (code, message) => warnings.push(`${code}: ${message}`))
  const person = (atMs: number, value = 1) =>
    recorder.sound?.({ type: 'sound.person', pcm: frame(value), atMs })
  const agent = (atMs: number, value = 2) =>
    recorder.sound?.({ type: 'sound.agent', pcm: frame(value), atMs })
  const cut = (atMs: number) => recorder.sound?.({ type: 'sound.cut', atMs })
  const personFor = (fromMs: number, toMs: number) => {
    for (let at = fromMs; at < toMs; at += 20) person(at)
  }
  return { recorder, path, warnings, person, agent, cut, personFor }
}
/** What each side has in each 20 ms of the file. */
async function heard(path: string) {
  const { sampleRate, channels, pcm } = parseWav(await readFile(path))
  expect([sampleRate, channels]).toEqual([8000, 2])
  const side = (channel: number) =>
    Array.from({ length: pcm.length / 2 / FRAME }, (_, i) => pcm[2 * FRAME * i + channel])
  const changes = pcm.filter((_, i) => i > 1 && pcm[i] !== pcm[i - 2]).length
  return { left: side(0), right: side(1), changes }
}
const repeat = (value: number, count: number) => Array.from({ length: count }, () => value)

describe('the recorder', () => {
  it('puts the person left and the agent right on one time line, with silence between', async () => {
    const { recorder, path, personFor, agent, person, warnings } = setUp()
    agent(40)
    agent(60)
    personFor(0, 100)
    person(160)
    await recorder.close?.()
    const { left, right, changes } = await heard(path)
    expect(left).toEqual([1, 1, 1, 1, 1, 0, 0, 0, 1])
    expect(right).toEqual([0, 0, 2, 2, 0, 0, 0, 0, 0])
    expect(changes).toBe(4)
    expect(warnings).toEqual([])
  })

  it('has nothing of the agent after a cut, however far ahead its sound was handed over', async () => {
    const { recorder, path, personFor, agent, cut } = setUp()
    personFor(0, 500)
    for (let at = 500; at < 9500; at += 20) agent(at)
    personFor(500, 3000)
    cut(2900)
    agent(3200, 5)
    personFor(3000, 4000)
    await recorder.close?.()
    const { right } = await heard(path)
    expect(right).toEqual([...repeat(0, 25), ...repeat(2, 120), ...repeat(0, 15), 5, ...repeat(0, 39)])
  })

  it('ends with the person: sound of the agent that was never reached is not in the file', async () => {
    const { recorder, path, personFor, agent } = setUp()
    for (let at = 0; at < 5000; at += 20) agent(at)
    personFor(0, 1000)
    await recorder.close?.()
    expect((await heard(path)).right).toEqual(repeat(2, 50))
  })

  it.each([2, 59, 61, 120])(
    'goes on, on the same time line, after %i s without sound, as when somebody else is rung',
    async (gapSeconds) => {
      const { recorder, path, warnings, personFor, agent } = setUp()
      const backMs = 3000 + 1000 * gapSeconds
      personFor(0, 3000)
      agent(backMs + 100)
      personFor(backMs, backMs + 2000)
      await recorder.close?.()
      const { left, right } = await heard(path)
      const gap = repeat(0, 50 * gapSeconds)
      expect(left).toEqual([...repeat(1, 150), ...gap, ...repeat(1, 100)])
      expect(right).toEqual([...repeat(0, 150), ...gap, ...repeat(0, 5), 2, ...repeat(0, 94)])
      expect(warnings).toEqual([])
    },
  )

  it('is a readable file before it is closed', async () => {
    const { recorder, path, personFor } = setUp()
    personFor(0, 5000)
    await expect
      .poll(async () => (existsSync(path) ? parseWav(await readFile(path)).pcm.length / 16 : 0))
      .toBeGreaterThanOrEqual(3800)
    const onDisk = await readFile(path)
    const headerSays = onDisk.readUInt32LE(40)
    expect(headerSays).toBe(onDisk.length - 44)
    await recorder.close?.()
    expect((await heard(path)).left).toHaveLength(250)
  })

  it('writes a file that only its owner can read', async () => {
    const { recorder, path, personFor } = setUp()
    personFor(0, 100)
    await recorder.close?.()
    expect((await stat(path)).mode & 0o777).toBe(0o600)
  })

  it('makes no file for a call without sound', async () => {
    const { recorder, path, warnings } = setUp()
    await recorder.close?.()
    expect(existsSync(path)).toBe(false)
    expect(warnings).toEqual([])
  })

  it('does not believe a time stamp that leaps by hours', async () => {
    const { recorder, path, person } = setUp()
    person(0)
    person(7_200_000)
    person(7_200_020)
    await recorder.close?.()
    expect((await heard(path)).left).toEqual([1, 1, 1])
  })

  it('warns once when the file cannot be made, and the call goes on', async () => {
    const { recorder, warnings, personFor } = setUp(join(folder, 'missing', 'call.wav'))
    personFor(0, 5000)
    await recorder.close?.()
    personFor(5000, 6000)
    expect(warnings).toHaveLength(1)
    expect(warnings[0]).toMatch(/^recording-stopped: .*ENOENT/)
  })

  it('does not overwrite a file that is already there', async () => {
    const first = setUp()
    first.personFor(0, 100)
    await first.recorder.close?.()
    const second = setUp()
    second.personFor(0, 2000)
    await second.recorder.close?.()
    expect(second.warnings).toHaveLength(1)
    expect((await heard(first.path)).left).toHaveLength(5)
  })

  it('closes twice', async () => {
    const { recorder, path, personFor } = setUp()
    personFor(0, 100)
    await Promise.all([recorder.close?.(), recorder.close?.()])
    expect((await heard(path)).left).toHaveLength(5)
  })
})
