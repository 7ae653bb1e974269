/** Ends a call that this process has not placed: one that a dead run left behind, or whose SID somebody gives. */
import { isFinal } from '../call/status.ts'
import { concernsAccount } from './errors.ts'
import type { RestFailure } from './failure.ts'
import { findLeftover, type LostLeftover } from './find-leftover.ts'
import { endCall } from './hang-up.ts'
import { createLedger } from './ledger.ts'
import type { TwilioRest } from './rest.ts'
import { isSid } from './sid.ts'

/** What became of the call. */
export type LeftoverEnd =
  /** Proven over, by us. */
  | { result: 'ended'; callSid: string }
  | { result: 'was-over'; callSid: string }
  /** Twilio knows no such call. */
  | { result: 'not-found' }
  | Doubt

/** It may still be running. `reason` and `hint` are for people; `refused`: Twilio does not let these credentials in. */
export type Doubt = { result: 'unknown'; reason: string; hint: string; refused: boolean }

/** A call that a run has noted; `callSid` null: the run did not live to hear it. */
export type NotedLeftover = LostLeftover & { callSid: string | null }

const LOOK_IT_UP =
  'Look it up at https://console.twilio.com (Monitor, Logs, Calls) and end it there if it still runs. Twilio ends it at its time limit.'

/**
 * Ends a noted call; without a SID, it is looked for first. `others` are calls of other runs, which are not to be taken for it.
 * Takes up to half a minute when Twilio is slow. Never rejects.
 */
export async function endLeftover(
  left: NotedLeftover,
  others: readonly NotedLeftover[],
  rest: TwilioRest,
): Promise<LeftoverEnd> {
  const { callSid } = left
  if (callSid !== null) {
    const end = await endBySid(callSid, rest)
    // It was Twilio who told this SID: what it does not know any more is over.
    return end.result === 'not-found' ? { result: 'was-over', callSid } : end
  }
  const found = await findLeftover(left, others, rest)
  switch (found.type) {
    case 'running':
      return endBySid(found.callSid, rest)
    case 'over':
      return { result: 'was-over', callSid: found.callSid }
    case 'none':
      return { result: 'not-found' }
    case 'unclear':
      return { result: 'unknown', reason: found.reason, hint: found.hint, refused: false }
    case 'failed':
      return doubt(found.failure)
    default:
      return found satisfies never
  }
}

/** Ends the call with this SID and makes sure of it. Never rejects. */
export async function endBySid(callSid: string, rest: TwilioRest): Promise<LeftoverEnd> {
  if (!isSid('CA', callSid))
    return {
      result: 'unknown',
      reason: 'this is not the SID of a Twilio call',
      hint: LOOK_IT_UP,
      refused: false,
    }
  const first = await rest.fetchCall(callSid)
  if (!first.ok && first.failure.status === 404) return { result: 'not-found' }
  if (!first.ok && isRefused(first.failure)) return doubt(first.failure)
  if (first.ok && first.value.news && isFinal(first.value.news.status)) return { result: 'was-over', callSid }

  const ledger = createLedger()
  ledger.learn(callSid)
  if (first.ok && first.value.news) ledger.note(first.value.news)
  if ((await endCall(callSid, ledger, rest, () => {})) === 'ended') return { result: 'ended', callSid }
  if (!first.ok) return doubt(first.failure)
  const shows = ledger.status ? `Twilio still shows it as ${ledger.status}` : 'Twilio did not confirm its end'
  return { result: 'unknown', reason: shows, hint: LOOK_IT_UP, refused: false }
}

function isRefused({ error, status, code }: RestFailure): boolean {
  return error.code === 'carrier-auth' || concernsAccount(status, code)
}

function doubt(failure: RestFailure): Doubt {
  const { message, hint } = failure.error
  return { result: 'unknown', reason: message, hint: hint ?? LOOK_IT_UP, refused: isRefused(failure) }
}
