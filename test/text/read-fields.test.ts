import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { flag, listOf, text } from '../../src/text/format-parts.ts'
import { readFields, readItems } from '../../src/text/read-fields.ts'

const TABLE = { name: text, loud: v.optional(flag, false), words: v.optional(listOf(text)) }

describe('an object read field by field', () => {
  it('gives the values and the defaults of those that are absent', () => {
    expect(readFields(TABLE, { name: 'x' }, [])).toEqual({
      known: { name: 'x', loud: false, words: undefined },
      problems: [],
    })
  })

  it('tells every problem at its place, and gives what is right all the same', () => {
    const value = { loud: true, words: ['a', 1], wrods: [] }
    const { known, problems } = readFields(TABLE, value, ['list', 3])
    expect(known).toEqual({ loud: true })
    expect(problems).toEqual([
      { path: ['list', 3, 'wrods'], message: 'unknown key "wrods"; known here: name, loud, words' },
      { path: ['list', 3], message: '"name" is missing' },
      { path: ['list', 3, 'words', 1], message: 'must be text; put it in quotes' },
    ])
  })

  it('takes nothing from what every object has', () => {
    expect(readFields({ constructor: v.optional(text) }, {}, []).known).toEqual({ constructor: undefined })
  })
})

describe('a list or a map read item by item', () => {
  it('gives what is right with its index or name, and tells every problem at its place', () => {
    expect(readItems(text, ['a', 1, 'b'], ['list'])).toEqual({
      known: [
        [0, 'a'],
        [2, 'b'],
      ],
      problems: [{ path: ['list', 1], message: 'must be text; put it in quotes' }],
    })
    expect(readItems(text, { a: 1, b: 'x' }, ['map'])).toEqual({
      known: [['b', 'x']],
      problems: [{ path: ['map', 'a'], message: 'must be text; put it in quotes' }],
    })
  })
})
