/** A scenario: who says what in a simulated call, and what goes wrong. The types; `load-scenario` reads them from YAML or JSON. */

/** One simulated call. */
export type Scenario = {
  name: string
  /** How many times faster than real time both simulators and the caller's clock run (default 1). */
  speed: number
  phone: PhoneScript
  /** The conversation in order. The phone side plays the person's turns, the model side the agent's. */
  turns: readonly ScenarioTurn[]
  /** How many times all turns but the last are lived through before the last one (default 1). Turns `onText` do not count. */
  repeat?: number
  faults: Faults
}

/** What the phone does before anybody speaks, and what becomes of those who are rung later. */
export type PhoneScript = {
  /** From `initiated` to the answer (or to giving up), in ms. */
  ringMs: number
  outcome: 'answer' | 'busy' | 'no-answer' | 'failed' | 'voicemail'
  /** What machine detection finds out; default: what `outcome` is. */
  detection?: DetectedAs
  /** How long it takes for that, in ms; default 1500 for a person, 3000 for a machine. */
  detectionAfterMs?: number
  /** How the phone reacts that the person is put through to (default `answer`). */
  transfer?: 'answer' | 'busy' | 'no-answer' | 'failed'
  /** How long the two talk before the other side hangs up, in ms (default 2000). */
  transferTalkMs?: number
}

/** Twilio's words for who answered. */
export type DetectedAs =
  | 'human'
  | 'machine_start'
  | 'machine_end_beep'
  | 'machine_end_silence'
  | 'machine_end_other'
  | 'fax'
  | 'unknown'

/** A turn of either side. */
export type ScenarioTurn = PersonTurn | AgentTurn

/** The person speaks, presses keys, or hangs up (in this order when several are given). */
export type PersonTurn = {
  speaker: 'person'
  /** The words; what the simulated model transcribes. Empty: silent. */
  text: string
  /** A WAV file to play instead of the clip or babble made for the text. */
  audio?: string
  /** Silence between the end of what the person hears and this turn, in ms (default 600). */
  pauseMs: number
  /** Instead of waiting for the end of the agent's speech: begin after having heard this much of it, in ms. */
  bargeInMs?: number
  /**
   * Instead of waiting for anybody's speech: begin, `pauseMs` later, when the agent has pressed keys that end in these. A turn that is
   * being spoken is cut off, as a phone menu does.
   */
  afterDigits?: string
  digits?: string
  hangUp: boolean
}

/** The model speaks and calls tools. Begun by the greeting trigger, or by the end of the person's speech. */
export type AgentTurn = {
  speaker: 'agent'
  text: string
  audio?: string
  /** Thinking time before the first sound, in ms (default 350). */
  delayMs: number
  /** Tools called in this turn, after the speech, all in one message. */
  tools: readonly { name: string; args: Record<string, unknown> }[]
  /** The model takes back those calls that are not answered this long after it made them, in ms. */
  cancelToolsMs?: number
  /**
   * Not part of the order: spoken whenever a text trigger comes in which this regular expression (in any letter case) finds something.
   * The first turn that fits is taken; without one a text trigger takes the next turn in order.
   */
  onText?: string
}

/** Faults to inject; each absent by default. */
export type Faults = {
  /** POST of the call answers with this HTTP status and Twilio error. */
  dialError?: { status: number; code: number; message: string }
  /** POST of the call: the connection is reset ('lost': after the call was placed all the same; 'refused': before). */
  dialReset?: 'lost' | 'refused'
  /** The account is reported as a trial account. */
  trialAccount?: boolean
  /** Status callbacks: none at all, each twice, or in reverse order. */
  callbacks?: 'none' | 'doubled' | 'reversed'
  /** The media stream never connects. */
  mediaNever?: boolean
  /** The media connection breaks without a close frame, this long after `start`, in ms; the call stays in progress. */
  mediaDropMs?: number
  /** REST requests that end the call answer 503 this many times. */
  hangUpErrors?: number
  /** REST requests that give the call other TwiML are refused with this HTTP status and Twilio error. */
  redirectError?: { status: number; code: number; message: string }
  /** Such a request: the connection is reset ('lost': after it took effect; 'refused': before). */
  redirectReset?: 'lost' | 'refused'
  /** Once such a request took effect, no media stream of the call connects any more. */
  redirectDropsMedia?: boolean
  /** The model refuses the upgrade with this HTTP status. */
  modelHttp?: number
  /** The model accepts the connection and never answers the setup. */
  modelSilent?: boolean
  /** The model closes with this code and reason: at agent turn `turn` (from 1, after half of its sound), or instead of setupComplete with turn 0. */
  modelClose?: { turn: number; code: number; reason: string }
  /** Every connection to the model says goAway this long after it was ready, in ms, and is closed with 1011 when the time left is up. */
  goAways?: { afterMs: number; timeLeftMs: number }
  /** The newest open connection to the model is reset, without a close frame, this long after the person's sound first reached the model, in ms. */
  modelDropsMs?: readonly number[]
  /**
   * What becomes of an attempt to go on by a handle: `ok` (default); `refused-while-open`: 1011 as long as another connection of that
   * session is open; `refused`: 1007 always. A fresh session that is told what was said goes on after it.
   */
  resume?: 'ok' | 'refused-while-open' | 'refused'
  /** The model stalls at turns of the agent. Several at one turn come one after the other. */
  stalls?: readonly ModelStall[]
  /** The carrier sends no media for such a stretch of the stream's time, as legs do that omit silence; what is said meanwhile is lost. */
  mediaGaps?: readonly { atMs: number; forMs: number }[]
}

/** How a live model is known to stall. */
export type StallKind =
  /** The turn completes without any sound. */
  | 'empty-turn'
  /** After `interrupted` into this turn nothing comes any more, not even the end of the turn. */
  | 'freeze-after-interruption'
  /** All of the turn is said, but neither generationComplete nor turnComplete follows. The person's speech goes on as usual. */
  | 'no-turn-complete'
  /** The turn has its whole length and its words, but its sound is next to nothing. */
  | 'silent-audio'
  /** Nothing comes after the answer to this turn's tool call. */
  | 'deaf-after-tool'
  /** The turn does not begin, whatever should have begun it. */
  | 'no-answer'
  /** Text by `realtimeInput` does not begin the turn; `clientContent` and the person's speech do. */
  | 'greeting-text-ignored'

/**
 * A stall at the agent's turn `turn` (from 1). It is over with the text trigger number `nudges` (default 1), or when the session is
 * resumed; then the turn that did not reach the person is there to be said. For `greeting-text-ignored` nudges do not count.
 */
export type ModelStall = { turn: number; kind: StallKind; nudges?: number }
