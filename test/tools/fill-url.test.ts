import { describe, expect, it } from 'vitest'
import { addToQuery, fillUrl } from '../../src/tools/fill-url.ts'

const BOOK = 'https://api.example.com/v1/{day}/tables?seats={seats}'
const urlOf = (template: string, args: Record<string, unknown>) => {
  const filled = fillUrl(template, args)
  return 'url' in filled ? filled.url.href : filled.error
}

describe('a URL with placeholders', () => {
  it('takes arguments into path and query and says which are left', () => {
    const filled = fillUrl(BOOK, { day: 'monday', seats: 4, name: 'Dana' })
    expect(filled).toEqual({
      url: new URL('https://api.example.com/v1/monday/tables?seats=4'),
      rest: { name: 'Dana' },
    })
  })

  it('encodes everything that means something in a URL', () => {
    expect(urlOf(BOOK, { day: 'a/b?c#d&e%2f{seats}', seats: '1&admin=true#x' })).toBe(
      'https://api.example.com/v1/a%2Fb%3Fc%23d%26e%252f%7Bseats%7D/tables?seats=1%26admin%3Dtrue%23x',
    )
  })

  it('takes a text that is no good Unicode', () => {
    expect(urlOf(BOOK, { day: 'mon\ud800day', seats: 1 })).toBe(
      'https://api.example.com/v1/mon%EF%BF%BDday/tables?seats=1',
    )
  })

  it.each<[what: string, args: Record<string, unknown>, missing: string]>([
    ['are missing', {}, 'day, seats'],
    ['are null', { day: null, seats: 2 }, 'day'],
    ['are no single values', { day: ['monday'], seats: { min: 2 } }, 'day, seats'],
    ['are no numbers', { day: 'monday', seats: Number.NaN }, 'seats'],
    ['are empty in a path', { day: '', seats: 2 }, 'day'],
    ['are only inherited', { day: 'monday', seat: 2 }, 'seats'],
  ])('names the arguments that %s', (_what, args, missing) => {
    expect(urlOf(BOOK, args)).toBe(`These arguments must be given as text or numbers: ${missing}.`)
  })

  it.each(['.', '..', '../admin', 'a/../../admin', '..\\admin', './x'])(
    'refuses an argument that leads to another path: %s',
    (day) => {
      expect(urlOf(BOOK, { day, seats: 1 })).toBe('These arguments must not be, or contain, a path: day.')
    },
  )

  it('refuses arguments that lead elsewhere only together', () => {
    expect(urlOf('https://example.com/a/{x}{y}/b', { x: '.', y: '.' })).toMatch(
      /must not be, or contain, a path: x, y/,
    )
    expect(urlOf('https://example.com/a/%2e{x}', { x: '.' })).toMatch(/must not be/)
  })

  it('lets dots be where they lead nowhere', () => {
    expect(urlOf('https://example.com/files/{name}.json?q={q}', { name: 'v1..2', q: '../x' })).toBe(
      'https://example.com/files/v1..2.json?q=..%2Fx',
    )
  })

  it.each(['https://{host}/x', 'https://example.com{host}/x', 'https://example.com:{host}/x'])(
    'never lets an argument into the origin: %s',
    (template) => {
      let url = 'none'
      try {
        url = urlOf(template, { host: '.evil.example' })
      } catch {
        // No URL at all is as good.
      }
      expect(url).not.toContain('evil')
    },
  )

  it('adds what is left to the query, lists as repeated names', () => {
    const url = new URL('https://example.com/x?key=a%20b')
    expect(addToQuery(url, { tag: ['a', 'b c'], n: 1, none: null, deep: { a: 1 } }).href).toBe(
      'https://example.com/x?key=a%20b&tag=a&tag=b+c&n=1&deep=%7B%22a%22%3A1%7D',
    )
  })

  it('never says again in the query what the template says', () => {
    const url = new URL('https://example.com/x?key=secret')
    expect(addToQuery(url, { key: 'mine', n: 1 }).href).toBe('https://example.com/x?key=secret&n=1')
  })
})
