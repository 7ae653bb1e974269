/** A question at the terminal. */
import { createInterface } from 'node:readline/promises'
import type { Io } from './context.ts'

/** True for y or yes, and without asking when `yes`. Where nobody can be asked, the answer is no. Ctrl-C ends the process as ever. */
export async function confirm(question: string, yes: boolean, { stdin, stderr }: Io): Promise<boolean> {
  if (yes) return true
  if (!stdin.isTTY || !stderr.isTTY) return false
  stderr.write(`${question} [y/N] `)
  // Not in raw mode: the terminal itself edits the line, and makes a signal of Ctrl-C.
  const lines = createInterface({ input: stdin, terminal: false })
  try {
    for await (const line of lines) return /^\s*y(es)?\s*$/i.test(line)
    return false
  } finally {
    lines.close()
    stdin.pause()
  }
}
