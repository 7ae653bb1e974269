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
    ['a: 1\n---\nb: 2\n', 2, 'a second document begins here, and a file holds only one'],
    ['a: 1\n...\nb: 2\n', 3, 'a second document begins here, and a file holds only one'],
    ['a: 1\nb: *c\n', 2, 'there is no &c before *c; text that begins with * needs quotes'],
    ['a: 1\nb: *c\nc: &c 5\n', 2, 'there is no &c before *c; text that begins with * needs quotes'],
  ])('says what is wrong with %j in words for its author', (text, line, message) => {
    expect(parseYaml(text)).toMatchObject({ value: undefined, problems: [{ line, message }] })
  })

  it('knows on which lines a pattern stands in a text, unless the notation hides one', () => {
    const { linesIn } = parseYaml(
      'a: | # x\n  x\n\n  x x\nb: >\n  o\n  x\nc: "o\n  x"\nd: "\\u0078\n  x"\ne: &e x\nf: *e\ng: [o, x]\nh: 5\n',
    )
    const lines = (...path: (string | number)[]) => linesIn(path, /x/g)
    expect([lines('a'), lines('b'), lines('c'), lines('e'), lines('g', 1)]).toEqual([
      [2, 4, 4],
      [7],
      [9],
      [12],
      [14],
    ])
    expect([lines('d'), lines('f'), lines('g'), lines('h'), lines('nowhere')]).toEqual(
      Array(5).fill(undefined),
    )
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
