/** The keys that the person presses, gathered into what they meant by them. */

/** People press the keys of one number faster than this. */
const NEXT_KEY_MS = 1000

/** Watches the keys of one person. */
export type Keypad = {
  /** A key was pressed: 0-9, *, #, A-D. */
  pressed(digit: string): void
  /** To be called often. */
  progress(): void
}

/** `entered` is told the keys once no more follow, or at once with a `#`, by which people end what they enter. */
export function createKeypad(nowMs: () => number, entered: (digits: string) => void): Keypad {
  let digits = ''
  let lastAtMs = 0
  const enter = () => {
    const all = digits
    digits = ''
    entered(all)
  }
  return {
    pressed(digit) {
      digits += digit
      lastAtMs = nowMs()
      if (digit === '#') enter()
    },
    progress() {
      if (digits !== '' && nowMs() - lastAtMs >= NEXT_KEY_MS) enter()
    },
  }
}
