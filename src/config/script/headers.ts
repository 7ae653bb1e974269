/** Headers that a script gives to requests. Their values may be secrets and are never quoted. Pure. */
import type { FormatProblem } from '../../text/format-parts.ts'
import { quoted } from '../parsed.ts'

/** What the connection itself decides. */
const OURS = [
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]

/** What is wrong with them; paths begin at the header's name. */
export function headerProblems(headers: Readonly<Record<string, string>>): FormatProblem[] {
  return Object.entries(headers).flatMap(([name, value]) => {
    const wrong = headerProblem(name, value)
    return wrong === undefined ? [] : [{ path: [name], message: wrong }]
  })
}

function headerProblem(name: string, value: string): string | undefined {
  // https://www.rfc-editor.org/rfc/rfc9110#name-field-names
  if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name)) return `${quoted(name)} cannot be the name of a header`
  if (OURS.includes(name.toLowerCase())) return 'must not be given: the connection decides it'
  if (!/^[\t\x20-\x7E\xA0-\xFF]*$/.test(value)) return 'must be one line of plain characters'
  return undefined
}
