/** How many words one turn may have. */

/** Some hundred minutes of speech without a pause: more is a flood, not a turn. In UTF-16 code units. */
const MOST_CHARACTERS = 100_000

/** The part of `piece` that still has room in a turn that says `text` so far. */
export function fitting(text: string, piece: string): string {
  return piece.slice(0, Math.max(0, MOST_CHARACTERS - text.length))
}
