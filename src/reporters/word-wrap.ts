/** Wraps words that arrive in pieces: a piece may end in the middle of a word, so the unfinished word waits for its rest. */
import { charWidth, textWidth } from './text-width.ts'

/** One running text. What the functions return is to be printed at once, in order. */
export type WordWrap = {
  /** Clean text; white space of any kind and length becomes one space or a line break. */
  add(text: string): string
  /** The word that still waits for its rest. */
  flush(): string
  /** A remark after the text, kept on one line; `paint` colours it. */
  remark(text: string, paint: (text: string) => string): string
}

/** A word that ends like this is finished, even if no space has come yet. */
const ENDS_WORD = /[.,;:!?…]$/

/** `columns` is asked anew for every word, because a terminal can be resized; `newLine` begins each further line. */
export function createWordWrap(columns: () => number, newLine: string): WordWrap {
  let column = 0
  let gap = false
  let word = ''

  const breakLine = () => {
    column = 0
    return `\n${newLine}`
  }
  const spaceBefore = (width: number) => {
    const space = gap && column > 0 ? 1 : 0
    gap = false
    if (column > 0 && column + space + width > columns()) return breakLine()
    column += space
    return ' '.repeat(space)
  }
  const flush = () => {
    if (word === '') return ''
    let out = spaceBefore(textWidth(word))
    for (const char of word) {
      const width = charWidth(char)
      // Only a word wider than a whole line gets here with no room left.
      if (column + width > columns() && column > 0) out += breakLine()
      out += char
      column += width
    }
    word = ''
    return out
  }
  return {
    add(text) {
      let out = ''
      for (const char of text) {
        if (/\s/.test(char)) {
          out += flush()
          gap = true
          continue
        }
        // Scripts with wide characters put no spaces between words: a line may break before and after each of them.
        const wide = charWidth(char) === 2
        if (wide) out += flush()
        word += char
        if (wide || word.length >= columns()) out += flush()
      }
      return ENDS_WORD.test(word) ? out + flush() : out
    },
    flush,
    remark(text, paint) {
      let out = flush()
      gap = true
      const width = textWidth(text)
      out += spaceBefore(width) + paint(text)
      column += width
      return out
    },
  }
}
