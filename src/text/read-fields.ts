/** An object read field by field, and a list or map item by item, so that one wrong value hides nothing of the others. */
import * as v from 'valibot'
import { type FormatProblem, problemOf } from './format-parts.ts'
import type { Path } from './yaml-lines.ts'

/** What each key must be; one that may be absent is `v.optional`. */
export type FieldTable = Record<string, v.GenericSchema<unknown, unknown>>

/** The values of those fields that are right. */
export type Fields<T extends FieldTable> = { [Key in keyof T]?: v.InferOutput<T[Key]> }

/** Reads `value`, which stands at `path`. Unknown, missing and wrong keys are problems; what is right is returned all the same. */
export function readFields<T extends FieldTable>(
  table: T,
  value: Readonly<Record<string, unknown>>,
  path: Path,
): { known: Fields<T>; problems: FormatProblem[] } {
  const problems: FormatProblem[] = []
  const names = Object.keys(table).join(', ')
  for (const key of Object.keys(value))
    if (!Object.hasOwn(table, key))
      problems.push({ path: [...path, key], message: `unknown key "${key}"; known here: ${names}` })
  const known: Record<string, unknown> = {}
  for (const [key, schema] of Object.entries(table)) {
    const field = Object.hasOwn(value, key) ? value[key] : undefined
    const result = v.safeParse(schema, field)
    if (result.success) known[key] = result.output
    else if (field === undefined) problems.push({ path: [...path], message: `"${key}" is missing` })
    else
      for (const { path: below, message } of result.issues.map(problemOf))
        problems.push({ path: [...path, key, ...below], message })
  }
  // Each value has just passed the schema of its key.
  return { known: known as Fields<T>, problems }
}

/** Reads each item of a list, or each value of a map, which stands at `path`; those that are right come with their index or name. */
export function readItems<T>(
  schema: v.GenericSchema<unknown, T>,
  items: readonly unknown[] | Readonly<Record<string, unknown>>,
  path: Path,
): { known: [key: string | number, value: T][]; problems: FormatProblem[] } {
  const known: [string | number, T][] = []
  const problems: FormatProblem[] = []
  for (const [key, item] of isList(items) ? items.entries() : Object.entries(items)) {
    const result = v.safeParse(schema, item)
    if (result.success) known.push([key, result.output])
    else
      for (const { path: below, message } of result.issues.map(problemOf))
        problems.push({ path: [...path, key, ...below], message })
  }
  return { known, problems }
}

/** `Array.isArray` does not tell a read-only list from a map. */
function isList(items: readonly unknown[] | Readonly<Record<string, unknown>>): items is readonly unknown[] {
  return Array.isArray(items)
}
