/** A regular look at everything while nothing happens, which also notices when this program itself stood still. */
import type { Clock } from '../../flow/clock.ts'

/** A program that was late by this much could neither speak nor listen meanwhile. */
const STALL_MS = 1000

/** Calls `tick` at once and then every `everyMs`; `stalled`, how long the program stood still. The returned function ends it. */
export function startTicker(
  clock: Clock,
  everyMs: number,
  on: { tick: () => void; stalled: (ms: number) => void },
): () => void {
  let dueMs = clock.nowMs()
  let cancel = () => {}
  const look = () => {
    const lateMs = clock.nowMs() - dueMs
    dueMs = clock.nowMs() + everyMs
    cancel = clock.after(everyMs, look)
    if (lateMs >= STALL_MS) on.stalled(Math.round(lateMs))
    on.tick()
  }
  look()
  return () => cancel()
}
