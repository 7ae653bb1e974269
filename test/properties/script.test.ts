import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { scriptLines } from '../../src/config/script/script-lines.ts'
import { checkDeclaration } from '../../src/gemini/declaration.ts'
import { parseYaml } from '../../src/text/yaml-lines.ts'
import { readText } from '../config/script/script-text.ts'
import { forbiddenIn } from '../reporters/hostile.ts'
import { anyJson, anyText, assertNoPollution, asWritten, spoiled } from './arbitraries.ts'

const RIGHT = {
  description: 'Books a table.',
  prompt: 'You book a table for {{guest}}.',
  greeting: 'Hello.',
  max_duration: '4m',
  max_turns: 20,
  digits: 'ww1',
  detect_machine: true,
  transfer_to: { Dana: '+12025550123' },
  farewell_phrases: ['See you'],
  variables: { guest: null, table: 'by the window' },
  tools: [
    {
      name: 'free_tables',
      description: 'Says which tables are free.',
      parameters: { type: 'object', properties: { day: { type: 'string' } } },
      http: { url: 'https://api.example.com/{day}/tables', headers: { Authorization: 'Bearer $TOKEN' } },
    },
  ],
  mcp_servers: {
    calendar: { command: 'npx', args: ['x'], env: ['TOKEN'] },
    lib: { url: 'https://mcp.example.com/mcp' },
  },
}
const MOST_LINES_PER_CHARACTER = 2

/** Reads it and judges what everybody may expect: nothing thrown, no prototype changed, complaints that are few, short and harmless. */
function judge(text: string, file = 'test.yaml') {
  const reading = readText(text, { file, environment: { TOKEN: 'secret-value-1' }, checkDeclaration })
  assertNoPollution()
  const lines = scriptLines(file, reading.problems)
  expect(lines.length).toBeLessThanOrEqual(20 + MOST_LINES_PER_CHARACTER * text.length)
  expect(forbiddenIn(asWritten(lines.join('')))).toEqual([])
  expect(lines.filter((line) => line.includes('\n') || line.includes('secret-value-1'))).toEqual([])
  return reading
}

describe('a script, whatever is in it', () => {
  it('as any text is a script or a list of complaints', () => {
    fc.assert(
      fc.property(
        fc.array(anyText, { maxLength: 4 }),
        fc.constantFrom('test.yaml', 'test.md'),
        (pieces, file) => {
          judge(pieces.join('\n'), file)
          judge(`---\n${pieces.join('\n')}\n---\nYou are kind.`, file)
        },
      ),
      { numRuns: 150 },
    )
  })

  it('as a right one with places gone wrong loses only what is wrong', () => {
    fc.assert(
      fc.property(spoiled(RIGHT), (tree) => {
        // Spelt by the library that reads it, but read by its text alone.
        const { script, problems } = judge(typeof tree === 'string' ? tree : stringify(tree ?? null))
        for (const { url, timeoutMs, maxResponseBytes } of script.tools.http) {
          expect(url).toMatch(/^https:\/\//)
          expect(timeoutMs >= 1000 && timeoutMs <= 60_000 && maxResponseBytes <= 1024 * 1024).toBe(true)
        }
        if (problems.length === 0) expect(typeof tree).toBe('object')
      }),
      { numRuns: 200 },
    )
  })

  it('as JSON with any keys is read as JSON is', () => {
    fc.assert(
      fc.property(anyJson, (value) => {
        judge(JSON.stringify(value))
        const { value: read, problems } = parseYaml(JSON.stringify(value))
        if (problems.length === 0) expect(JSON.stringify(read)).toBe(JSON.stringify(value))
      }),
      { numRuns: 200 },
    )
  })

  it('has its variables filled in once: no value is looked at again', () => {
    const anyValue = fc.oneof(
      anyText,
      fc.constantFrom('{{guest}}', '{{secret}}', '$TOKEN', `$${'{TOKEN}'}`, '{day}'),
    )
    fc.assert(
      fc.property(anyValue, (value) => {
        const { script } = readText('prompt: "Ask {{guest}}."', {
          vars: { guest: value },
          environment: { TOKEN: 'secret-value-1' },
        })
        expect(script.prompt).toBe(`Ask ${value}.`)
      }),
      { numRuns: 200 },
    )
  })
})

describe('a script that is made to grow', () => {
  const lists = 'abcdefghij'
  const laughs = [...lists].map(
    (name, i) => `${name}: &${name} [${Array(9).fill(i === 0 ? 'lol' : `*${lists[i - 1]}`)}]`,
  )

  it.each([
    ['by aliases of aliases', laughs.join('\n')],
    ['by aliases in a prompt', `prompt: x\nvariables:\n  ${laughs.join('\n  ')}`],
    ['by merged maps', `a: &a {x: 1}\nb: &b {<<: *a, y: *a}\n${'c: {<<: [*a, *b]}\n'.repeat(1)}`],
    ['into itself', 'a: &a\n  b: *a\nprompt: x'],
    ['into depth, in lists', '['.repeat(50_000)],
    ['into depth, in maps', '{a: '.repeat(20_000)],
    ['into depth, closed', `prompt: ${'['.repeat(3000)}${']'.repeat(3000)}`],
    ['into depth, by lines', Array.from({ length: 400 }, (_, i) => `${' '.repeat(i)}a:`).join('\n')],
    ['by a giant key', `${'k'.repeat(150_000)}: 1`],
    ['by giant words', `prompt: ${'w'.repeat(190_000)}`],
    ['by many keys', Array.from({ length: 5000 }, (_, i) => `k${i}: 1`).join('\n')],
    ['by many references', `prompt: "${'{{a}}'.repeat(30_000)}"`],
    ['by many references without an end', `prompt: "${'{{'.repeat(60_000)}"`],
    ['by tags', '!!js/function "return 1"\n'.repeat(200)],
    ['by a number with a thousand digits', `max_turns: ${'9'.repeat(1000)}`],
  ])('%s is refused or read in bounded time and space', (_how, text) => {
    const before = performance.now()
    const { script, problems } = judge(text)
    expect(performance.now() - before).toBeLessThan(5000)
    expect(JSON.stringify([script, problems]).length).toBeLessThan(4_000_000)
  })
})
