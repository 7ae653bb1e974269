/** Keys of a phone as text: 0-9, *, #, A-D; `w` among them waits half a second, `W` a whole one. */

/** A tone and the pause after it, in ms, with a margin. */
const KEY_MS = 250

/** How long it takes a carrier to press them, in ms, roughly. */
export function pressingMs(digits: string): number {
  let ms = 0
  for (const key of digits) ms += key === 'w' ? 500 : key === 'W' ? 1000 : KEY_MS
  return ms
}
