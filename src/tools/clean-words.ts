/** Words of a stranger's made fit for an error: short, on one line, and without our secrets. */

/** Shorter values are words that stand anywhere, not secrets. */
const SHORTEST_SECRET = 6

/** `text` on one line, without control and invisible formatting characters, and at most `maxLength` characters. */
export function cleanWords(text: string, maxLength: number): string {
  const clean = text
    .slice(0, 10 * maxLength)
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\s\u{E0000}-\u{E007F}]+/gu, ' ')
    .trim()
  const characters = [...clean]
  return characters.length > maxLength ? `${characters.slice(0, maxLength - 1).join('')}…` : clean
}

/**
 * The function that takes `values` out of a text: each of them, and what follows the scheme in `Bearer …`. The longest come first, so
 * that none hides a part of another.
 */
export function createRedactor(values: readonly string[]): (text: string) => string {
  const secrets = values
    .flatMap((value) => [value.trim(), value.trim().split(/\s+/).at(-1) ?? ''])
    .filter((value) => value.length >= SHORTEST_SECRET)
    .sort((a, b) => b.length - a.length)
  return (text) => secrets.reduce((shown, secret) => shown.replaceAll(secret, '[redacted]'), text)
}
