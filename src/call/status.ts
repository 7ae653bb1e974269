/** What the carrier says of a call, and the one rule by which a new word replaces an older one. */

/** Twilio's words for the state of a call; `initiated` occurs in callbacks only. https://www.twilio.com/docs/voice/api/call-resource#call-status-values */
export type CallStatus =
  | 'queued'
  | 'initiated'
  | 'ringing'
  | 'in-progress'
  | 'completed'
  | 'busy'
  | 'no-answer'
  | 'failed'
  | 'canceled'

/** Callbacks come in any order and more than once, so a status only counts when it ranks above the last one. */
const RANK = {
  queued: 0,
  initiated: 1,
  ringing: 2,
  'in-progress': 3,
  completed: 4,
  busy: 4,
  'no-answer': 4,
  failed: 4,
  canceled: 4,
} as const satisfies Record<CallStatus, number>

/** True for a word that Twilio uses for a call's status. */
export function isCallStatus(word: string): word is CallStatus {
  return Object.hasOwn(RANK, word)
}

/** True when the call is over: no later word can change it. */
export function isFinal(status: CallStatus): boolean {
  return RANK[status] === 4
}

/** True when `next` is news after `current` (undefined: nothing known yet). */
export function advances(current: CallStatus | undefined, next: CallStatus): boolean {
  return current === undefined || RANK[next] > RANK[current]
}
