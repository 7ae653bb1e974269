/**
 * The end of the conversation from the agent's side: by its tool, by a goodbye without it, or because we asked for a goodbye. However
 * it comes about, the goodbye is heard whole before the call is ended, and nothing is waited for longer than it can still come.
 */
import type { NormalEnd } from '../end-reason.ts'

/** The carrier's echo runs ahead of the person's ear by the way through the network; nobody likes a line that dies on the last syllable. */
const LAST_WORD_MS = 400
/** After a goodbye without the tool, and after a short reply to it, the person gets this long to go on. */
const REPLY_MS = 3000
/** A reply up to this length may be a goodbye; a longer one has something to say. */
const SHORT_REPLY_MS = 1500
/** A model that makes no sound for this long will not say goodbye (any more). */
const PATIENCE_MS = { tool: 2500, phrase: 2500, asked: 5000, message: 8000 } as const
/** However talkative the model is, the call ends this long after it was decided. */
const LONGEST_MS = { tool: 25_000, phrase: 25_000, asked: 25_000, message: 120_000 } as const

/** How the end came about: `end_call`, a goodbye in so many words, a goodbye that we asked for, or a message for a machine. */
export type EndedBy = keyof typeof PATIENCE_MS

type Pending = { reason: NormalEnd; by: EndedBy; sinceMs: number }

function isSettled({ by }: Pending): boolean {
  return by === 'tool' || by === 'message'
}

/** Watches for the moment to hang up. */
export type Ending = {
  /** True from the first `begin` on, unless the person took it back. */
  readonly begun: boolean
  /** The conversation shall end. A second time changes the way, not the reason. */
  begin(reason: NormalEnd, by: EndedBy): void
  /** Whatever ends the conversation from now on, this is the reason for it. */
  expect(reason: NormalEnd): void
  agentSpoke(): void
  /** The person speaks: an end that only their silence has brought about is off. */
  personSpoke(): void
  /** The person has spoken for this long: an end that only a goodbye has brought about is off when that was no short reply. */
  personEnded(lastedMs: number): void
  /** The model's turn is over or was interrupted. */
  modelDone(): void
  /** To be called often; `silent`: everything the agent said has been heard. */
  progress(silent: boolean): void
}

/** Calls `ended` once, when the conversation is to end and nothing the agent said is still to be heard. */
export function createEnding(nowMs: () => number, ended: (reason: NormalEnd) => void): Ending {
  let pending: Pending | undefined
  let expected: NormalEnd | undefined
  let over = false
  let lastSoundMs = 0
  let agentSpokeLast = false
  let modelIsDone = false
  let silentSinceMs: number | undefined
  let personSpokeMs = Number.NEGATIVE_INFINITY

  const isTime = ({ by, sinceMs }: Pending, silentMs: number) => {
    if (nowMs() - sinceMs >= LONGEST_MS[by]) return true
    if (by === 'phrase') return silentMs >= REPLY_MS && nowMs() - personSpokeMs >= REPLY_MS
    if (silentMs < LAST_WORD_MS) return false
    return (modelIsDone && agentSpokeLast) || nowMs() - Math.max(sinceMs, lastSoundMs) > PATIENCE_MS[by]
  }
  return {
    get begun() {
      return pending !== undefined
    },
    begin(reason, by) {
      // Nothing goes before a message for a machine, not even the wish to hang up.
      if (by !== 'message' && pending && (isSettled(pending) || by === 'phrase')) return
      // What was asked for is still to come: what was said before does not count as that.
      if (by === 'asked' || by === 'message') agentSpokeLast = false
      if (by !== 'phrase') modelIsDone = false
      pending = { reason: pending?.reason ?? expected ?? reason, by, sinceMs: nowMs() }
    },
    expect(reason) {
      expected = reason
    },
    agentSpoke() {
      lastSoundMs = nowMs()
      // The goodbye was not the last word after all; if this is another one, it will be known by its own words.
      if (pending?.by === 'phrase') pending = undefined
      agentSpokeLast = true
      modelIsDone = false
      silentSinceMs = undefined
    },
    personSpoke() {
      agentSpokeLast = false
      personSpokeMs = nowMs()
      if (pending?.by === 'asked' && pending.reason === 'silence') pending = undefined
    },
    personEnded(lastedMs) {
      personSpokeMs = nowMs()
      if (pending?.by === 'phrase' && lastedMs > SHORT_REPLY_MS) pending = undefined
    },
    modelDone() {
      modelIsDone = true
    },
    progress(silent) {
      silentSinceMs = silent ? (silentSinceMs ?? nowMs()) : undefined
      const silentMs = silentSinceMs === undefined ? 0 : nowMs() - silentSinceMs
      if (!pending || over || !isTime(pending, silentMs)) return
      over = true
      ended(pending.reason)
    },
  }
}
