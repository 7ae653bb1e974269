import { parse } from 'dotenv'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CallError } from '../../src/call/error.ts'
import { withSettings } from '../../src/config/env-file.ts'

/** Printable ASCII without spaces, as keys and tokens are, with quotes and comment signs more often than they come. */
const token = fc.string({
  unit: fc.oneof(fc.constantFrom('#', "'", '"', '$', '\\', '=', '`'), fc.stringMatching(/^[!-~]$/)),
  minLength: 1,
})
const hasEveryQuote = (text: string) => ["'", '"', '`'].every((quote) => text.includes(quote))
/** What dotenv can hold for certain: in double quotes it takes \n for a new line. */
const isWritable = (text: string) => !hasEveryQuote(text) && !/\\[nr]/.test(text)

const name = fc.constantFrom('GOOGLE_API_KEY', 'TWILIO_AUTH_TOKEN', 'OTHER', 'PORT')
const comment = fc.constantFrom('', ' # why', '#')
const line = fc.oneof(
  fc.constantFrom('', '# GOOGLE_API_KEY=old', 'no assignment', '   ', '#'),
  fc
    .tuple(fc.constantFrom('', 'export ', '  '), name, fc.constantFrom('=', ' = ', ': '), token, comment)
    .map(([before, key, sign, any, after]) => {
      // A quote after a backslash closes nothing: the value would go on in the next line.
      const value = any.replaceAll('\\', '/')
      const quotes = ["'", '"', '`'].filter((quote) => !value.includes(quote))
      return `${before}${key}${sign}${quotes[0] ?? "'"}${hasEveryQuote(value) ? '' : value}${quotes[0] ?? "'"}${after}`
    }),
  fc
    .tuple(name, fc.stringMatching(/^[\w.:/+-]*$/), comment)
    .map(([key, value, after]) => `${key}=${value}${after}`),
)
const file = fc
  .tuple(fc.array(line), fc.constantFrom('\n', '\r\n'), fc.boolean(), fc.constantFrom('', '\uFEFF'))
  .map(([all, eol, ends, mark]) => mark + all.join(eol) + (ends && all.length > 0 ? eol : ''))

const read = (text: string) => parse(text.replace(/^\uFEFF/, ''))

describe('a setting put into .env', () => {
  it('is read back exactly by dotenv, and no other value changes', async () => {
    await fc.assert(
      fc.asyncProperty(file, token, async (text, value) => {
        fc.pre(isWritable(value))
        const next = await withSettings(text, { GOOGLE_API_KEY: value })
        expect(read(next)).toEqual({ ...read(text), GOOGLE_API_KEY: value })
      }),
      { numRuns: 500 },
    )
  })

  it('leaves every other line as it is, comments and line ends too', async () => {
    await fc.assert(
      fc.asyncProperty(file, token, async (text, value) => {
        // After a backslash the closing quote is none, so such a value may only fit behind everything else.
        fc.pre(isWritable(value) && !value.endsWith('\\'))
        const next = await withSettings(text, { GOOGLE_API_KEY: value })
        const isThere = 'GOOGLE_API_KEY' in read(text)
        const [before, after] = [text, next].map((all) => all.split(/(?<=\n)/))
        if (!isThere) {
          expect(next.startsWith(text)).toBe(true)
          return
        }
        expect(after).toHaveLength(before?.length ?? 0)
        const changed = before?.filter((one, index) => one !== after?.[index]) ?? []
        expect(changed.length).toBeLessThanOrEqual(1)
        for (const one of changed) expect(one).toMatch(/^\uFEFF?\s*(export )?GOOGLE_API_KEY\b/)
      }),
      { numRuns: 300 },
    )
  })

  it('in any text at all is read back, or refused', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), fc.string(), async (text, value) => {
        const next = await withSettings(text, { GOOGLE_API_KEY: value }).catch((error: unknown) => error)
        if (next instanceof CallError)
          expect(next.message).toBe('the value of GOOGLE_API_KEY cannot be written into .env')
        else expect(read(String(next))).toEqual({ ...read(text), GOOGLE_API_KEY: value })
      }),
      { numRuns: 500 },
    )
  })

  it.each([
    ['', 'PORT=80\n'],
    ['PORT=', 'PORT=80'],
    ['PORT=1 # web\nPORT=2 # again\n', 'PORT=1 # web\nPORT=80 # again\n'],
    ["export PORT='1'\nA=1\n", 'export PORT=80\nA=1\n'],
    ['# PORT=\n#PORT=1', '# PORT=\n#PORT=1\nPORT=80\n'],
    ['A="one\nPORT=3"\n', 'A="one\nPORT=3"\nPORT=80\n'],
    ['\uFEFFPORT=1\r\n', '\uFEFFPORT=80\r\n'],
  ])('%j becomes %j', async (text, next) => {
    expect(await withSettings(text, { PORT: '80' })).toBe(next)
  })

  it.each([
    ['abc+/=.:@', "'abc+/=.:@'"],
    ['with space', "'with space'"],
    ["it's", `"it's"`],
    ['a#b', "'a#b'"],
    ['', ''],
    ["'\\n`", "'\\n`"],
    ['a"b\\n', `'a"b\\n'`],
  ])('%j is written as %s', async (value, written) => {
    expect(await withSettings('', { PORT: value })).toBe(`PORT=${written}\n`)
  })
})
