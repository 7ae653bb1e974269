/** The pieces of the scenario format that all of it is made of, with complaints for the author of a file. */
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

/** `600ms` or `2s`, as milliseconds. */
export const duration = v.pipe(
  v.string('must be a duration such as 600ms or 2s'),
  v.regex(/^\d+(\.\d+)?(ms|s)$/, 'must be a duration such as 600ms or 2s'),
  v.transform((value) => Math.round(Number.parseFloat(value) * (value.endsWith('ms') ? 1 : 1000))),
)

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
