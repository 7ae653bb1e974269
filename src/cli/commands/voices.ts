/** `ai-caller voices`: the voices with their character. */
import { VOICES } from '../../gemini/voices.ts'
import type { Io } from '../context.ts'

/** Prints the voices, a line each; with `json` one array of objects. */
export function voices(options: { json?: boolean }, { stdout }: Io): number {
  if (options.json) {
    stdout.write(`${JSON.stringify(VOICES)}\n`)
    return 0
  }
  const nameWidth = Math.max(...VOICES.map(({ name }) => name.length))
  const lines = VOICES.map(
    ({ name, character, original }) => `${original ? '*' : ' '} ${name.padEnd(nameWidth)}  ${character}`,
  )
  stdout.write(`${lines.join('\n')}\n\n* the eight that the Live API began with\n`)
  return 0
}
