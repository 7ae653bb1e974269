/** The line (from 1) of each match of a global pattern in a text, in their order. */
export function matchLines(text: string, pattern: RegExp): number[] {
  let line = 1
  let from = 0
  return Array.from(text.matchAll(pattern), ({ index }) => {
    line += text.slice(from, index).split('\n').length - 1
    from = index
    return line
  })
}
