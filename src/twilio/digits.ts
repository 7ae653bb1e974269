/** Keys to be pressed on a line, in the letters of `<Play digits>`. https://www.twilio.com/docs/voice/twiml/play#attributes-digits */
import { CallError } from '../call/error.ts'

/** How long Twilio takes over one letter, in ms: a tone and the pause after it, or a pause alone. */
const KEY_MS = 250
const PAUSE_MS: Readonly<Record<string, number>> = { w: 500, W: 1000 }

/** True of 1 to 64 letters of 0-9, *, #, A-D and the pauses `w` and `W`. */
export function isDigits(text: string): boolean {
  return /^[0-9*#A-DwW]{1,64}$/.test(text)
}

/** @throws CallError `carrier-refused` when `text` is not what `isDigits` wants */
export function assertDigits(text: string): void {
  if (isDigits(text)) return
  throw new CallError('carrier-refused', 'these keys cannot be pressed on a telephone', {
    hint: 'Keys are 0-9, *, #, A-D; w waits half a second, W a whole one; 64 at most.',
  })
}

/** About how long it takes to press these keys, in ms. */
export function digitsMs(digits: string): number {
  return [...digits].reduce((ms, letter) => ms + (PAUSE_MS[letter] ?? KEY_MS), 0)
}
