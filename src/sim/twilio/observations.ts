/** What the simulated Twilio saw, for tests to judge. Everything here is live: it grows while the call goes on. */

/** Twilio's words for the state of a call; `initiated` is told in callbacks only. */
export type SimulatedStatus =
  | 'queued'
  | 'initiated'
  | 'ringing'
  | 'in-progress'
  | 'completed'
  | 'busy'
  | 'no-answer'
  | 'failed'
  | 'canceled'

/** Who or what ended a call: a REST request, the person, the time limit, the end of the TwiML, or the network (busy, nobody there). */
export type CallEnder = 'rest' | 'person' | 'time-limit' | 'twiml' | 'network'

/** One error or warning as Twilio's debugger would list it, under the codes of Twilio's error dictionary. */
export type AccountWarning = { code: number; detail: string; callSid?: string; streamSid?: string }

/** One REST request that reached the simulator. `status` is 0 when the connection was reset instead of answered. */
export type RestRequest = { method: string; path: string; status: number }

/** One webhook sent to the customer. */
export type SentCallback = {
  /** What it told: a progress event, the verdict of machine detection, a stream event, or a request for TwiML. */
  event: string
  url: string
  fields: Readonly<Record<string, string>>
  /** The HTTP status of the answer; undefined while under way and when no answer came. */
  answer?: number
  /** Why no answer came. */
  error?: string
  /** Connections tried: 2 after a failure to connect. */
  attempts: number
  /** What the answer said it was. */
  contentType?: string
}

/** A key that the customer's programme played into a call. `atMs` is clock time since the request for the call. */
export type PressedKey = { key: string; atMs: number }

/** Somebody else whom `<Dial>` rang. Times are clock time since the request for the call that dialled. */
export type SimulatedTransfer = {
  /** Undefined when Twilio refused to dial. */
  readonly sid: string | undefined
  readonly to: string
  readonly callerId: string
  readonly status: SimulatedStatus
  readonly history: readonly { status: SimulatedStatus; atMs: number }[]
  /** The status callbacks of `<Number>`. */
  readonly callbacks: readonly SentCallback[]
}

/** A mark that was echoed. `cleared`: thrown out by a `clear`, not heard. Times are media time of the stream, in ms. */
export type EchoedMark = { name: string; atMs: number; cleared: boolean }

/** One media stream of a call. Times are media time: milliseconds of sound since `start`. */
export type SimulatedStream = {
  readonly sid: string
  /** As written in the TwiML. */
  readonly url: string
  readonly customParameters: Readonly<Record<string, string>>
  /** The HTTP status of the upgrade: 101 when accepted, undefined until answered or when no answer came. */
  readonly upgradeStatus: number | undefined
  readonly state: 'connecting' | 'open' | 'failed' | 'dropped' | 'closed'
  /** When on the person's line the stream began, in ms: what the person said between two streams reached nobody. */
  readonly fromMs: number | undefined
  /** The close code the customer's server sent; 1005 without one, 1006 when the connection broke. */
  readonly closeCode: number | undefined
  /** All that was played to the person since `start`, silence included: 16-bit mono at 8000 Hz. */
  readonly heard: Int16Array
  /** All that the person's side sent since `start`, aligned with `heard`; silence where media was left out. */
  readonly said: Int16Array
  readonly marks: readonly EchoedMark[]
  readonly clears: readonly { atMs: number }[]
  /** Milliseconds of sound received and not yet played. */
  readonly bufferedMs: number
}

/** One call, from the request on. `atMs` is clock time since the request. */
export type SimulatedCall = {
  readonly sid: string
  readonly to: string
  readonly from: string
  /** Every parameter of the request as it came; `StatusCallbackEvent` is always a list. */
  readonly parameters: Readonly<Record<string, string | readonly string[]>>
  readonly status: SimulatedStatus
  readonly history: readonly { status: SimulatedStatus; atMs: number }[]
  /** AnsweredBy, once machine detection was asked for and has come to a verdict. */
  readonly answeredBy: string | undefined
  readonly endedBy: CallEnder | undefined
  readonly callbacks: readonly SentCallback[]
  /** TwiML documents executed, in order. */
  readonly twiml: readonly string[]
  /** Verbs executed, in order, in words, such as `Say Goodbye.` */
  readonly verbs: readonly string[]
  /** Keys played by `<Play digits>` and SendDigits, in order, without pauses. */
  readonly pressed: readonly PressedKey[]
  readonly transfers: readonly SimulatedTransfer[]
  /** In order, each with all that was said into it and played out of it. */
  readonly streams: readonly SimulatedStream[]
  /** The latest stream. */
  readonly stream: SimulatedStream | undefined
  /** Resolves once the call has had this status; rejects after `withinMs` of real time (default 10 s) or when it ended without. */
  until(status: SimulatedStatus, withinMs?: number): Promise<void>
}

/** A simulated Twilio account behind a REST address on loopback. */
export type SimulatedTwilio = {
  /** `http://127.0.0.1:PORT` */
  readonly baseUrl: string
  readonly accountSid: string
  readonly authToken: string
  readonly phoneNumber: string
  /** In the order placed. */
  readonly calls: readonly SimulatedCall[]
  readonly requests: readonly RestRequest[]
  readonly warnings: readonly AccountWarning[]
  /**
   * Resolves with the first truthy result of `look`, which is asked again whenever anything happened.
   * Rejects after `withinMs` of real time (default 10 s) and when the simulator closes.
   */
  waitFor<T>(look: () => T, withinMs?: number): Promise<NonNullable<T>>
  /** Calls `look` whenever anything happened, until the simulator closes. */
  watch(look: () => void): void
  /** Ends everything at once: no socket, timer or handle remains. May be called twice. */
  close(): Promise<void>
}
