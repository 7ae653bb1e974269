/** The pieces that file formats for people are made of, with complaints for the author of a file. */
import * as v from 'valibot'

type Entries = Record<string, v.GenericSchema<unknown, unknown>>

/** An object with these keys only; says which are known. */
export function fields<T extends Entries>(entries: T) {
  const known = Object.keys(entries).join(', ')
  const keysNeeded = `must have keys and values: ${known}`
  const object = v.strictObject(entries, (issue) => {
    if (issue.expected === 'never') return `unknown key ${issue.received}; known here: ${known}`
    const missing = issue.received === 'undefined' && issue.expected !== 'Object'
    return missing ? `${issue.expected} is missing` : keysNeeded
  })
  const list = v.never(keysNeeded) // Valibot would take a list for an object with numbers as keys.
  return v.lazy((input) => (Array.isArray(input) ? list : object))
}

/** Words. */
export const text = v.string('must be text; put it in quotes')

/** Yes or no. */
export const flag = v.boolean('must be true or false')

/** A whole number from `least` to `most`. */
export function whole(least: number, most: number) {
  const message = `must be a whole number from ${least} to ${most}`
  return v.pipe(v.number(message), v.integer(message), v.minValue(least, message), v.maxValue(most, message))
}

/** One of these words. */
export function oneOf<const T extends readonly string[]>(...words: T) {
  return v.picklist(words, `must be one of: ${words.join(', ')}`)
}

/** A list of such items. */
export function listOf<const T extends v.GenericSchema<unknown, unknown>>(item: T) {
  return v.array(item, 'must be a list')
}

/** Names that the author chooses, with such values. */
export function mapOf<const T extends v.GenericSchema<unknown, unknown>>(value: T, message: string) {
  const map = v.record(v.string(), value, message)
  const list = v.never(message) // Valibot would take a list for a map with numbers as names.
  return v.lazy((input) => (Array.isArray(input) ? list : map))
}

/** A problem with the place where it is. `message` follows the name of its field when it begins with "must"; else it says all. */
export type FormatProblem = { path: (string | number)[]; message: string }

/** A complaint of one of these pieces. */
export function problemOf(issue: v.BaseIssue<unknown>): FormatProblem {
  const path = (issue.path ?? []).map(({ key }) => (typeof key === 'number' ? key : String(key)))
  return { path, message: issue.message }
}
