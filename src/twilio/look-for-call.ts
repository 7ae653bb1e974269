/** "Did it dial?": looks for a call whose POST had no clear answer. The POST is never repeated; it could ring twice. */

import type { DialRequest } from '../call/carrier.ts'
import { CallError } from '../call/error.ts'
import { isFinal } from '../call/status.ts'
import { stopped } from '../call/stop.ts'
import type { Clock } from '../flow/clock.ts'
import type { CallLedger } from './ledger.ts'
import type { CallRecord, TwilioRest } from './rest.ts'
import { maskNumber } from './vendor-text.ts'

/** In ms of the call's clock. */
const LOOK_FOR_MS = 15_000
const LOOK_EVERY_MS = 2000

/** How far Twilio's clock may be behind ours, its whole seconds included. */
const CLOCK_SKEW_MS = 5000
/** Twilio dates a call in whole seconds. */
const WHOLE_SECOND_MS = 1000

/** What was asked for, and when (`Date.now()`), before the first byte left. */
export type LostCall = { request: DialRequest; postedOnMs: number }

/**
 * Waits for proof that the call exists: a signed callback or stream at its doors (the ledger then knows the SID), or a call in Twilio's
 * list that can only be this one. Resolves when the ledger knows the SID, or after a last look when 15 s are over or `signal` aborts.
 */
export async function lookForCall(
  lost: LostCall,
  ledger: CallLedger,
  rest: TwilioRest,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  const { to, from } = lost.request
  const proven = new AbortController()
  const known = ledger.known.then(() => proven.abort())
  const stop = stopped(signal).then(() => undefined)
  const either = AbortSignal.any([proven.signal, signal])
  const untilMs = clock.nowMs() + LOOK_FOR_MS
  let isLast = false
  while (ledger.callSid === undefined && !isLast) {
    isLast = signal.aborted || clock.nowMs() >= untilMs
    const answer = await Promise.race([rest.listCalls(to, from), known, ...(isLast ? [] : [stop])])
    const found = answer?.ok ? answer.value.filter((call) => couldBe(call, lost)) : []
    // Two candidates: another ai-caller rings the same person at the same moment. Only the doors can tell which one is ours.
    if (found.length === 1 && found[0]) adopt(found[0], ledger)
    else if (!isLast) await clock.sleep(Math.min(LOOK_EVERY_MS, untilMs - clock.nowMs()), either)
  }
}

/**
 * Twilio's clock gets the benefit of the doubt, except from a call that is over: dated before ours was sent, that is rather the last
 * call to the same person, and ours may yet ring.
 */
function couldBe(call: CallRecord, { request, postedOnMs }: LostCall): boolean {
  const toleranceMs = call.news && isFinal(call.news.status) ? WHOLE_SECOND_MS : CLOCK_SKEW_MS
  return (
    call.to === request.to &&
    call.from === request.from &&
    call.direction === 'outbound-api' &&
    call.createdAt !== undefined &&
    call.createdAt.getTime() >= postedOnMs - toleranceMs
  )
}

function adopt(call: CallRecord, ledger: CallLedger): void {
  if (ledger.learn(call.callSid) && call.news) ledger.note(call.news)
}

/** For a call of which nobody knows whether it was placed. `cause` says what happened to the request. */
export function dialUnknown({ to, ringTimeoutMs, timeLimitMs }: DialRequest, cause: CallError): CallError {
  const minutes = Math.ceil((ringTimeoutMs + timeLimitMs) / 60_000)
  return new CallError(
    'dial-unknown',
    `it could not be proved whether Twilio placed the call: ${cause.message}, and no trace of the call was found`,
    {
      hint: `Before you call again, let 'ai-caller hangup --all' look for the call to ${maskNumber(to)} and end it, or look for it at https://console.twilio.com (Monitor > Logs > Calls). If there is one, Twilio hangs up when it is answered, and in any case ends it within ${minutes} min of dialling.`,
      cause,
    },
  )
}
