import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { addToDoNotCall, readDoNotCall } from '../../src/config/do-not-call.ts'

const NOW = '2026-11-22T15:16:55.000Z'
const number = (e164: string) => ({ e164, country: 'US', warnings: [] })

let home: string
let file: string
beforeEach(async () => {
  home = join(await mkdtemp(join(tmpdir(), 'do-not-call-')), 'home')
  file = join(home, 'do-not-call.txt')
})
afterEach(() => rm(join(home, '..'), { recursive: true }))

const write = async (text: string) => {
  await mkdir(home, { recursive: true })
  await writeFile(file, text)
}

describe('the do-not-call list', () => {
  it('allows everybody while there is none', async () => {
    const list = await readDoNotCall(home)
    expect(list.allow(number('+12025550123'))).toEqual(number('+12025550123'))
    expect(list.warnings).toEqual([])
  })

  it('A18 refuses a listed number, however it is written there, and names the file and the line', async () => {
    await write('# mine\r\n\r\n+1 (202) 555-0123  # 2026-11-22, at noon\r\n')
    const list = await readDoNotCall(home)
    expect(() => list.allow(number('+12025550123'))).toThrow(
      expect.objectContaining({
        code: 'number-refused',
        message: `+12025550123 does not want to be called: ${file}:3`,
      }),
    )
    expect(list.allow(number('+12025550124'))).toBeDefined()
  })

  it('warns of lines that hold no number, and heeds the others', async () => {
    await write('202 555 0123\n+12025550124\nnobody\n')
    const { warnings, allow } = await readDoNotCall(home)
    expect(warnings).toEqual([
      expect.objectContaining({
        message: `lines 1, 3 of ${file} are no number in E.164, and heeded at best as the end of one`,
      }),
    ])
    expect(() => allow(number('+12025550124'))).toThrow(/does not want/)
  })

  it.each(['202 555 0123', 'tel:+12025550123', '(202) 555-0123 Dana', '0012025550123', '011 1 202 555 0123'])(
    'A18 heeds "%s" as far as it tells who is meant',
    async (line) => {
      await write(`555\n${line}\n`)
      const { allow } = await readDoNotCall(home)
      expect(() => allow(number('+12025550123'))).toThrow(`${file}:2`)
      expect(allow(number('+12025550124'))).toBeDefined()
      expect(allow(number('+12025550555'))).toBeDefined()
    },
  )

  it('that cannot be read lets nobody be called', async () => {
    await mkdir(file, { recursive: true })
    await expect(readDoNotCall(home)).rejects.toMatchObject({
      code: 'number-refused',
      message: `the do-not-call list ${file} cannot be read: it is a folder`,
    })
    await expect(addToDoNotCall(home, '+12025550123', NOW)).rejects.toMatchObject({ code: 'number-refused' })
  })
})

describe('a number that is added', () => {
  it('is refused from then on, in a file for its owner only', async () => {
    await addToDoNotCall(home, '+12025550123', NOW)
    expect(await readFile(file, 'utf8')).toMatch(
      /^# .*\n# .*\n\+12025550123 {2}# 2026-11-22T15:16:55\.000Z\n$/,
    )
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect((await stat(home)).mode & 0o777).toBe(0o700)
    const { allow } = await readDoNotCall(home)
    expect(() => allow(number('+12025550123'))).toThrow(/do-not-call\.txt:3$/)
  })

  it('is not listed twice, and stands on a line of its own', async () => {
    await write('+12025550124 # by hand, without an end of line')
    await addToDoNotCall(home, '+12025550123', NOW)
    await addToDoNotCall(home, '+12025550123', NOW)
    await addToDoNotCall(home, '+12025550124', NOW)
    expect((await readFile(file, 'utf8')).split('\n')).toEqual([
      '+12025550124 # by hand, without an end of line',
      `+12025550123  # ${NOW}`,
      '',
    ])
  })

  it('loses no other when many are added at once', async () => {
    const numbers = Array.from({ length: 20 }, (_, index) => `+120255501${String(index).padStart(2, '0')}`)
    await Promise.all(numbers.map((e164) => addToDoNotCall(home, e164, NOW)))
    const { allow, warnings } = await readDoNotCall(home)
    expect(warnings).toEqual([])
    for (const e164 of numbers) expect(() => allow(number(e164))).toThrow(/does not want/)
  })

  it.skipIf(process.getuid?.() === 0)('is said when it cannot be written', async () => {
    await write('')
    await chmod(file, 0o400)
    await expect(addToDoNotCall(home, '+12025550123', NOW)).rejects.toMatchObject({ code: 'settings' })
  })
})
