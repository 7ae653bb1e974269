/** Hostile text made harmless: what the model or the phone said can never steer a terminal, and never looks like something else. */

/**
 * Judged one code point at a time, so it does not matter how a text was split into pieces: an escape sequence is nothing but its
 * introducer (ESC, or a C1 control) followed by harmless letters. In this order: C0, DEL and C1 controls; zero-width space; marks and
 * overrides of writing direction, and invisible format characters; line and paragraph separators; byte order mark; interlinear
 * annotation; tag characters; lone surrogates. Joiners U+200C/D stay: Persian and emoji need them.
 */
const UNSAFE =
  /[\p{Cc}\u200B\u061C\u200E\u200F\u2028-\u202E\u2066-\u206F\uFEFF\uFFF9-\uFFFB\u{E0000}-\u{E007F}\p{Cs}]/gu

/** `text` without anything that steers; newlines stay, tabs and carriage returns become spaces. */
export function cleanText(text: string): string {
  return text.replace(UNSAFE, (unsafe) => (unsafe === '\n' ? unsafe : /\s/.test(unsafe) ? ' ' : ''))
}

/** `text` cleaned and on one line: every run of white space that holds a newline becomes one space. */
export function cleanLine(text: string): string {
  // Run by run: to look for the newline by pattern costs the square of a run's length, and a run may be a megabyte of blanks.
  return cleanText(text).replace(/\s+/g, (run) => (run.includes('\n') ? ' ' : run))
}

/** The beginning of `text`, cleaned and on one line: at most `maxChars` characters, with an ellipsis where there was more. */
export function cleanStart(text: string, maxChars: number): string {
  const line = [...cleanLine(text.slice(0, 8 * maxChars))]
  const isWhole = text.length <= 8 * maxChars && line.length <= maxChars
  return isWhole ? line.join('') : `${line.slice(0, maxChars - 1).join('')}…`
}

/** `json` with the same code points written as `\uXXXX`: nothing is lost, and printing it is safe. For text made by JSON.stringify. */
export function escapeUnsafe(json: string): string {
  return json.replace(UNSAFE, (unsafe) =>
    unsafe
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  )
}

/** `value` as JSON over several lines that can be printed safely. */
export function prettyJson(value: unknown): string {
  return JSON.stringify(value, null, 2).split('\n').map(escapeUnsafe).join('\n')
}
