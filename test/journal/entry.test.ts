import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Entry, formatEntry, MAX_ENTRY_BYTES, parseEntry } from '../../src/journal/entry.ts'

const ID = '0123456789abcdef'
const ENTRY: Entry = {
  id: ID,
  to: '+14155550123',
  from: '+14155550100',
  accountSid: `AC${'a'.repeat(32)}`,
  callSid: `CA${'b'.repeat(32)}`,
  startedAt: new Date('2026-11-22T10:41:00.123Z'),
  endsBy: new Date('2026-11-22T10:52:00.000Z'),
  run: { host: 'here', boot: 'boot-id', pidSpace: 'pid:[1]', pid: 4711, started: '12345' },
}
const written = (): Record<string, unknown> => JSON.parse(formatEntry(ENTRY))

describe('a note of a call', () => {
  it('is read as it was written', () => {
    expect(parseEntry(ID, formatEntry(ENTRY))).toEqual(ENTRY)
    const early = { ...ENTRY, callSid: null, run: { ...ENTRY.run, boot: null, pidSpace: null } }
    expect(parseEntry(ID, formatEntry(early))).toEqual(early)
  })

  it('is shorter than the longest that is read, even with the longest names', () => {
    const long = 'x'.repeat(255)
    const run = { host: long, boot: long, pidSpace: long, pid: 0x7fff_ffff, started: long }
    const text = formatEntry({ ...ENTRY, run })
    expect(parseEntry(ID, text)).toBeDefined()
    expect(text.length).toBeLessThan(MAX_ENTRY_BYTES / 2)
  })

  it.each([
    ['callSid', '../../etc/passwd'],
    ['callSid', 'CA1/../../x'],
    ['callSid', 'CA1?x=1'],
    ['callSid', ''],
    ['callSid', 7],
    ['accountSid', 'AC 1'],
    ['accountSid', `AC${'0'.repeat(63)}`],
    ['to', '4155550123'],
    ['to', '+1415555012\n'],
    ['from', '+0123456789'],
    ['startedAt', 'yesterday'],
    ['startedAt', '2026-11-22'],
    ['startedAt', '2026-99-22T10:41:00.123Z'],
    ['endsBy', 1_800_000_000_000],
    ['version', 2],
    ['run', null],
    ['run', { ...ENTRY.run, pid: -1 }],
    ['run', { ...ENTRY.run, pid: 1.5 }],
    ['run', { ...ENTRY.run, host: 'x'.repeat(256) }],
  ])('is none with %s %j', (key, value) => {
    expect(parseEntry(ID, JSON.stringify(written()))).toBeDefined()
    expect(parseEntry(ID, JSON.stringify({ ...written(), [key]: value }))).toBeUndefined()
  })

  it.each(Object.keys(written()))('is none without %s', (key) => {
    const { [key]: _, ...rest } = written()
    expect(parseEntry(ID, JSON.stringify(rest))).toBeUndefined()
  })

  it('is none, and no crash, whatever text or JSON stands in the file', () => {
    const anything = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.json())
    fc.assert(fc.property(anything, (text) => parseEntry(ID, text) === undefined))
    expect(parseEntry(ID, '['.repeat(MAX_ENTRY_BYTES))).toBeUndefined()
  })

  it('that is cut off anywhere is none', () => {
    const text = formatEntry(ENTRY).trimEnd()
    for (let length = 0; length < text.length; length++)
      expect(parseEntry(ID, text.slice(0, length))).toBeUndefined()
  })

  it('with one value replaced by anything is none, or still safe to use', () => {
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(written())), fc.jsonValue(), (key, value) => {
        const entry = parseEntry(ID, JSON.stringify({ ...written(), [key]: value }))
        if (!entry) return
        expect(`${entry.accountSid}${entry.callSid}`).toMatch(/^\w+$/)
        expect(`${entry.to}${entry.from}`).toMatch(/^(\+\d{7,15}){2}$/)
        expect(entry.startedAt.getTime() + entry.endsBy.getTime()).not.toBeNaN()
      }),
    )
  })
})
