/** Settings put into the text of a `.env` file: every other line stays as it is, and `dotenv` reads back exactly what was given. */
import { CallError } from '../call/error.ts'
import type { Settings } from './settings.ts'

/** Reads a `.env` text as `dotenv` does. */
type Parse = (text: string) => Record<string, string>

/**
 * An assignment as dotenv finds it: what stands before the value, and the value as written. A value in quotes may go over lines.
 * https://github.com/motdotla/dotenv
 */
const ASSIGNMENT =
  /^(\s*(?:export\s+)?([\w.-]+)(?:\s*=[^\S\r\n]*|:[^\S\r\n]+))('(?:\\'|[^'])*'|"(?:\\"|[^"])*"|`(?:\\`|[^`])*`|[^#\r\n]*?)[^\S\r\n]*(?:#.*)?$/gm

/** Plain where nothing can be misread, by a shell neither; otherwise in a kind of quotes that it does not hold. */
function waysToWrite(value: string): string[] {
  const plain = /^[\w.:/+@-]*$/.test(value) ? [value] : []
  const quotes = ["'", '"', '`'].filter((quote) => !value.includes(quote))
  // Only in double quotes dotenv takes \n for a new line, so such a value may have to stand without any.
  return [...plain, ...quotes.map((quote) => `${quote}${value}${quote}`), value]
}

/**
 * `text` with these settings; an empty value is written as one, which counts as absent. An assignment that is there is changed in its
 * place (the last one, which is the one that counts), others are added at the end.
 * @throws CallError `settings` for a value that no kind of quotes can hold
 */
export async function withSettings(text: string, changes: Settings): Promise<string> {
  const { default: dotenv } = await import('dotenv')
  const parse: Parse = (source) => dotenv.parse(source.replace(/^\uFEFF/, ''))
  return Object.entries(changes).reduce((before, [name, value]) => assigned(before, name, value, parse), text)
}

function assigned(text: string, name: string, value: string, parse: Parse): string {
  const wanted = { ...parse(text), [name]: value }
  const places = [inPlace, atTheEnd]
  // Of what can be written only that is which reads back right, and changes nothing else, however odd the file is.
  for (const place of places)
    for (const written of waysToWrite(value)) {
      const next = place(text, name, written)
      if (next !== undefined && isSame(parse(next), wanted)) return next
    }
  throw new CallError('settings', `the value of ${name} cannot be written into .env`, {
    hint: 'It holds every kind of quotes, or .env has an open quote. Set it in the environment instead.',
  })
}

function inPlace(text: string, name: string, written: string): string | undefined {
  const last = [...text.matchAll(ASSIGNMENT)].filter((match) => match[2] === name).at(-1)
  if (!last) return undefined
  const [, before = '', , old = ''] = last
  const start = last.index + before.length
  return text.slice(0, start) + written + text.slice(start + old.length)
}

function atTheEnd(text: string, name: string, written: string): string {
  const eol = text.includes('\r\n') ? '\r\n' : '\n'
  const gap = text === '' || text === '\uFEFF' || /[\r\n]$/.test(text) ? '' : eol
  return `${text}${gap}${name}=${written}${eol}`
}

function isSame(one: Record<string, string>, other: Record<string, string>): boolean {
  const names = Object.keys(one)
  return names.length === Object.keys(other).length && names.every((name) => one[name] === other[name])
}
