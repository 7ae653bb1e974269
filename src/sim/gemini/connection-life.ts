/** What the scenario does to the connections themselves: their announced ends, and resets without a word. */
import type { Clock } from '../../flow/clock.ts'

/** What happens to one connection; nothing after it was stopped. */
type Lifetime = {
  /** `timeLeft` as Google writes durations: `50s`. */
  goAway(timeLeft: string): void
  expired(): void
}

/** Counts from now; the returned function stops it. */
export function limitLifetime(
  clock: Clock,
  { afterMs, timeLeftMs }: { afterMs: number; timeLeftMs: number },
  on: Lifetime,
): () => void {
  let stop = clock.after(afterMs, () => {
    on.goAway(`${timeLeftMs / 1000}s`)
    stop = clock.after(timeLeftMs, on.expired)
  })
  return () => stop()
}

/** Resets at planned times of the conversation. */
export type PlannedDrops = {
  /** A connection is there to be reset; the returned function takes it out. */
  opened(reset: () => void): () => void
  /** Sound has come: with the first of it the time begins. */
  heard(): void
  close(): void
}

/** At each of the times the newest open connection is reset; where there is none, nothing happens. */
export function planDrops(clock: Clock, timesMs: readonly number[] = []): PlannedDrops {
  const open: (() => void)[] = []
  let stops: (() => void)[] | undefined
  return {
    opened(reset) {
      open.push(reset)
      return () => {
        const index = open.indexOf(reset)
        if (index >= 0) open.splice(index, 1)
      }
    },
    heard() {
      stops ??= timesMs.map((ms) => clock.after(ms, () => open.at(-1)?.()))
    },
    close() {
      for (const stop of stops ?? []) stop()
      stops = []
    },
  }
}
