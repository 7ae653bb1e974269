/** What the middle of the house asks of a speech-to-speech model: a live session and everything that is said in it. */
import type { CallError } from './error.ts'
import type { ToolDeclaration } from './tools.ts'

/** Tokens and sound that the model billed since its last report. Counts of tokens, from Gemini's usageMetadata. */
export type Usage = {
  promptTokens: number
  promptAudioTokens: number
  responseTokens: number
  responseAudioTokens: number
  thoughtTokens: number
  totalTokens: number
}

/**
 * Why a session moved to a new connection: the server announced its end, the old connection was getting old, it broke, or the model no
 * longer reacted.
 */
export type ReconnectReason = 'going-away' | 'age' | 'lost' | 'stalled'

/** What the model reports. One server message may give several, in this order of meaning: sound and words before what ends them. */
export type ModelEvent =
  /** Speech of the agent: signed 16-bit mono at the leg's `outputRate`, any number of samples. */
  | { type: 'audio'; pcm: Int16Array }
  /** A piece of what the agent says; may split words anywhere. */
  | { type: 'agent-text'; text: string }
  /** A piece of what the model understood the person to say; may split words anywhere. */
  | { type: 'person-text'; text: string }
  /** The person spoke into the agent's turn: everything not yet played is void. May come after `turn-complete`. */
  | { type: 'interrupted' }
  /** The model has made all of its turn; playing it may take longer. */
  | { type: 'generation-complete' }
  /** The model's turn is over. `reason` is set when it ended oddly (Gemini's turnCompleteReason). */
  | { type: 'turn-complete'; reason?: string }
  | { type: 'tool-call'; id: string; name: string; args: Record<string, unknown> }
  | { type: 'tool-cancelled'; ids: string[] }
  | { type: 'usage'; usage: Usage }
  /** The connection will be closed by the server after `timeLeftMs`. */
  | { type: 'going-away'; timeLeftMs: number }
  /** The handle with which the session can be carried over; undefined: not resumable right now. */
  | { type: 'resumable'; handle: string | undefined }
  /** The session goes on over a new connection. `gapMs`: how long the person's sound was held back for it; all of it has been sent on. */
  | { type: 'reconnected'; reason: ReconnectReason; gapMs: number }
  /** Something came that we could not read; counted and passed over. */
  | { type: 'unreadable'; detail: string }
  /** The last event: the server closed the session or the connection broke. */
  | { type: 'closed'; error: CallError }

/** How a live session starts. */
export type ModelSetup = {
  model: string
  voice: string
  systemInstruction: string
  language: string | undefined
  tools: readonly ToolDeclaration[]
  inputRate: number
  voiceActivity: VoiceActivity
  /** What has been said so far: asked for when a session cannot be resumed and a fresh one must be told. Empty before anybody spoke. */
  history: () => readonly { speaker: 'person' | 'agent'; text: string }[]
}

/** How the model tells speech from silence. High sensitivity: begins, or ends, a turn sooner. */
export type VoiceActivity = {
  startSensitivity: 'high' | 'low'
  endSensitivity: 'high' | 'low'
  /** Speech this long begins a turn, in ms. */
  prefixPaddingMs: number
  /** Silence this long ends a turn, in ms. */
  silenceDurationMs: number
}

/** An open, ready live session. */
export type ModelLeg = {
  /** Samples per second that `sendAudio` takes. */
  readonly inputRate: number
  /** Samples per second of `audio` events (Gemini: 24000). */
  readonly outputRate: number
  /** For exactly one reader; ends after `closed`. */
  readonly events: AsyncIterable<ModelEvent>
  /** Bytes handed to the socket that have not left yet. */
  readonly bufferedBytes: number
  /** The person's sound, as it comes, silence included: the model's end-of-turn detection lives on it. */
  sendAudio(pcm: Int16Array): void
  /**
   * Words for the model to act on, not to be spoken: the trigger of the greeting, a nudge. `insist` takes the other of the two channels
   * that a session has for text, for when the first brought no answer; it cuts whatever the model is saying.
   */
  sendText(text: string, insist?: boolean): void
  /** The result of a tool call. `silent`: the model should not speak because of it. */
  answerTool(
    call: { id: string; name: string },
    response: { output: unknown } | { error: string },
    silent: boolean,
  ): void
  /**
   * Moves the session to a new connection now; a `reconnected` event follows, or `closed` when that fails for good. When a connection that
   * still works cannot be replaced, it is kept, and no event follows. For a moment between turns: sound of the person is held meanwhile and
   * sent on in order, but a sentence of the agent may be lost. Ignored while moving.
   */
  carryOver(reason: ReconnectReason): void
  /** Closes the session; resolves when closed, firmly after a second. No `closed` event follows. May be called twice. */
  close(): Promise<void>
}

/** A speech-to-speech model service. */
export type LiveModel = {
  /** Opens a session and resolves when it is ready to talk; rejects with a CallError (`model-…`) within its own deadline. */
  connect(setup: ModelSetup, signal: AbortSignal): Promise<ModelLeg>
}
