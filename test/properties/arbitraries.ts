/** What strangers may send: texts and JSON made to break a parser, and right messages with one place of them gone wrong. */
import fc from 'fast-check'
import { hostileTexts } from '../reporters/hostile.ts'

/** Names that every object has already. */
export const PROTOTYPE_NAMES = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'valueOf',
]

/** Any text: lone surrogates, controls, escape sequences, names of prototypes, numbers that are none. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
  {
    weight: 2,
    arbitrary: fc.string({ unit: fc.nat(0xffff).map((unit) => String.fromCharCode(unit)), maxLength: 30 }),
  },
  { weight: 2, arbitrary: fc.constantFrom(...hostileTexts) },
  fc.constantFrom(
    ...PROTOTYPE_NAMES,
    '',
    ' ',
    '\0',
    '-1',
    '1e999',
    'NaN',
    '../../etc/passwd',
    '%00',
    ']]>',
    '<!--',
  ),
  fc
    .tuple(fc.constantFrom('x', '\\', '"', '{', '<', '&', ' '), fc.nat(5000))
    .map(([unit, times]) => unit.repeat(times)),
)

/** Any value that JSON can hold, with keys that an object has from its prototype. */
export const anyJson: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    anyText,
    fc.double().map((number) => (Number.isFinite(number) ? number : null)),
    fc.constantFrom(null, true, false, 0, -0, 1e308, Number.MAX_SAFE_INTEGER),
    fc.array(tie('value'), { maxLength: 4 }),
    fc
      .array(fc.tuple(fc.oneof(anyText, fc.constantFrom(...PROTOTYPE_NAMES)), tie('value')), { maxLength: 4 })
      .map(ownEntries),
  ),
})).value

/** `right` with a few of its places replaced by anything, removed, or joined by keys that nobody knows. */
export function spoiled(right: unknown): fc.Arbitrary<unknown> {
  const places = placesIn(right)
  const change = fc.record({
    place: fc.constantFrom(...places),
    how: fc.constantFrom('replace' as const, 'remove' as const, 'add' as const),
    key: fc.oneof(anyText, fc.constantFrom(...PROTOTYPE_NAMES)),
    value: anyJson,
  })
  return fc
    .array(change, { minLength: 0, maxLength: 3 })
    .map((changes) =>
      changes.reduce<unknown>(
        (value, { place, how, key, value: other }) => alter(value, place, { how, key, other }),
        right,
      ),
    )
}

/** A form as `URLSearchParams` gives it: no prototype's doing, any names. `right`: fields that it has, some of them spoiled. */
export function anyForm(right: Readonly<Record<string, string>>): fc.Arbitrary<Record<string, string>> {
  const spoiling = fc.array(fc.tuple(fc.oneof(fc.constantFrom(...Object.keys(right)), anyText), anyText), {
    maxLength: 4,
  })
  return spoiling.map((entries) => Object.fromEntries([...Object.entries(right), ...entries]))
}

/** Fails when something has been put where every object finds it. */
export function assertNoPollution(): void {
  for (const key in {}) throw new Error(`every object has a key now: ${key}`)
}

/** `text` as it comes out of the program: half a character is no character in UTF-8. */
export function asWritten(text: string): string {
  return Buffer.from(text).toString()
}

type Place = readonly (string | number)[]
type Change = { how: 'replace' | 'remove' | 'add'; key: string; other: unknown }

/** `JSON.parse` makes own properties of all names; so does this. */
function ownEntries(entries: readonly (readonly [string, unknown])[]): Record<string, unknown> {
  return Object.fromEntries(entries)
}

function placesIn(value: unknown): Place[] {
  if (typeof value !== 'object' || value === null) return [[]]
  return [
    [],
    ...Object.entries(value).flatMap(([key, inner]) => placesIn(inner).map((rest) => [key, ...rest])),
  ]
}

function alter(value: unknown, [first, ...rest]: Place, change: Change): unknown {
  const isInner = typeof value === 'object' && value !== null
  if (first === undefined) {
    if (change.how === 'add' && isInner && !Array.isArray(value))
      return ownEntries([...Object.entries(value), [change.key, change.other]])
    return change.how === 'remove' ? undefined : change.other
  }
  if (!isInner) return value
  if (Array.isArray(value))
    return value.map((item, i) => (String(i) === first ? alter(item, rest, change) : item))
  return ownEntries(
    Object.entries(value).flatMap(([key, inner]) => {
      const next = key === first ? alter(inner, rest, change) : inner
      return next === undefined ? [] : [[key, next] as const]
    }),
  )
}
