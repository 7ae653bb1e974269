/** The scenario's stalls of the model: which is in force at a turn, and what it takes to get over it. */
import type { ModelStall, StallKind } from '../scenario.ts'

/** The stalls of one conversation; each is over for good once it is over. */
export type Stalls = {
  /** The stall in force at the agent's turn `number`, if any. */
  at(number: number | undefined): StallKind | undefined
  /** The turn stalled once, and the next attempt is the next nudge's. */
  spend(number: number | undefined): void
  /** The model does nothing any more, because of the stall at this turn. */
  freeze(number: number | undefined): void
  readonly frozen: boolean
  /** Text came while the model was frozen: true when it has woken up. */
  nudged(): boolean
  /** The frozen model, if it is frozen, goes on. */
  thaw(): void
  /** The session is resumed: every stall that has shown itself is over. */
  resumed(): void
}

/** All stalls yet to come. */
export function createStalls(planned: readonly ModelStall[] = []): Stalls {
  let coming = planned.map(({ turn, kind, nudges = 1 }) => ({
    turn,
    kind,
    // Text is what this one ignores.
    left: kind === 'greeting-text-ignored' ? 1 : nudges,
    shown: false,
  }))
  let frozen: (typeof coming)[number] | undefined
  const find = (number: number | undefined) => coming.find(({ turn }) => turn === number)
  const over = (stall: (typeof coming)[number]) => {
    coming = coming.filter((other) => other !== stall)
    if (frozen === stall) frozen = undefined
  }
  const use = (stall: (typeof coming)[number]) => {
    stall.shown = true
    stall.left -= 1
    if (stall.left === 0) over(stall)
  }
  return {
    at: (number) => find(number)?.kind,
    spend(number) {
      const stall = find(number)
      if (stall) use(stall)
    },
    freeze(number) {
      frozen = find(number)
      if (frozen) frozen.shown = true
    },
    get frozen() {
      return frozen !== undefined
    },
    nudged() {
      if (frozen) use(frozen)
      return frozen === undefined
    },
    thaw() {
      if (frozen) over(frozen)
    },
    resumed() {
      frozen = undefined
      coming = coming.filter(({ shown }) => !shown)
    },
  }
}
