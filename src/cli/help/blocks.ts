/** Help as values: one text, which a terminal and the man page each lay out in their own way. Pure. */

/** A word, and what is said about it. */
export type Row = { term: string; text: string }

/** A piece of a help text. */
export type Block =
  | { type: 'text'; text: string }
  /** Short terms with their texts beside them. */
  | { type: 'list'; rows: readonly Row[] }
  /** A term of any length with its text below it, and the list of its parts. */
  | { type: 'entry'; term: string; text: string; rows: readonly Row[] }
  /** Lines to be left as they are, at most `VERBATIM_COLUMNS` wide. */
  | { type: 'verbatim'; text: string }

/** With the indent of two they fit into 80 columns. */
export const VERBATIM_COLUMNS = 78

/** Wider lines are hard to read, whatever the terminal offers; in narrower ones nothing can be laid out. */
const MOST_COLUMNS = 100
const LEAST_COLUMNS = 40

/** The blocks as lines of at most so many columns; words that are longer, and verbatim lines, stay whole. Ends with a newline. */
export function layOut(blocks: readonly Block[], columns: number): string {
  const width = Math.max(LEAST_COLUMNS, Math.min(MOST_COLUMNS, columns))
  return blocks.map((block) => `${linesOf(block, width).join('\n')}\n`).join('\n')
}

function linesOf(block: Block, columns: number): string[] {
  switch (block.type) {
    case 'text':
      return wrap(block.text, columns)
    case 'list':
      return listed(block.rows, 2, columns)
    case 'entry':
      return [
        `  ${block.term}`,
        ...wrap(block.text, columns - 6).map((line) => `      ${line}`),
        ...listed(block.rows, 6, columns),
      ]
    case 'verbatim':
      return block.text.split('\n').map((line) => (line === '' ? '' : `  ${line}`))
    default:
      return block satisfies never
  }
}

function listed(rows: readonly Row[], indent: number, columns: number): string[] {
  const termWidth = Math.max(0, ...rows.map(({ term }) => term.length))
  const textAt = indent + termWidth + 2
  return rows.flatMap(({ term, text }) => {
    const [first = '', ...rest] = wrap(text, columns - textAt)
    const head = `${' '.repeat(indent)}${term.padEnd(termWidth)}  ${first}`.trimEnd()
    return [head, ...rest.map((line) => ' '.repeat(textAt) + line)]
  })
}

/** A text in lines of at most so many columns; a longer word stays whole, so that an address can be copied. */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`
    if (longer.length > columns && line !== '') {
      lines.push(line)
      line = word
    } else line = longer
  }
  return [...lines, line]
}
