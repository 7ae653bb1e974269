/** The answer of every parser in this folder: a value, or what is wrong with the text in words that follow its name. */

import { nearest } from '../text/nearest.ts'

/** `wrong` completes a sentence that begins with the name of the setting or flag: "must be …", "has no unit: …". */
export type Parsed<T> = { value: T } | { wrong: string }

/** Something worth saying that does not stop the call; becomes a `warning` event. */
export type Warning = { code: string; message: string; hint?: string }

/** User text in quotes for a message: at most 60 characters, and none that could steer a terminal. */
export function quoted(text: string): string {
  const clean = printable(text)
  return `'${clean.length > 60 ? `${clean.slice(0, 57)}...` : clean}'`
}

/** `; perhaps you mean high`, or nothing when none of the words is close. Ends a sentence about `text`. */
export function perhaps(text: string, words: readonly string[]): string {
  const guess = nearest(text, words)
  return guess === undefined ? '' : `; perhaps you mean ${guess}`
}

/** User text without the characters that could steer a terminal. */
export function printable(text: string): string {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '?')
}
