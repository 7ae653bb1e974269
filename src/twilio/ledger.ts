/** What is known of one call, from whatever source told it first: its SID, its status, who answered, and whether it is over. */
import type { Detection, StatusNews } from '../call/carrier.ts'
import { advances, type CallStatus, isFinal } from '../call/status.ts'
import { createLater } from '../flow/later.ts'
import { createQueue } from '../flow/queue.ts'
import { toDetection } from './detection.ts'

/**
 * The answer to our POST, status callbacks, the media stream and polling all write here, in any order and as often as they like; the
 * rank of the status makes the result the same.
 */
export type CallLedger = {
  /** Undefined until somebody told. */
  readonly callSid: string | undefined
  /** Resolves with the SID once it is known; never rejects. */
  readonly known: Promise<string>
  readonly status: CallStatus | undefined
  readonly isOver: boolean
  /** Resolves when a final status is known; never rejects. */
  readonly over: Promise<void>
  /** Resolves with the first word on who answered; never rejects. */
  readonly detected: Promise<Detection>
  /** Every advance of the status, each once; ends after a final one. For one reader. */
  readonly statuses: AsyncIterable<StatusNews>
  /** Notes the SID; false when it contradicts the one already known. */
  learn(callSid: string): boolean
  /** Notes a status, ignored when it is no advance, and who answered, if that came along. */
  note(news: StatusNews): void
  /** Notes who answered, in Twilio's word; the first word counts. */
  noteAnsweredBy(word: string): void
  /** No more news will come: ends `statuses`. */
  end(): void
}

/** A blank page. */
export function createLedger(): CallLedger {
  const statuses = createQueue<StatusNews>()
  const sid = createLater<string>()
  const over = createLater<void>()
  const detected = createLater<Detection>()
  const noteAnsweredBy = (word: string) => detected.resolve(toDetection(word))
  let callSid: string | undefined
  let status: CallStatus | undefined
  return {
    get callSid() {
      return callSid
    },
    known: sid.promise,
    get status() {
      return status
    },
    get isOver() {
      return status !== undefined && isFinal(status)
    },
    over: over.promise,
    detected: detected.promise,
    statuses,
    learn(told) {
      if (callSid === undefined) {
        callSid = told
        sid.resolve(told)
      }
      return callSid === told
    },
    noteAnsweredBy,
    note(news) {
      if (news.answeredBy !== undefined) noteAnsweredBy(news.answeredBy)
      if (!advances(status, news.status)) return
      status = news.status
      statuses.push(news)
      if (!isFinal(status)) return
      statuses.end()
      over.resolve()
    },
    end: () => statuses.end(),
  }
}
