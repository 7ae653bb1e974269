/** Durations in scenario files. */
import * as v from 'valibot'

/** `600ms` or `2s`, as milliseconds. */
export const duration = v.pipe(
  v.string('must be a duration such as 600ms or 2s'),
  v.regex(/^\d+(\.\d+)?(ms|s)$/, 'must be a duration such as 600ms or 2s'),
  v.transform((value) => Math.round(Number.parseFloat(value) * (value.endsWith('ms') ? 1 : 1000))),
)
