/**
 * The first moments of a call: people pick up with "Hello?" just when the agent begins to speak, and the model would take it for an
 * interruption and start over (https://github.com/google-gemini/gemini-live-api-examples/issues/53). The person's sound is held for that
 * moment, and a lone hello in it reaches the model as silence. Every sample still goes up, once and in order.
 */

/** The shield lasts this long from the agent's first sound on, or until a shorter greeting has been heard … */
const SHIELD_MS = 1500
/** … and a model that does not begin to speak is shielded no longer than this. */
const LONGEST_MS = 5000
/** Speech up to this length that is over under the shield is a hello; other speech is meant for the agent and passes, late but whole. */
const HELLO_MS = 1000
/** Speech is noticed this many frames after it began. */
const NOTICED_AFTER_FRAMES = 5

/** Holds sound and lets it go. */
export type GreetingShield = {
  readonly up: boolean
  /** The agent's first sound leaves. */
  agentSpoke(): void
  /** Nothing of the agent is to be heard: before it has spoken, or after. */
  agentSilent(): void
  /**
   * Takes the person's next sound; gives what may go to the model now, in order: nothing while the shield is up. `speechMs`: how long the
   * speech has lasted that is going on, 0 when there is none.
   */
  pass(pcm: Int16Array, speechMs: number): readonly Int16Array[]
}

/** A shield that is up from now on; with `raised` false, one that never was. */
export function createGreetingShield(nowMs: () => number, raised: boolean): GreetingShield {
  let up = raised
  let downAtMs = LONGEST_MS
  let agentHasSpoken = false
  let held: Int16Array[] = []
  /** Where the speech that is going on began in what is held, and where the first that is meant for the agent did. */
  let speechFrom: number | undefined
  let meantFrom = Number.POSITIVE_INFINITY

  const judge = (speechMs: number) => {
    if (speechMs === 0) speechFrom = undefined
    else speechFrom ??= Math.max(0, held.length - NOTICED_AFTER_FRAMES)
    if (speechMs > HELLO_MS && speechFrom !== undefined) meantFrom = Math.min(meantFrom, speechFrom)
  }
  return {
    get up() {
      return up
    },
    agentSpoke() {
      if (agentHasSpoken) return
      agentHasSpoken = true
      downAtMs = Math.min(LONGEST_MS, nowMs() + SHIELD_MS)
    },
    agentSilent() {
      if (agentHasSpoken) downAtMs = Math.min(downAtMs, nowMs())
    },
    pass(pcm, speechMs) {
      if (!up) return [pcm]
      held.push(pcm)
      judge(speechMs)
      if (nowMs() < downAtMs) return []
      up = false
      if (speechFrom !== undefined) meantFrom = Math.min(meantFrom, speechFrom)
      const letGo = held.map((frame, i) => (i < meantFrom ? new Int16Array(frame.length) : frame))
      held = []
      return letGo
    },
  }
}
