/** The `--prompt` flag: words, or `@file` for the words in a file. */
import { readFile } from 'node:fs/promises'
import { type Parsed, quoted } from './parsed.ts'

/**
 * What the agent is when the user gives no prompt of their own. What holds for every call (to say that it is an AI, to be brief, how to hang
 * up) is told to the model with each prompt, and so not here.
 */
const DEFAULT_PROMPT = `You are a polite, warm AI assistant who is calling somebody by phone for a friendly conversation.

Begin by asking whether this is a good moment to talk. If it is not, apologise and end the call.

Listen, and let the person choose what to talk about. If you did not understand, say so and ask again.
Never invent facts; say when you do not know something.
If the person wants to stop, end the call. If the person asks not to be called again, promise it and end the call.`

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
