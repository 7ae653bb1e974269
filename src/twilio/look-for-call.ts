/** "Did it dial?": looks for a call whose POST had no clear answer. The POST is never repeated; it could ring twice. */
import { CallError } from '../call/error.ts'
import type { DialRequest } from '../call/ports.ts'
import type { Clock } from '../flow/clock.ts'
import type { CallLedger } from './ledger.ts'
import type { CallRecord, TwilioRest } from './rest.ts'
import { maskNumber } from './vendor-text.ts'

/** In ms of the call's clock. */
const LOOK_FOR_MS = 15_000
const LOOK_EVERY_MS = 2000

/** How far Twilio's clock may be behind ours, its whole seconds included. */
const CLOCK_SKEW_MS = 5000

/** What was asked for, and when (`Date.now()`), before the first byte left. */
export type LostCall = { request: DialRequest; postedOnMs: number }

/**
 * Waits for proof that the call exists: a signed callback or stream at its doors (the ledger then knows the SID), or a call in Twilio's
 * list that can only be this one. Resolves when the ledger knows the SID, or after 15 s.
 */
export async function lookForCall(
  lost: LostCall,
  ledger: CallLedger,
  rest: TwilioRest,
  clock: Clock,
): Promise<void> {
  const proven = new AbortController()
  void ledger.known.then(() => proven.abort())
  const untilMs = clock.nowMs() + LOOK_FOR_MS
  while (ledger.callSid === undefined && clock.nowMs() < untilMs) {
    const { to, from } = lost.request
    const answer = await Promise.race([rest.listCalls(to, from), ledger.known.then(() => undefined)])
    const found = answer?.ok ? answer.value.filter((call) => couldBe(call, lost)) : []
    // Two candidates: another ai-caller rings the same person at the same moment. Only the doors can tell which one is ours.
    if (found.length === 1 && found[0]) adopt(found[0], ledger)
    else await clock.sleep(Math.min(LOOK_EVERY_MS, untilMs - clock.nowMs()), proven.signal)
  }
}

function couldBe(call: CallRecord, { request, postedOnMs }: LostCall): boolean {
  return (
    call.to === request.to &&
    call.from === request.from &&
    call.direction === 'outbound-api' &&
    call.createdAt !== undefined &&
    call.createdAt.getTime() >= postedOnMs - CLOCK_SKEW_MS
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
      hint: `Before you call again, look for a call to ${maskNumber(to)} at https://console.twilio.com (Monitor > Logs > Calls). If there is one, Twilio hangs up when it is answered, and in any case ends it within ${minutes} min of dialling.`,
      cause,
    },
  )
}
