/** What a run writes down of the call it has in the air, so that a later run can end it if this one dies. */

/** A call that is about to be placed. */
export type IntendedCall = {
  /** E.164. */
  to: string
  /** E.164. */
  from: string
  /** From now, the longest until the carrier itself has ended the call, whatever becomes of us: ringing and talking, in ms of real time. */
  longestMs: number
}

/** The note of one call. No method rejects; what cannot be written is the journal's own to tell, once. Steps take effect in the order they were asked for. */
export type JournalNote = {
  /** The carrier's id of the call is known. */
  placed(callSid: string): Promise<void>
  /** The carrier was told a new limit: from now, the call may last this long, in ms. Never shortens. */
  extend(longestMs: number): Promise<void>
  /** The call is proven over, or certainly was not placed: the note goes. Nothing is written after it. */
  over(): Promise<void>
}

/** Where calls are noted. Not told that its call is over, a note stays for the next run to find. */
export type CallJournal = {
  /** Resolves when the note is safe on disk, or when that failed: a journal never stops a call. Never rejects; bounded to seconds. */
  intend(call: IntendedCall): Promise<JournalNote>
}

const nothing = () => Promise.resolve()

/** For calls that ring nobody. */
export const NO_JOURNAL: CallJournal = {
  intend: () => Promise.resolve({ placed: nothing, extend: nothing, over: nothing }),
}
