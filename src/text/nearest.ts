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

/** Levenshtein's: how many letters to insert, delete or replace. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (const [index, letter] of [...a].entries()) {
    const next = [index + 1]
    for (const [column, other] of [...b].entries()) {
      const replaced = (row[column] ?? 0) + (letter === other ? 0 : 1)
      next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
