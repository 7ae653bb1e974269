/** The keys of a phone, played into a call one after the other. */
import type { Clock } from '../../flow/clock.ts'

/** A pressed key and the pause after it; `w` waits half a second, `W` a whole one. */
const KEY_MS = 200
const PAUSES_MS: Readonly<Record<string, number>> = { w: 500, W: 1000 }

/** Plays `digits`; `press` is called as each tone begins. Resolves at the end, or when `signal` aborts. */
export async function playKeys(
  digits: string,
  clock: Clock,
  signal: AbortSignal,
  press: (key: string) => void,
): Promise<void> {
  for (const key of digits) {
    if (signal.aborted) return
    const pauseMs = PAUSES_MS[key]
    if (pauseMs === undefined) press(key)
    await clock.sleep(pauseMs ?? KEY_MS, signal)
  }
}
