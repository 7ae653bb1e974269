/** Keys to be pressed on a line, in the letters of `<Play digits>`. https://www.twilio.com/docs/voice/twiml/play#attributes-digits */
import { CallError } from '../call/error.ts'

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
