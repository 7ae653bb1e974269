/** The `--prompt` flag: words, or `@file` for the words in a file. */
import { readFile } from 'node:fs/promises'
import { type Parsed, quoted } from './parsed.ts'

/** More than a model could keep to, and a guard against naming the wrong file. */
const MAX_CHARACTERS = 100_000

/** The words of the flag. */
export async function readPrompt(flag: string): Promise<Parsed<string>> {
  if (!flag.startsWith('@')) return parsePrompt(flag)
  const path = flag.slice(1)
  if (path === '') return { wrong: 'must name a file after @' }
  try {
    return parsePrompt(await readFile(path, 'utf8'), `names an empty file: ${quoted(path)}`)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : ''
    return { wrong: `names a file that cannot be read: ${quoted(path)}${code}` }
  }
}

/** The words themselves, trimmed. */
export function parsePrompt(text: string | undefined, whenEmpty = 'must not be empty'): Parsed<string> {
  if (text === undefined)
    return { wrong: 'is missing: the words that tell the agent who it is and what it wants' }
  const prompt = text.replace(/^\uFEFF/, '').trim()
  if (prompt === '') return { wrong: whenEmpty }
  if (prompt.length > MAX_CHARACTERS) return { wrong: `is longer than ${MAX_CHARACTERS} characters` }
  if (prompt.includes('\0')) return { wrong: 'is not text: it has zero bytes' }
  return { value: prompt }
}
