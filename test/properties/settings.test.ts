import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { CallError } from '../../src/call/error.ts'
import { addToDoNotCall, readDoNotCall } from '../../src/config/do-not-call.ts'
import { formatFlagDuration, parseDuration } from '../../src/config/duration.ts'
import { readEnvironment } from '../../src/config/env.ts'
import * as flagValues from '../../src/config/flag-values.ts'
import type { Parsed } from '../../src/config/parsed.ts'
import { asE164, checkPhoneNumber } from '../../src/config/phone-number.ts'
import * as settingValues from '../../src/config/setting-values.ts'
import { SETTING_NAMES } from '../../src/config/settings.ts'
import { readTransferTargets } from '../../src/config/transfer-targets.ts'
import { forbiddenIn } from '../reporters/hostile.ts'
import { anyText, assertNoPollution, asWritten, PROTOTYPE_NAMES } from './arbitraries.ts'

const folder = mkdtempSync(join(tmpdir(), 'properties-'))
afterAll(() => rmSync(folder, { recursive: true }))

const anyDigits = fc.stringMatching(/^\+?[0-9 ().-]{0,18}$/)
const anyNumber = fc.oneof(
  anyText,
  anyDigits,
  anyDigits.map((digits) => `+1${digits}`),
)
const MOST_MS = 24 * 3_600_000

/** A complaint is one line that cannot steer a terminal, and does not repeat a long text. */
function expectHarmless(sentence: string): void {
  expect(forbiddenIn(asWritten(sentence))).toEqual([])
  expect(sentence).not.toContain('\n')
  expect(sentence.length).toBeLessThan(600)
}

describe('a setting or a flag, whatever it says', () => {
  const all = Object.entries({ ...settingValues, ...flagValues }).flatMap(([name, parse]) =>
    typeof parse === 'function' ? [[name, (text: string): Parsed<unknown> => parse(text)] as const] : [],
  )

  it.each(all)('%s gives a value, or a harmless complaint', (_name, parse) => {
    fc.assert(
      fc.property(fc.oneof(anyText, anyDigits, fc.webUrl()), (text) => {
        const parsed = parse(text)
        if ('wrong' in parsed) expectHarmless(parsed.wrong)
      }),
      { numRuns: 150 },
    )
  })

  it('an address is encrypted or of this machine, and reads the same when it is read again', () => {
    const anyAddress = fc.oneof(
      fc.webUrl({ validSchemes: ['http', 'https', 'ws', 'wss'] }),
      anyText,
      fc.webAuthority().map((host) => `http://${host}`),
    )
    fc.assert(
      fc.property(anyAddress, (text) => {
        for (const parse of [settingValues.parsePublicUrl, settingValues.parseServiceUrl]) {
          const parsed = parse(text)
          if ('wrong' in parsed) continue
          const { protocol, hostname, username, search } = new URL(parsed.value)
          expect(
            /^(wss|https):$/.test(protocol) || /^(127\.|localhost|\[::1\])|\.localhost$/.test(hostname),
          ).toBe(true)
          expect(`${username}${search}`).toBe('')
          expect(parse(parsed.value)).toEqual(parsed)
        }
      }),
      { numRuns: 500 },
    )
  })

  it('a duration is read as it was written, and is never outside its limits', () => {
    fc.assert(
      fc.property(fc.nat(MOST_MS), (ms) => {
        expect(parseDuration(formatFlagDuration(ms), { minMs: 0, maxMs: MOST_MS })).toEqual({ value: ms })
      }),
    )
    const anyDuration = fc.oneof(anyText, fc.stringMatching(/^([0-9]{1,12}(h|m|s|ms)){0,5}$/))
    fc.assert(
      fc.property(anyDuration, (text) => {
        const parsed = parseDuration(text, { minMs: 1000, maxMs: 60_000 })
        if ('wrong' in parsed) expectHarmless(parsed.wrong)
        else expect(parsed.value >= 1000 && parsed.value <= 60_000).toBe(true)
      }),
      { numRuns: 500 },
    )
  })
})

describe('the environment and .env, whatever they hold', () => {
  it('give settings that are trimmed text, and set nothing', async () => {
    const names = fc.oneof(fc.constantFrom(...SETTING_NAMES, ...PROTOTYPE_NAMES, 'NODE_OPTIONS'), anyText)
    const anyFile = fc.oneof(
      fc
        .array(fc.tuple(names, anyText), { maxLength: 6 })
        .map((lines) => lines.map(([name, value]) => `${name}=${value}`).join('\n')),
      fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
    )
    const before = JSON.stringify(process.env)
    await fc.assert(
      fc.asyncProperty(anyFile, fc.dictionary(names, anyText, { maxKeys: 4 }), async (file, environment) => {
        writeFileSync(join(folder, '.env'), file)
        const read = await readEnvironment(environment, folder).catch((error: unknown) => error)
        // A .env that would get a secret of the environment.
        if (read instanceof CallError) return expectHarmless(`${read.message} ${read.hint}`)
        if (read instanceof Error) throw read
        const { settings, lookUp } = read as Awaited<ReturnType<typeof readEnvironment>>
        for (const value of Object.values(settings)) expect(value.trim()).toBe(value)
        for (const name of Object.keys(settings)) expect(SETTING_NAMES).toContain(name)
        for (const name of PROTOTYPE_NAMES) expect(['string', 'undefined']).toContain(typeof lookUp(name))
        assertNoPollution()
      }),
      { numRuns: 150 },
    )
    expect(JSON.stringify(process.env)).toBe(before)
  })
})

describe('a phone number, whatever is written', () => {
  it('is a number in E.164 that can be rung, or a refusal', async () => {
    await fc.assert(
      fc.asyncProperty(anyNumber, async (text) => {
        try {
          const { e164, warnings } = await checkPhoneNumber(text)
          expect(e164).toMatch(/^\+[1-9]\d{6,14}$/)
          for (const { message } of warnings) expectHarmless(message)
          expect((await checkPhoneNumber(e164)).e164).toBe(e164)
        } catch (error) {
          if (!(error instanceof CallError)) throw error
          expect(error.code).toBe('number-refused')
          expectHarmless(error.message)
        }
      }),
      { numRuns: 200 },
    )
  })

  it('of somebody to be put through to has a name that can be shown, or a complaint', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(anyText, anyNumber), { maxLength: 3 }), async (pairs) => {
        const items = pairs.map(([name, number]) => `${name}=${number}`)
        for (const target of await readTransferTargets(items, checkPhoneNumber))
          if ('wrong' in target) expectHarmless(target.wrong)
          else
            expect([forbiddenIn(target.value.name), asE164(target.value.number)]).toEqual([
              [],
              target.value.number,
            ])
      }),
      { numRuns: 60 },
    )
  })
})

describe('the do-not-call list, whatever is in its file', () => {
  const fresh = async (text: string | Uint8Array) => {
    const home = mkdtempSync(join(folder, 'home-'))
    await mkdir(home, { recursive: true })
    writeFileSync(join(home, 'do-not-call.txt'), text)
    return home
  }
  const number = (e164: string) => ({ e164, country: undefined, warnings: [] })

  it('refuses every number that was added, and goes on refusing what was there', async () => {
    const anyFile = fc.array(fc.oneof(anyText, anyDigits), { maxLength: 6 }).map((lines) => lines.join('\n'))
    await fc.assert(
      fc.asyncProperty(anyFile, fc.stringMatching(/^\+1202555\d{4}$/), async (text, added) => {
        const home = await fresh(text)
        const listed = text.split('\n').flatMap((line) => asE164(line.replace(/#.*/, '')) ?? [])
        await addToDoNotCall(home, added, '2026-11-22T15:16:55.000Z')
        const list = await readDoNotCall(home)
        for (const e164 of [...listed, added]) expect(() => list.allow(number(e164))).toThrow(CallError)
        for (const { message } of list.warnings) expectHarmless(message)
      }),
      { numRuns: 60 },
    )
  })
})
