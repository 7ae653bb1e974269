/** The topics live from the tables of the code: here these are held against the code, and the README against them. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { EXIT_CODES } from '../../src/cli/exit-code.ts'
import { layOut, VERBATIM_COLUMNS } from '../../src/cli/help/blocks.ts'
import { EVENTS } from '../../src/cli/help/events.ts'
import { EXIT_CODE_MEANINGS } from '../../src/cli/help/exit-codes.ts'
import { TOPICS } from '../../src/cli/help/topics.ts'
import { parseScript } from '../../src/config/script/parse-script.ts'
import { HTTP, SCRIPT, SERVER, TOOL } from '../../src/config/script/script-format.ts'
import { SCRIPT_SAMPLE } from '../../src/config/script/script-sample.ts'
import { SETTING_NAMES, SETTINGS } from '../../src/config/settings.ts'
import { checkDeclaration } from '../../src/gemini/declaration.ts'

const README = readFileSync(resolve(import.meta.dirname, '../../README.md'), 'utf8')

const shown = async (name: keyof typeof TOPICS) => layOut(await TOPICS[name].load(), 80)
const onOneLine = (text: string) => text.replace(/\s+/g, ' ')
const readmeRow = (first: string) =>
  README.split('\n').find((line) => line.startsWith('|') && line.split('|')[1]?.includes(`\`${first}\``)) ??
  ''

describe('help exit-codes', () => {
  it('tells every code with every reason', async () => {
    const text = onOneLine(await shown('exit-codes'))
    for (const [code, meaning] of Object.entries(EXIT_CODE_MEANINGS)) {
      const reasons = Object.entries(EXIT_CODES).filter(([, its]) => its === Number(code))
      expect(reasons.length).toBeGreaterThan(0)
      expect(text).toContain(` ${code} ${meaning} [${reasons.map(([reason]) => reason).join(', ')}]`)
    }
  })

  it('says what the README says', () => {
    const signals = new Set(['129', '130', '143'])
    for (const [code, meaning] of Object.entries(EXIT_CODE_MEANINGS))
      if (!signals.has(code)) expect(README).toContain(`| ${code} | ${meaning} |`)
  })
})

describe('help settings', () => {
  it('tells every setting, and where to get it or what holds without it', async () => {
    const text = onOneLine(await shown('settings'))
    for (const name of SETTING_NAMES) {
      expect(text).toContain(` ${name} ${SETTINGS[name].purpose}`)
      expect(text).toContain(SETTINGS[name].without)
    }
  })

  it('says first which of them a call needs', async () => {
    const [needed = ''] = (await shown('settings')).split('These may be set:')
    expect(needed.match(/^ {2}[A-Z_]+$/gm)?.map((name) => name.trim())).toEqual([
      'TWILIO_ACCOUNT_SID',
      'TWILIO_AUTH_TOKEN',
      'TWILIO_PHONE_NUMBER',
      'GOOGLE_API_KEY',
      'NGROK_AUTHTOKEN',
    ])
  })
})

describe('help scripts', () => {
  const read = (text: string) =>
    parseScript('sample.yaml', text, {
      values: new Map([['guest', 'Dana']]),
      lookUp: () => 'token',
      checkDeclaration,
    })

  it('shows a script that is right', () => {
    const { script, problems, missing } = read(SCRIPT_SAMPLE)
    expect({ problems, missing }).toEqual({ problems: [], missing: [] })
    expect(script.prompt).toContain('Dana, by the window')
    expect(script.tools).toMatchObject({
      http: [{ name: 'free_tables' }],
      mcp: [{ name: 'calendar' }, { name: 'library' }],
    })
    expect(read(SCRIPT_SAMPLE.replace('voice:', 'vioce:')).problems).toHaveLength(1)
  })

  it('shows every key that there is', () => {
    const keys = [SCRIPT, TOOL, HTTP, SERVER].flatMap((table) => Object.keys(table))
    expect(keys.length).toBeGreaterThan(30)
    for (const key of keys) expect(SCRIPT_SAMPLE).toMatch(new RegExp(`^[ -]*${key}:`, 'm'))
  })

  it('fits into 80 columns', () => {
    expect(SCRIPT_SAMPLE.split('\n').filter((line) => line.length > VERBATIM_COLUMNS)).toEqual([])
  })
})

describe('help events', () => {
  it('tells every event with every field', async () => {
    const text = await shown('events')
    for (const [type, { fields }] of Object.entries(EVENTS)) {
      expect(text).toContain(`\n  ${type}\n`)
      for (const field of Object.keys(fields)) expect(text).toMatch(new RegExp(`^ {6}${field} `, 'm'))
    }
  })

  it('tells the fields that the README tells, and the README those', () => {
    const known = Object.values(EVENTS).flatMap(({ fields }) => Object.keys(fields))
    for (const [type, { fields }] of Object.entries(EVENTS)) {
      const row = readmeRow(type)
      expect(row, type).not.toBe('')
      // The README sums up the counts of tokens.
      if (type !== 'usage')
        for (const field of Object.keys(fields)) expect(row, type).toContain(`\`${field}\``)
      const told = [...(row.split('|')[2] ?? '').matchAll(/`([a-z]+(?:[A-Z]\w*)?)`/g)].map(
        (match) => match[1] ?? '',
      )
      for (const name of told) if (/[A-Z]/.test(name)) expect(known, `${type}: ${name}`).toContain(name)
    }
  })
})

describe('the layout of help', () => {
  it('wraps to the terminal, but to no less than 40 columns and no more than 100', () => {
    const text = 'word '.repeat(60).trim()
    const blocks = [
      { type: 'text', text },
      { type: 'list', rows: [{ term: 'term', text }] },
      { type: 'entry', term: 'TERM', text, rows: [{ term: 'part', text }] },
    ] as const
    for (const [columns, most] of [
      [1, 40],
      [40, 40],
      [66, 66],
      [500, 100],
    ] as const) {
      const widths = layOut(blocks, columns)
        .split('\n')
        .map((line) => line.length)
      expect(Math.max(...widths)).toBeLessThanOrEqual(most)
      expect(Math.max(...widths)).toBeGreaterThan(most - 5)
    }
  })

  it('keeps a word that is longer than a line whole', () => {
    const url = `https://example.com/${'x'.repeat(90)}`
    expect(layOut([{ type: 'text', text: `see ${url} there` }], 60)).toBe(`see\n${url}\nthere\n`)
  })
})
