/** How many columns of a terminal a text takes, well enough to wrap lines by. */

const NARROW_FORM = /[\uFF61-\uFFDC]/
const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\u3000-\u303E\uFF01-\uFF60\uFFE0-\uFFE6]/u
const WITHOUT_WIDTH = /[\p{Mn}\p{Me}\u200C\u200D]/u

/** Columns of one code point: 0, 1 or 2. */
export function charWidth(char: string): number {
  if (char < '\u0300') return 1
  if (WITHOUT_WIDTH.test(char)) return 0
  return WIDE.test(char) && !NARROW_FORM.test(char) ? 2 : 1
}

/** Columns of a text on one line. */
export function textWidth(text: string): number {
  let width = 0
  for (const char of text) width += charWidth(char)
  return width
}
