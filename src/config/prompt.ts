/** The `--prompt` flag: words, or `@file` for the words in a file. */
import { readFile } from 'node:fs/promises'
import { DEFAULT_PROMPT } from './default-prompt.ts'
import { type Parsed, quoted } from './parsed.ts'

/** More than a model could keep to, and a guard against naming the wrong file. */
const MAX_CHARACTERS = 100_000

/** The words of the prompt; the default ones when the flag is absent. */
export async function readPrompt(flag: string | undefined): Promise<Parsed<string>> {
  if (flag === undefined) return { value: DEFAULT_PROMPT }
  if (!flag.startsWith('@')) return checked(flag, 'must not be empty')
  const path = flag.slice(1)
  if (path === '') return { wrong: 'must name a file after @' }
  try {
    return checked(await readFile(path, 'utf8'), `names an empty file: ${quoted(path)}`)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : ''
    return { wrong: `names a file that cannot be read: ${quoted(path)}${code}` }
  }
}

function checked(text: string, whenEmpty: string): Parsed<string> {
  const prompt = text.replace(/^\uFEFF/, '').trim()
  if (prompt === '') return { wrong: whenEmpty }
  if (prompt.length > MAX_CHARACTERS) return { wrong: `is longer than ${MAX_CHARACTERS} characters` }
  if (prompt.includes('\0')) return { wrong: 'names a file that is not text' }
  return { value: prompt }
}
