/** How a spoken sentence finds its shipped clip: by a file name that follows from the words. */
import { createHash } from 'node:crypto'

/** The file name of the clip for these words: readable beginning, then a hash of speaker and text. */
export function clipName(speaker: 'person' | 'agent', text: string): string {
  const beginning =
    text
      .toLowerCase()
      .match(/[a-z0-9]+/g)
      ?.slice(0, 4)
      .join('-') ?? 'silence'
  const hash = createHash('sha256').update(`${speaker}: ${text}`).digest('hex').slice(0, 8)
  return `${speaker}-${beginning}-${hash}.wav`
}
