import { describe, expect, it } from 'vitest'
import { builtInDeclarations } from '../../src/call/conversation/built-in-tools.ts'
import { checkDeclaration, fitDeclaration } from '../../src/gemini/declaration.ts'

const check = (parameters: Record<string, unknown>, name = 'look_up') =>
  checkDeclaration({ name, description: 'Looks it up.', parameters }).map(
    ({ path, message }) => `${path.join('.')} ${message}`,
  )

describe('a declaration that the Live API takes', () => {
  it('has no problem, with every keyword that is documented', () => {
    const parameters = {
      type: 'object',
      title: 'Order',
      description: 'What is wanted.',
      properties: {
        day: { type: 'string', format: 'date', pattern: '^\\d', minLength: 1, maxLength: 10, default: 'x' },
        count: { type: ['integer', 'null'], minimum: 1, maximum: 9 },
        size: { enum: ['small', 'large', 3] },
        list: { type: 'array', items: { $ref: '#/$defs/item' }, minItems: 0, maxItems: 5 },
        pair: { type: 'array', prefixItems: [{ type: 'string' }, { type: 'boolean' }] },
        any: { anyOf: [{ type: 'string' }, { type: 'number' }] },
        one: { oneOf: [{ type: 'string' }] },
      },
      $defs: { item: { type: 'object', properties: {}, additionalProperties: { type: 'string' } } },
      required: ['day'],
      propertyOrdering: ['day', 'count'],
      additionalProperties: false,
    }
    expect(check(parameters)).toEqual([])
  })

  it('is each of our own', () => {
    const ours = builtInDeclarations({ transferTo: [{ name: 'Dana', number: '+12025550123' }] })
    expect(ours.flatMap(checkDeclaration)).toEqual([])
  })
})

describe('a declaration that the Live API refuses', () => {
  it.each<[string, Record<string, unknown>, string[]]>([
    ['no object', { type: 'array' }, ['parameters must be of type object']],
    ['no type at all', {}, ['parameters must be of type object']],
    [
      'a type of its own',
      { type: 'object', properties: { day: { type: 'date' } } },
      [expect.stringMatching(/^parameters\.properties\.day\.type must be one of: string, number/)],
    ],
    [
      'an empty enum',
      { type: 'object', properties: { day: { enum: [] } } },
      ['parameters.properties.day.enum must be a list of texts or numbers, and not empty'],
    ],
    [
      'a required name that is no property',
      { type: 'object', properties: { day: {} }, required: ['dya'] },
      ['parameters.required.0 must name properties, and there is no "dya"'],
    ],
    [
      'keywords that it does not know',
      { type: 'object', properties: { a: { const: 1 }, b: { items: { exclusiveMinimum: 1 } } } },
      [
        expect.stringMatching(/^parameters\.properties\.a\.const must not be there.*an enum with one value/),
        expect.stringMatching(/^parameters\.properties\.b\.items\.exclusiveMinimum must not be there/),
      ],
    ],
    [
      'what is no schema',
      { type: 'object', properties: { a: 'string', b: { anyOf: [] }, c: { items: [] } } },
      [
        'parameters.properties.a must be a schema, such as { type: string }',
        'parameters.properties.b.anyOf must be a list of schemas, and not empty',
        'parameters.properties.c.items must be a schema, such as { type: string }',
      ],
    ],
    [
      'values of the wrong kind',
      { type: 'object', description: 5, minItems: -1, maximum: 'x', required: 'day', properties: [] },
      [
        'parameters.description must be text; put it in quotes',
        'parameters.minItems must be a whole number',
        'parameters.maximum must be a number',
        'parameters.required must be a list of names',
        'parameters.properties must have names with schemas',
      ],
    ],
    [
      'references that lead nowhere',
      {
        type: 'object',
        properties: {
          a: { $ref: '#/$defs/nope' },
          b: { $ref: '#/properties/a' },
          c: { $ref: 'other.json' },
          d: { $ref: '#/$defs/inner', $defs: { inner: { type: 'string' } } },
          e: { $ref: '#/$defs/outer' },
          f: { $ref: '#' },
        },
        $defs: { outer: { type: 'string' } },
      },
      ['a', 'b', 'c', 'd'].map(
        (name) =>
          `parameters.properties.${name}.$ref must lead to one of the $defs of parameters, as #/$defs/<name>, or to #`,
      ),
    ],
    [
      'a list of unknown items',
      { type: 'object', properties: { a: { type: 'array' }, b: { items: { type: ['array', 'null'] } } } },
      ['a', 'b.items'].map(
        (place) =>
          `parameters.properties.${place} must say what is in the list, such as items: { type: string }`,
      ),
    ],
    [
      'a pattern that is none',
      { type: 'object', properties: { a: { pattern: '(' }, b: { pattern: '[a-z]+' }, c: { pattern: 5 } } },
      [
        'parameters.properties.a.pattern must be a regular expression',
        'parameters.properties.c.pattern must be text; put it in quotes',
      ],
    ],
  ])('%s', (_, parameters, problems) => {
    expect(check(parameters)).toEqual(problems)
  })

  it('one that is nested deeper than ten schemas', () => {
    const nested = (levels: number): Record<string, unknown> =>
      levels === 1 ? { type: 'object' } : { type: 'object', properties: { a: nested(levels - 1) } }
    expect(check(nested(10))).toEqual([])
    expect(check(nested(11))).toEqual([expect.stringMatching(/must not be nested deeper than 10 schemas$/)])
  })

  it.each(['', '9x', 'with space', 'x'.repeat(129)])('the name %j', (name) => {
    expect(check({ type: 'object' }, name)).toEqual([expect.stringMatching(/^name must begin with a letter/)])
  })

  it.each(['a', '_x', 'ns:tool.v-2', 'x'.repeat(128)])('but not the name %j', (name) => {
    expect(check({ type: 'object' }, name)).toEqual([])
  })
})

describe('a declaration of somebody else', () => {
  it('is told without the keywords that the Live API does not know, however deep they stand', () => {
    const parameters = {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      unevaluatedProperties: false,
      properties: {
        day: { type: 'string', contentEncoding: 'utf-8' },
        title: { anyOf: [{ type: 'string', $comment: 'x' }, { type: 'null' }] },
      },
      required: ['day'],
    }
    const { parameters: fit } = fitDeclaration({ name: 'f', description: '', parameters })
    expect(fit).toEqual({
      type: 'object',
      properties: { day: { type: 'string' }, title: { anyOf: [{ type: 'string' }, { type: 'null' }] } },
      required: ['day'],
    })
    expect(checkDeclaration({ name: 'f', description: '', parameters: fit })).toEqual([])
  })

  it('is told in the words of today', () => {
    const parameters = {
      type: 'object',
      properties: { kind: { const: 'table' }, sure: { const: true }, when: { $ref: '#/definitions/day' } },
      definitions: { day: { type: 'string', const: 'today' } },
    }
    const fit = fitDeclaration({ name: 'f', description: '', parameters })
    expect(fit.parameters).toEqual({
      type: 'object',
      properties: { kind: { enum: ['table'] }, sure: {}, when: { $ref: '#/$defs/day' } },
      $defs: { day: { type: 'string', enum: ['today'] } },
    })
    expect(checkDeclaration(fit)).toEqual([])
  })

  it('is told with lists of anything where the items are not said, and without patterns of another language', () => {
    const parameters = {
      type: 'object',
      properties: { list: { type: 'array' }, name: { type: 'string', pattern: '(?P<first>\\w+)' } },
    }
    const fit = fitDeclaration({ name: 'f', description: '', parameters })
    expect(fit.parameters.properties).toEqual({
      list: { type: 'array', items: {} },
      name: { type: 'string' },
    })
    expect(checkDeclaration(fit)).toEqual([])
  })
})
