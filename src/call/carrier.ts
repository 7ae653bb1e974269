/** What the middle of the house asks of a phone company: placing a call, its news, and the media connection to the phone. */
import type { Doors } from './public-address.ts'
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

/** Who answered, by the carrier's own detection. `answeredBy` is its word: `human`, `machine_end_beep`, `fax`, `unknown` … */
export type Detection = {
  answeredBy: string
  isMachine: boolean
  /** The machine has said its greeting and records. */
  records: boolean
}

/** What became of a call that was to be put through to somebody else. `leg`: the media connection, with the person back on it. */
export type Transfer =
  | { type: 'connected' }
  | { type: 'failed'; why: 'busy' | 'no-answer' | 'failed' | 'canceled'; leg: PhoneLeg }

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
  /** Who answered, when the carrier was asked to find out and has. Pending while it has not; never rejects. */
  readonly detected: Promise<Detection>
  /**
   * Plays keys (0-9, *, #, A-D; `w` waits 0.5 s, `W` 1 s) on the line and then connects the media anew: the leg in use ends with `stopped`,
   * the new one is returned. Not while another of these two is under way.
   * @throws CallError `carrier-refused` or `carrier-unreachable` when the carrier did not do it and the leg in use stays; `media-lost` when
   *   the media did not come back. Pending when the call ends meanwhile.
   */
  pressDigits(digits: string): Promise<PhoneLeg>
  /**
   * Puts the person through to another number; the leg in use ends with `stopped`. Resolves `connected` when somebody has answered there:
   * the carrier ends the call when they have done talking. Pending when the call ends meanwhile.
   * @throws CallError as `pressDigits` does
   */
  transfer(to: TransferOrder): Promise<Transfer>
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

/** Whom to put the person through to. Times in ms. */
export type TransferOrder = {
  /** E.164. */
  to: string
  ringTimeoutMs: number
  /** The longest that the two may talk. */
  timeLimitMs: number
}

/** What the carrier needs to know to ring somebody. */
export type DialRequest = {
  to: string
  from: string
  ringTimeoutMs: number
  /** The carrier ends the call after this long, whatever becomes of us. */
  timeLimitMs: number
  /** Keys to press right after the answer, before the media is connected, as in `pressDigits`. */
  digits: string | undefined
  /** Whether the carrier shall find out if a machine answers; the media never waits for that. */
  detectMachine: boolean
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
