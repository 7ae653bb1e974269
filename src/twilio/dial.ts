/** Places one call: doors first, then one POST, then whatever it takes to know what became of it. */
import { setTimeout as realSleep } from 'node:timers/promises'
import type { DialRequest, OutboundCall } from '../call/carrier.ts'
import type { Doors } from '../call/public-address.ts'
import { isFinal } from '../call/status.ts'
import { stopped } from '../call/stop.ts'
import type { Clock } from '../flow/clock.ts'
import { type CallDoors, openCallDoors } from './call-doors.ts'
import type { Answer } from './client.ts'
import { assertDigits } from './digits.ts'
import { type RestFailure, unanswered } from './failure.ts'
import { type CallLedger, createLedger } from './ledger.ts'
import { dialUnknown, lookForCall } from './look-for-call.ts'
import { createMoves } from './moves.ts'
import { createOutboundCall } from './outbound-call.ts'
import type { CallRecord, NewCall, TwilioRest } from './rest.ts'
import type { SignatureCheck } from './signature.ts'
import { createStatusWatch } from './status-watch.ts'
import { timeLimitSeconds } from './time-limit.ts'
import { connectStreamTwiml } from './twiml.ts'

/** How much longer Twilio may take over its answer when nobody wants the call any more; real ms. */
const ANSWER_AFTER_STOP_MS = 2500

/** What dialling needs. */
export type Dialling = { accountSid: string; rest: TwilioRest; isSigned: SignatureCheck; clock: Clock }

/**
 * Places the call. When `signal` aborts meanwhile, waiting and searching are cut short, and the call is being ended by the time it is
 * returned.
 * @throws CallError `dial-unknown` when it could not be proved whether the call was placed, another code when it certainly was not
 */
export async function dial(
  { accountSid, rest, isSigned, clock }: Dialling,
  request: DialRequest,
  doors: Doors,
  signal: AbortSignal,
): Promise<OutboundCall> {
  if (request.digits !== undefined) assertDigits(request.digits)
  const ledger = createLedger()
  const watch = createStatusWatch({ ledger, rest, clock })
  const callDoors = openCallDoors({ doors, accountSid, isSigned, ledger }, watch, request.detectMachine)

  const dialledAtMs = clock.nowMs()
  const postedOnMs = Date.now()
  const failure = await post(rest, newCall(request, callDoors), ledger, signal)
  if (failure?.kind === 'unknown') await lookForCall({ request, postedOnMs }, ledger, rest, clock, signal)
  if (failure && ledger.callSid === undefined) {
    callDoors.close()
    throw failure.kind === 'unknown' ? dialUnknown(request, failure.error) : failure.error
  }
  watch.start()
  const callSid = await ledger.known
  const moves = createMoves(ledger, {
    ...{ callSid, rest, watch, clock, from: request.from, sinceDialledMs: () => clock.nowMs() - dialledAtMs },
    ...{ streams: callDoors.streams, openTransfer: callDoors.openTransfer },
  })
  const call = createOutboundCall(callSid, { ledger, rest, watch, doors: callDoors, moves })
  if (signal.aborted) void call.hangUp()
  return call
}

function newCall(
  { to, from, ringTimeoutMs, timeLimitMs, digits }: DialRequest,
  { stream, status, detectionUrl }: CallDoors,
): NewCall {
  return {
    to,
    from,
    twiml: connectStreamTwiml(stream, digits),
    timeoutSeconds: Math.ceil(ringTimeoutMs / 1000),
    timeLimitSeconds: timeLimitSeconds(timeLimitMs),
    statusCallback: status.url,
    detectionCallback: detectionUrl,
  }
}

/**
 * Sends the one POST. Undefined as soon as the ledger knows the SID, from the answer or, quicker than it, from one of the doors. The
 * answer may still be 2.5 s away when `signal` aborts: it saves the search for the call.
 */
async function post(
  rest: TwilioRest,
  call: NewCall,
  ledger: CallLedger,
  signal: AbortSignal,
): Promise<RestFailure | undefined> {
  const answered = rest.createCall(call).then((answer) => noteAnswer(answer, ledger))
  const known = ledger.known.then(() => undefined)
  const late = stopped(signal).then(() => realSleep(ANSWER_AFTER_STOP_MS, unanswered(), { ref: false }))
  const failure = await Promise.race([answered, known, late])
  return ledger.callSid === undefined ? failure : undefined
}

/** A call just placed is not over: an emulator's answer that says so is left to the callbacks and to polling. */
function noteAnswer(answer: Answer<CallRecord>, ledger: CallLedger): RestFailure | undefined {
  if (!answer.ok) return answer.failure
  const { callSid, news } = answer.value
  if (ledger.learn(callSid) && news && !isFinal(news.status)) ledger.note(news)
  return undefined
}
