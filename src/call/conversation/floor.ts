/** Who speaks, since when nobody does, and whose turn it is: judged by what can be heard, not by what either side announces. */

/** Speech of this length asks for an answer even when the model transcribed nothing of it; a cough is shorter. */
const WORTH_AN_ANSWER_MS = 600

/** The floor of one conversation. Times are ms since media start. */
export type Floor = {
  /** Whose turn it is to speak once nobody does. */
  readonly owedBy: 'agent' | 'person'
  readonly personSpeaking: boolean
  /** For how long nobody has spoken; 0 while somebody speaks. */
  readonly quietMs: number
  /** The agent has been asked to speak, by us. */
  asked(): void
  /** The person's speech began, or ended, at this time. */
  personStarted(atMs: number): void
  personEnded(atMs: number): void
  /** The model understood words of the person. */
  personWords(): void
  /** Audible speech of the agent; the person will have heard it after `heardInMs`. */
  agentSpeech(heardInMs: number): void
  /** The agent did something on the line instead of speaking: the other side has heard it, and its turn it is. */
  agentActed(): void
  /** The agent's sound was cut. */
  agentCut(): void
}

/** Nobody has spoken yet. `owedBy`: who is to begin. */
export function createFloor(nowMs: () => number, owedBy: 'agent' | 'person'): Floor {
  let owed = owedBy
  let personFromMs: number | undefined
  let agentUntilMs = 0
  let quietFromMs = 0

  const quietFrom = (atMs: number) => {
    quietFromMs = Math.max(quietFromMs, atMs)
  }
  return {
    get owedBy() {
      return owed
    },
    get personSpeaking() {
      return personFromMs !== undefined
    },
    get quietMs() {
      if (personFromMs !== undefined) return 0
      return Math.max(0, nowMs() - Math.max(quietFromMs, agentUntilMs))
    },
    asked() {
      owed = 'agent'
      quietFrom(nowMs())
    },
    personStarted(atMs) {
      personFromMs ??= atMs
    },
    personEnded(atMs) {
      if (personFromMs !== undefined && atMs - personFromMs >= WORTH_AN_ANSWER_MS) owed = 'agent'
      personFromMs = undefined
      quietFrom(atMs)
    },
    personWords() {
      owed = 'agent'
      quietFrom(nowMs())
    },
    agentSpeech(heardInMs) {
      owed = 'person'
      agentUntilMs = Math.max(agentUntilMs, nowMs() + heardInMs)
    },
    agentActed() {
      owed = 'person'
      quietFrom(nowMs())
    },
    agentCut() {
      agentUntilMs = Math.min(agentUntilMs, nowMs())
      quietFrom(nowMs())
    },
  }
}
