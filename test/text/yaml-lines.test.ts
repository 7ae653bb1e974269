import { describe, expect, it } from 'vitest'
import { parseYaml } from '../../src/text/yaml-lines.ts'

describe('YAML with its lines', () => {
  it('is a value that knows on which line every key and item stands', () => {
    const { value, problems, lineOf } = parseYaml('a: 1\nlist:\n  - x\n  - { b: 2 }\n')
    expect({ value, problems }).toEqual({ value: { a: 1, list: ['x', { b: 2 }] }, problems: [] })
    expect([['a'], ['list'], ['list', 1], ['list', 1, 'b'], ['nowhere'], []].map(lineOf)).toEqual([
      1, 2, 4, 4, 1, 1,
    ])
  })

  it('tells a fault of the notation with its line', () => {
    expect(parseYaml('a: 1\na: 2\n')).toMatchObject({
      value: undefined,
      problems: [{ line: 2, message: 'map keys must be unique' }],
    })
  })

  it.each([
    [
      'aliases of aliases',
      `a: &a [x]\n${'bcdefgh'.replace(/./g, (k, i) => `${k}: &${k} [${`*${'abcdefgh'[i]},`.repeat(9)}]\n`)}`,
    ],
    ['brackets without end', '['.repeat(50_000)],
    ['maps without end', '{a: '.repeat(20_000)],
  ])('does not follow %s', (_, text) => {
    const { value, problems } = parseYaml(text)
    expect(value).toBeUndefined()
    expect(problems[0]).toMatchObject({ line: expect.any(Number), message: expect.any(String) })
  })
})
