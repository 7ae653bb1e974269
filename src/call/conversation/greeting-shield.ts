/**
 * The first moments of a call: people pick up with "Hello?" just when the agent begins to speak, and the model would take it for an
 * interruption and start over (https://github.com/google-gemini/gemini-live-api-examples/issues/53). The person's sound is held for that
 * moment, and a lone hello in it reaches the model as silence. Every sample still goes up, once and in order.
 */

/** The shield lasts this long from the agent's first sound on, or until a shorter greeting has been heard … */
const SHIELD_MS = 1500
/** … and a model that does not begin to speak is shielded no longer than this. */
const LONGEST_MS = 5000
/** Speech up to this length is a hello; longer speech is meant for the agent and passes, late but whole. */
const HELLO_MS = 1000

/** Holds sound and lets it go. */
export type GreetingShield = {
  readonly up: boolean
  /** The agent's first sound leaves. */
  agentSpoke(): void
  /** Nothing of the agent is to be heard: before it has spoken, or after. */
  agentSilent(): void
  /** How long the person has spoken in all while the shield was up, so far. */
  heard(speechMs: number): void
  /** Takes the person's next sound; gives what may go to the model now, in order: nothing while the shield is up. */
  pass(pcm: Int16Array): readonly Int16Array[]
}

/** A shield that is up from now on; with `raised` false, one that never was. */
export function createGreetingShield(nowMs: () => number, raised: boolean): GreetingShield {
  let up = raised
  let downAtMs = LONGEST_MS
  let agentHasSpoken = false
  let speechMs = 0
  let held: Int16Array[] = []
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
    heard(ms) {
      speechMs = ms
    },
    pass(pcm) {
      if (!up) return [pcm]
      held.push(pcm)
      if (nowMs() < downAtMs) return []
      up = false
      const let_go = speechMs > HELLO_MS ? held : held.map((frame) => new Int16Array(frame.length))
      held = []
      return let_go
    },
  }
}
