/** Which of some words was probably meant. Pure. */

/**
 * The word that `typed` is in another case, the only one that it begins, or the one of which at most a third is mistyped; undefined when
 * there is none.
 */
export function nearest(typed: string, words: readonly string[]): string | undefined {
  const wanted = typed.trim().toLowerCase()
  if (wanted === '') return undefined
  const begun = words.filter((word) => word.toLowerCase().startsWith(wanted))
  if (begun.length === 1) return begun[0]

  let closest: string | undefined
  let least = Math.floor(Math.max(3, wanted.length) / 3) + 1
  for (const word of words) {
    const distance = editDistance(wanted, word.toLowerCase())
    if (distance < least) {
      least = distance
      closest = word
    }
  }
  return closest
}

/** Levenshtein's, with one more: how many letters to insert, delete, replace, or swap with their neighbours. */
function editDistance(a: string, b: string): number {
  let above: number[] = []
  let row = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let line = 1; line <= a.length; line++) {
    const next = [line]
    for (let column = 1; column <= b.length; column++) {
      const letter = a[line - 1]
      const replaced = (row[column - 1] ?? 0) + (letter === b[column - 1] ? 0 : 1)
      const swaps = line > 1 && column > 1 && letter === b[column - 2] && a[line - 2] === b[column - 1]
      const swapped = swaps ? (above[column - 2] ?? 0) + 1 : replaced
      next.push(Math.min(replaced, swapped, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1))
    }
    above = row
    row = next
  }
  return row[b.length] ?? 0
}
