/** What a note says and how it stands in its file: JSON, judged field by field, because anybody may have written it. Pure. */
import * as v from 'valibot'
import type { RunIdentity } from './run-identity.ts'

/** One call of one run. */
export type Entry = {
  /** The note's own name: 16 hex digits. */
  id: string
  /** E.164. */
  to: string
  from: string
  accountSid: string
  /** Null until the carrier has told it. */
  callSid: string | null
  startedAt: Date
  /** The latest moment at which the carrier itself has ended the call. */
  endsBy: Date
  run: RunIdentity
}

/** The name of a note's file. */
export const ENTRY_FILE = /^([0-9a-f]{16})\.json$/

/** No note is longer, in bytes. */
export const MAX_ENTRY_BYTES = 4096

const e164 = v.pipe(v.string(), v.regex(/^\+[1-9]\d{6,14}$/))
/** Of no carrier's form in particular, and nothing that could leave a URL path or a file name. */
const sid = v.pipe(v.string(), v.regex(/^\w{1,64}$/))
const instant = v.pipe(
  v.string(),
  v.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
  v.transform((text) => new Date(text)),
  v.check((date) => !Number.isNaN(date.getTime())),
)
const word = v.pipe(v.string(), v.maxLength(255))

const NOTE = v.object({
  version: v.literal(1),
  to: e164,
  from: e164,
  accountSid: sid,
  callSid: v.nullable(sid),
  startedAt: instant,
  endsBy: instant,
  run: v.object({
    host: word,
    boot: v.nullable(word),
    pidSpace: v.nullable(word),
    pid: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(0x7fff_ffff)),
    started: word,
  }),
})

/** The text of a note's file. */
export function formatEntry({ id: _, startedAt, endsBy, ...entry }: Entry): string {
  const note = { version: 1, ...entry, startedAt: startedAt.toISOString(), endsBy: endsBy.toISOString() }
  return `${JSON.stringify(note, null, 2)}\n`
}

/** Reads the text of the file `<id>.json`; undefined when it is no note of this version. */
export function parseEntry(id: string, text: string): Entry | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  const read = v.safeParse(NOTE, value)
  if (!read.success) return undefined
  const { version: _, ...note } = read.output
  return { id, ...note }
}
