/** The end that the agent makes: `end_call` may come before, within or after its goodbye, and the goodbye must be heard whole. */

/** After `end_call`, a model that makes no sound for this long will not say goodbye (any more). */
const PATIENCE_MS = 2500

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
      if (!begun || over || !silent) return
      const spoken = modelIsDone && agentSpokeLast
      if (!spoken && nowMs() - lastSoundMs <= PATIENCE_MS) return
      over = true
      heard()
    },
  }
}
