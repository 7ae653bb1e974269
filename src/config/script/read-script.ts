/** The door for a script's file. */
import { readFile, stat } from 'node:fs/promises'
import { whyUnread } from '../../text/read-failure.ts'
import type { Parsed } from '../parsed.ts'
import type { ScriptDoors, ScriptReading } from './parse-script.ts'

/** More than anybody would write, and a guard against naming the wrong file. */
const MAX_BYTES = 200_000

/** Reads the file. `wrong` follows its name, and is said when there is nothing to read. */
export async function readScript(file: string, doors: ScriptDoors): Promise<Parsed<ScriptReading>> {
  const text = await readText(file)
  if ('wrong' in text) return text
  const { parseScript } = await import('./parse-script.ts')
  return { value: parseScript(file, text.value, doors) }
}

async function readText(path: string): Promise<Parsed<string>> {
  const unread = (why: string) => ({ wrong: `cannot be read: ${why}` })
  try {
    const found = await stat(path)
    if (found.isDirectory()) return unread('it is a folder')
    // A pipe or a device may have no end.
    if (!found.isFile()) return unread('it is not a plain file')
    if (found.size > MAX_BYTES) return unread(`it is larger than ${MAX_BYTES / 1000} kB`)
    const bytes = await readFile(path)
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return text.includes('\0') ? unread('it is not text') : { value: text.replaceAll('\r\n', '\n') }
  } catch (error) {
    return unread(error instanceof TypeError ? 'it is not text in UTF-8' : whyUnread(error))
  }
}
