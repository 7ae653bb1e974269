/** What the middle of the house asks of its wings: a carrier with a phone leg, a live model with a model leg, doors to the public. */
import type { CallError } from './error.ts'
import type { CallStatus } from './status.ts'

/** What the phone side of a live call reports, in the order it happened. */
export type PhoneEvent =
  /** The person's sound: signed 16-bit mono at the leg's `sampleRate`, usually 20 ms. `atMs` is the carrier's own time stamp since stream start. */
  | { type: 'audio'; pcm: Int16Array; atMs: number }
  /** Playback reached a mark, or `clear()` threw it away: the echo alone does not tell which. */
  | { type: 'mark'; name: string }
  /** The person pressed a key: 0-9, *, #, A-D. */
  | { type: 'digit'; digit: string }
  /** The last event. `stopped`: the carrier said that the stream is over (hang-up or redirect), or closed it in good order; `dropped`: the connection broke. */
  | { type: 'closed'; how: 'stopped' | 'dropped' }

/** The audio connection to the phone. Speaks PCM16 at its own rate; the carrier's codec is its own affair. */
export type PhoneLeg = {
  /** The carrier's id of the stream (Twilio: `MZ…`). */
  readonly streamId: string
  /** Samples per second of both directions (Twilio: 8000). */
  readonly sampleRate: number
  /** For exactly one reader; ends after `closed`. */
  readonly events: AsyncIterable<PhoneEvent>
  /** Bytes handed to the socket that have not left yet. */
  readonly bufferedBytes: number
  /** Appends sound to the carrier's playback buffer; ignored once closed. */
  play(pcm: Int16Array): void
  /** Asks for an echo of `name` when playback gets here. */
  mark(name: string): void
  /** Empties the carrier's playback buffer at once. */
  clear(): void
  /** Closes the connection; resolves when closed. May be called twice. */
  close(): Promise<void>
}

/** News of a placed call. `answeredBy` is Twilio's AnsweredBy word when it came along. */
export type StatusNews = { status: CallStatus; answeredBy?: string }

/** Whether a call is over: proven over, or unknown because the carrier could not be reached. */
export type HangUpResult = 'ended' | 'unknown'

/** A call that the carrier has accepted. */
export type OutboundCall = {
  /** The carrier's id of the call (Twilio: `CA…`). */
  readonly callId: string
  /** Every advance of the call's status, each once; ends after a final one. For exactly one reader. */
  readonly statuses: AsyncIterable<StatusNews>
  /** The media connection, once the callee has answered and the carrier has opened it. Pending for ever when that never happens; never rejects. */
  readonly media: Promise<PhoneLeg>
  /**
   * Ends the call in whatever state it is and confirms that it is over. A carrier that does not obey at once has its media connection
   * closed, so that nobody is left on a dead line. Never rejects; may be called again.
   */
  hangUp(): Promise<HangUpResult>
  /**
   * Closes the media connection and takes down polling and this call's doors; the door for status news of a call that is over only after
   * its last callback, for which it waits a moment in real time if there have been callbacks at all. The wait keeps no process alive.
   * Does not hang up. May be called twice.
   */
  close(): Promise<void>
}

/** What the carrier needs to know to ring somebody. */
export type DialRequest = {
  to: string
  from: string
  ringTimeoutMs: number
  /** The carrier ends the call after this long, whatever becomes of us. */
  timeLimitMs: number
}

/** A phone company with an API. */
export type Carrier = {
  /** Proves what can be proven without ringing anybody: credentials, account state and type. Rejects with a CallError when a call could not work. */
  check(signal: AbortSignal): Promise<void>
  /**
   * Places the call. Rejects with a CallError: code `dial-unknown` when it could not be proved whether the call was placed, any other
   * code when it certainly was not. When `signal` aborts while the request is out, the call is ended as soon as it is known, and
   * the returned call (not a rejection) tells so.
   */
  dial(request: DialRequest, doors: Doors, signal: AbortSignal): Promise<OutboundCall>
}

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

/** A function that the model may call. `parameters` is a JSON schema of type object. */
export type ToolDeclaration = { name: string; description: string; parameters: Record<string, unknown> }

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

/** A request that reached one of our doors. Header names are in lower case; `form` holds url-encoded body fields. */
export type DoorRequest = {
  headers: Readonly<Record<string, string | undefined>>
  form: Readonly<Record<string, string>>
}

/** One accepted WebSocket at a door. */
export type DoorSocket = {
  readonly bufferedBytes: number
  send(text: string): void
  /** Closes politely with this code, firmly after 1.5 s. Resolves when closed; may be called twice. */
  close(code: number): Promise<void>
}

/** What the owner of a door does with its socket. Called by the listener; must not throw. */
export type DoorSocketSink = {
  text(message: string): void
  /** A binary frame came: no carrier sends one. */
  binary(): void
  closed(code: number): void
}

/**
 * The public address and what is behind it. Doors are opened at unguessable suffixes; everything else is answered 404 without a hint.
 * Every function returned removes its door.
 */
export type Doors = {
  /** `wss://host[/base]` (or `ws://` on loopback), without a trailing slash. A door's public address is this plus its suffix; HTTP uses the scheme turned. */
  readonly publicUrl: string
  /** A form POST at `suffix` (starts with `/`). `admit` is asked once the body is read; false answers 403. Admitted requests are answered 204. */
  onPost(
    suffix: string,
    admit: (request: DoorRequest) => boolean,
    received: (request: DoorRequest) => void,
  ): () => void
  /** A WebSocket upgrade at `suffix`. `admit` is asked before the upgrade; false answers 403 and costs nothing more. */
  onSocket(
    suffix: string,
    admit: (request: DoorRequest) => boolean,
    connected: (socket: DoorSocket) => DoorSocketSink,
  ): () => void
}

/** The open public address. */
export type Ingress = {
  readonly doors: Doors
  /** How the address was made: an ngrok tunnel, an address of the user's own, or this machine alone. */
  readonly via: 'ngrok' | 'own' | 'loopback'
  /** Resolves, with the reason, when the public address stops working. Pending while all is well; never rejects. */
  readonly lost: Promise<CallError>
  /** Takes the address down; resolves when the tunnel is gone and the listener's port is free. May be called twice. */
  close(): Promise<void>
}
