import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkDeclaration, fitDeclaration } from '../../src/gemini/declaration.ts'
import { isPrivateAddress } from '../../src/text/private-address.ts'
import { boundOutput } from '../../src/tools/bound-output.ts'
import { cleanWords, createRedactor } from '../../src/tools/clean-words.ts'
import { addToQuery, fillUrl } from '../../src/tools/fill-url.ts'
import { toToolResult } from '../../src/tools/mcp-result.ts'
import { toolName } from '../../src/tools/mcp-tools.ts'
import { forbiddenIn } from '../reporters/hostile.ts'
import { anyJson, anyText, assertNoPollution, PROTOTYPE_NAMES } from './arbitraries.ts'

const MOST_JSON = 16 * 1024 + 256
const anyArgs = fc.dictionary(fc.oneof(fc.constantFrom('a', 'b', ...PROTOTYPE_NAMES), anyText), anyJson, {
  maxKeys: 5,
})
const anySegment = fc.constantFrom('tables', '{a}', 'x{a}y', '{a}{b}', '{b}', '{constructor}')

describe('the address of a request, whatever the model gives for it', () => {
  it('stays on its server and in its place: no argument adds a segment, a key or a fragment', () => {
    fc.assert(
      fc.property(fc.array(anySegment, { minLength: 1, maxLength: 4 }), anyArgs, (segments, args) => {
        const template = `https://api.example.com:8443/${segments.join('/')}?day={b}&fixed=1`
        const filled = fillUrl(template, args)
        assertNoPollution()
        if ('error' in filled) {
          expect(forbiddenIn(filled.error)).toEqual([])
          return
        }
        const { url, rest } = filled
        expect(url.origin).toBe('https://api.example.com:8443')
        expect(`${url.username}${url.password}${url.hash}`).toBe('')
        expect(url.pathname.split('/')).toHaveLength(segments.length + 1)
        expect([...url.searchParams.keys()]).toEqual(['day', 'fixed'])
        if (typeof args.b === 'string')
          expect(url.searchParams.get('day')).toBe(args.b.replace(/\p{Cs}/gu, '\uFFFD'))
        for (const name of Object.keys(rest)) expect(Object.hasOwn(args, name)).toBe(true)

        const longer = addToQuery(url, rest)
        expect(longer.pathname).toBe(url.pathname)
        expect(longer.searchParams.getAll('fixed')).toEqual(['1'])
        expect(longer.origin).toBe(url.origin)
      }),
      { numRuns: 800 },
    )
  })

  it('is private or public whatever it is written like, and private when nobody can say', () => {
    const anyAddress = fc.oneof(anyText, fc.ipV4(), fc.ipV4Extended(), fc.ipV6())
    fc.assert(
      fc.property(anyAddress, (address) => {
        expect(typeof isPrivateAddress(address)).toBe('boolean')
        if (!/^[0-9a-f.:]+$/i.test(address)) expect(isPrivateAddress(address)).toBe(true)
      }),
      { numRuns: 500 },
    )
    fc.assert(
      fc.property(
        fc.constantFrom('10', '127', '0', '169.254'),
        fc.nat(255),
        fc.nat(255),
        fc.nat(255),
        (net, a, b, c) => {
          const address = net.includes('.') ? `${net}.${a}.${b}` : `${net}.${a}.${b}.${c}`
          expect([isPrivateAddress(address), isPrivateAddress(`::ffff:${address}`)]).toEqual([true, true])
        },
      ),
    )
  })
})

describe('what a function brings, whatever it is', () => {
  const anyBig = fc.oneof(
    anyJson,
    fc.nat(200_000).map((length) => '\u0001'.repeat(length)),
    fc.integer({ min: 1, max: 3000 }).map((depth) => JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`)),
    fc.nat(30_000).map((length) => Array.from({ length }, (_, i) => i)),
  )

  it('is bounded in size and depth, and says something', () => {
    fc.assert(
      fc.property(anyBig, (value) => {
        const json = JSON.stringify(boundOutput(value))
        expect(json.length).toBeGreaterThan(0)
        expect(json.length).toBeLessThanOrEqual(MOST_JSON)
        expect(JSON.parse(json)).not.toBeNull()
      }),
      { numRuns: 300 },
    )
  })

  it('from an MCP server becomes a result in bounds, its secrets taken out of errors', () => {
    const anyContent = fc.oneof(
      anyText.map((text) => ({ type: 'text' as const, text })),
      anyText.map((uri) => ({ type: 'resource_link' as const, uri, name: 'x' })),
      anyText.map((data) => ({ type: 'image' as const, data, mimeType: 'image/png' })),
      anyText.map((text) => ({ type: 'resource' as const, resource: { uri: 'x', text } })),
    )
    const redact = createRedactor(['Bearer top-secret-token'])
    fc.assert(
      fc.property(
        fc.array(anyContent, { maxLength: 5 }),
        fc.boolean(),
        anyText,
        (content, isError, around) => {
          const spoken = [...content, { type: 'text' as const, text: `${around}top-secret-token${around}` }]
          const result = toToolResult({ content: spoken, isError }, redact)
          expect(JSON.stringify(result).length).toBeLessThanOrEqual(MOST_JSON)
          if (!('error' in result)) return
          expect(isError).toBe(true)
          expect(result.error).not.toContain('top-secret-token')
          expect([...result.error].length).toBeLessThanOrEqual(300)
          expect(forbiddenIn(result.error)).toEqual([])
        },
      ),
      { numRuns: 400 },
    )
  })

  it('in words is one short line that cannot steer anything', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 1, max: 400 }), (text, most) => {
        const words = cleanWords(text, most)
        expect(forbiddenIn(words)).toEqual([])
        expect(words).not.toContain('\n')
        expect([...words].length).toBeLessThanOrEqual(most)
      }),
      { numRuns: 400 },
    )
  })
})

describe('a function that a server offers, whatever it is called', () => {
  it('has a name that the model takes', () => {
    fc.assert(
      fc.property(anyText, anyText, (server, tool) => {
        expect(toolName(server, tool)).toMatch(/^[A-Za-z_][\w.:-]{0,63}$/)
      }),
      { numRuns: 400 },
    )
  })

  it('has parameters that can be judged, and that hold no unknown keyword once they are fitted', () => {
    const anySchema = fc.dictionary(
      fc.oneof(
        fc.constantFrom(
          'type',
          'properties',
          'items',
          'anyOf',
          'required',
          'enum',
          '$ref',
          '$schema',
          ...PROTOTYPE_NAMES,
        ),
        anyText,
      ),
      anyJson,
      { maxKeys: 6 },
    )
    fc.assert(
      fc.property(anyText, anySchema, (name, parameters) => {
        const tool = { name, description: 'x', parameters }
        expect(checkDeclaration(tool).length).toBeGreaterThanOrEqual(name === '' ? 1 : 0)
        const fitted = fitDeclaration(tool)
        const unknown = checkDeclaration(fitted).filter(({ message }) => message.includes('does not know it'))
        expect(unknown).toEqual([])
        assertNoPollution()
      }),
      { numRuns: 400 },
    )
  })
})
