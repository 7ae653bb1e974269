/**
 * How long silence may last, and what is done about it. When the agent owes an answer, the model has stalled: it is nudged, then its
 * session is carried over, then the call is given up. When the person is silent, they are asked once whether they are there, then bid
 * goodbye. Live models stall in about every second call (https://github.com/googleapis/python-genai/issues/2117).
 */
import type { Floor } from './floor.ts'

/** A greeting that does not begin in this time is asked for again, by the other channel. */
const GREETING_PATIENCE_MS = 3500
/** An answer that does not begin in this time is asked for. */
const ANSWER_PATIENCE_MS = 4000
/** However often the person speaks into the silence, an owed answer is asked for after this long … */
const INSISTENT_MS = 9000
/** … counted from the first pause in which the model must have noticed that it is its turn. */
const PAUSE_MS = 1200
/** After each measure against a stall the model gets this long before the next. */
const MEASURE_PATIENCE_MS = 3000
/** The person is asked whether they are there after half of their time, but never later than this. */
const LATEST_RE_PROMPT_MS = 8000

/** Why the model owes an answer, as far as can be told; each is a warning's code. */
export type StallCause =
  | 'model-no-greeting'
  | 'model-no-answer'
  | 'model-empty-turn'
  | 'model-silent-audio'
  | 'model-frozen-after-interruption'
  | 'model-deaf-after-tool'

/** What is done against silence. */
export type Measures = {
  /** Reports a stall, once for each. */
  stalled(cause: StallCause): void
  /** Asks the model for its greeting again, by its other channel. */
  greetAgain(): void
  /** Tells the model that the person waits. */
  nudge(): void
  /** Carries the session over to a new connection; the model is nudged afterwards. */
  resume(): void
  /** The model is beyond help. */
  giveUp(): void
  /** Has the agent ask whether the person is still there. */
  rePrompt(): void
  /** Has the agent say goodbye, because nobody answers it. */
  sayGoodbye(): void
}

/** The patience of one conversation. */
export type Patience = {
  /** What the model last did instead of answering. */
  suspect(cause: StallCause): void
  /** The agent was heard. */
  agentSpoke(): void
  /** The person was heard. */
  personSpoke(): void
  /** The session stands on a new connection: from now on it can answer. */
  resumed(): void
  /** To be called often. */
  progress(): void
}

/** `silenceTimeoutMs`: how long the person may be silent in all, the agent's speech not counted. */
export function createPatience(
  floor: Floor,
  silenceTimeoutMs: number,
  nowMs: () => number,
  measures: Measures,
): Patience {
  const rePromptMs = Math.min(silenceTimeoutMs / 2, LATEST_RE_PROMPT_MS)
  let greeted = false
  let cause: StallCause | undefined
  /** Measures taken against the present stall. */
  let step = 0
  let quietAtMeasureMs = 0
  let insistentFromMs: number | undefined
  /** Silence of the person before and after the agent asked whether they are there. */
  let silence: { rePrompted: boolean; beforeMs: number } = { rePrompted: false, beforeMs: 0 }

  const measure = () => {
    const quietMs = floor.quietMs
    // A person who speaks into the silence starts the wait anew, but not the measures: they may be talking to a dead model.
    if (quietMs < quietAtMeasureMs) quietAtMeasureMs = 0
    const firstMs = greeted ? ANSWER_PATIENCE_MS : GREETING_PATIENCE_MS
    if (quietMs >= PAUSE_MS) insistentFromMs ??= nowMs() - quietMs
    const insisted = insistentFromMs !== undefined && nowMs() - insistentFromMs >= INSISTENT_MS
    if (!insisted && quietMs - quietAtMeasureMs < (step === 0 ? firstMs : MEASURE_PATIENCE_MS)) return
    quietAtMeasureMs = quietMs
    insistentFromMs = nowMs()
    step += 1
    if (step === 1) {
      measures.stalled(cause ?? (greeted ? 'model-no-answer' : 'model-no-greeting'))
      if (greeted) measures.nudge()
      else measures.greetAgain()
    } else if (step === 2) measures.resume()
    else if (step === 3) measures.giveUp()
  }

  return {
    suspect(suspected) {
      cause = suspected
    },
    agentSpoke() {
      greeted = true
      cause = undefined
      step = 0
      insistentFromMs = undefined
      quietAtMeasureMs = 0
      // Its own words start the person's time anew; asking whether they are there does not.
      if (!silence.rePrompted) silence = { rePrompted: false, beforeMs: 0 }
    },
    resumed() {
      if (step !== 2) return
      quietAtMeasureMs = floor.quietMs
      insistentFromMs = nowMs()
    },
    personSpoke() {
      silence = { rePrompted: false, beforeMs: 0 }
    },
    progress() {
      if (floor.owedBy === 'agent') return measure()
      const silentMs = silence.beforeMs + floor.quietMs
      if (!silence.rePrompted && silentMs >= rePromptMs) {
        silence = { rePrompted: true, beforeMs: silentMs }
        measures.rePrompt()
      } else if (silentMs >= silenceTimeoutMs) {
        silence = { rePrompted: false, beforeMs: 0 }
        measures.sayGoodbye()
      }
    },
  }
}
