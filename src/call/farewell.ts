/** The end that the agent makes: `end_call` may come before, within or after its goodbye, and the goodbye must be heard whole. */

/** After `end_call`, a model that makes no sound for this long will not say goodbye (any more). */
const PATIENCE_MS = 2500

/** The carrier's echo runs ahead of the person's ear by the way through the network; nobody likes a line that dies on the last syllable. */
const LAST_WORD_MS = 400

/** Watches for the moment to hang up. */
export type Farewell = {
  /** The agent called `end_call`. Again: no effect. */
  begin(): void
  agentSpoke(): void
  personSpoke(): void
  /** The model's turn is over or was interrupted. */
  modelDone(): void
  /** To be called often; `silent`: everything the agent said has been heard. */
  progress(silent: boolean): void
}

/** Calls `heard` once, when the agent wanted to end the call and nothing it said is still to be heard. */
export function createFarewell(nowMs: () => number, heard: () => void): Farewell {
  let begun = false
  let over = false
  let lastSoundMs = 0
  let agentSpokeLast = false
  let modelIsDone = false
  let silentSinceMs: number | undefined
  return {
    begin() {
      if (begun) return
      begun = true
      modelIsDone = false
      lastSoundMs = nowMs()
    },
    agentSpoke() {
      lastSoundMs = nowMs()
      agentSpokeLast = true
      modelIsDone = false
    },
    personSpoke() {
      agentSpokeLast = false
    },
    modelDone() {
      modelIsDone = true
    },
    progress(silent) {
      silentSinceMs = silent ? (silentSinceMs ?? nowMs()) : undefined
      if (!begun || over || silentSinceMs === undefined || nowMs() - silentSinceMs < LAST_WORD_MS) return
      const spoken = modelIsDone && agentSpokeLast
      if (!spoken && nowMs() - lastSoundMs <= PATIENCE_MS) return
      over = true
      heard()
    },
  }
}
