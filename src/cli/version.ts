/** Which version this is. */
import { readFileSync } from 'node:fs'

/** The flags that print it, as the program has them. */
export const VERSION_FLAGS = '-V, --version'

/** True when nothing else is asked for: then there is no need to load the whole command line. */
export function asksOnlyVersion(argv: readonly string[]): boolean {
  return argv.length === 1 && VERSION_FLAGS.split(', ').includes(argv[0] ?? '')
}

/** From package.json, two folders up both in the sources and in the build. */
export function readVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  const parsed: unknown = JSON.parse(text)
  const isPackage = typeof parsed === 'object' && parsed !== null && 'version' in parsed
  return isPackage ? String(parsed.version) : 'unknown'
}
