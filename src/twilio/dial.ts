/** Places one call: doors first, then one POST, then whatever it takes to know what became of it. */
import type { DialRequest, Doors, OutboundCall, PhoneLeg } from '../call/ports.ts'
import { isFinal } from '../call/status.ts'
import type { Clock } from '../flow/clock.ts'
import { type CallDoors, openCallDoors } from './call-doors.ts'
import type { RestFailure } from './failure.ts'
import { endCall } from './hang-up.ts'
import { type CallLedger, createLedger, settledLater } from './ledger.ts'
import { dialUnknown, lookForCall } from './look-for-call.ts'
import { createOutboundCall } from './outbound-call.ts'
import type { Answer, CallRecord, NewCall, TwilioRest } from './rest.ts'
import type { SignatureCheck } from './signature.ts'
import { createStatusWatch } from './status-watch.ts'
import { connectStreamTwiml } from './twiml.ts'

/** What dialling needs. */
export type Dialling = { accountSid: string; rest: TwilioRest; isSigned: SignatureCheck; clock: Clock }

/**
 * Places the call. When `signal` aborts meanwhile, the call is being ended by the time it is returned.
 * @throws CallError `dial-unknown` when it could not be proved whether the call was placed, another code when it certainly was not
 */
export async function dial(
  { accountSid, rest, isSigned, clock }: Dialling,
  request: DialRequest,
  doors: Doors,
  signal: AbortSignal,
): Promise<OutboundCall> {
  const ledger = createLedger()
  const watch = createStatusWatch({ ledger, rest, clock })
  const media = settledLater<PhoneLeg>()
  const callDoors = openCallDoors(doors, {
    accountSid,
    isSigned,
    ledger,
    heard: watch.heard,
    streamStarted(leg) {
      media.resolve(leg)
      watch.streamStarted()
    },
    streamEnded: watch.streamEnded,
  })

  const postedOnMs = Date.now()
  const failure = await post(rest, newCall(request, callDoors), ledger)
  if (failure && failure.kind !== 'unknown') {
    callDoors.close()
    throw failure.error
  }
  if (failure) await lookForCall({ request, postedOnMs }, ledger, rest, clock)
  if (failure && ledger.callSid === undefined) {
    giveUp(callDoors, ledger, rest, request)
    throw dialUnknown(request, failure.error)
  }
  watch.start()
  const call = createOutboundCall(await ledger.known, {
    ledger,
    rest,
    watch,
    doors: callDoors,
    media: media.promise,
  })
  if (signal.aborted) void call.hangUp()
  return call
}

function newCall({ to, from, ringTimeoutMs, timeLimitMs }: DialRequest, doors: CallDoors): NewCall {
  return {
    to,
    from,
    twiml: connectStreamTwiml(doors),
    timeoutSeconds: Math.ceil(ringTimeoutMs / 1000),
    timeLimitSeconds: Math.ceil(timeLimitMs / 1000),
    statusCallback: doors.statusUrl,
  }
}

/** Sends the one POST. Undefined as soon as the ledger knows the SID, from the answer or, quicker than it, from one of the doors. */
async function post(rest: TwilioRest, call: NewCall, ledger: CallLedger): Promise<RestFailure | undefined> {
  const answered = rest.createCall(call).then((answer) => noteAnswer(answer, ledger))
  const failure = await Promise.race([answered, ledger.known.then(() => undefined)])
  return ledger.callSid === undefined ? failure : undefined
}

/** A call just placed is not over: an emulator's answer that says so is left to the callbacks and to polling. */
function noteAnswer(answer: Answer<CallRecord>, ledger: CallLedger): RestFailure | undefined {
  if (!answer.ok) return answer.failure
  const { callSid, news } = answer.value
  if (ledger.learn(callSid) && news && !isFinal(news.status)) ledger.note(news)
  return undefined
}

/**
 * Nobody waits for this call any more, but it may yet ring: its stream is refused from now on, and a late callback, which proves it and
 * tells its SID, gets it ended. For as long as it could last.
 */
function giveUp(doors: CallDoors, ledger: CallLedger, rest: TwilioRest, request: DialRequest): void {
  doors.closeStream()
  setTimeout(doors.close, request.ringTimeoutMs + request.timeLimitMs).unref()
  void ledger.known.then((callSid) => endCall(callSid, ledger, rest))
}
