/** A call that Twilio has accepted, put together from what is known of it. */
import type { HangUpResult, OutboundCall, PhoneLeg } from '../call/ports.ts'
import type { CallDoors } from './call-doors.ts'
import { endCall } from './hang-up.ts'
import type { CallLedger } from './ledger.ts'
import type { TwilioRest } from './rest.ts'
import type { StatusWatch } from './status-watch.ts'

/** The parts of one call. */
export type CallParts = {
  ledger: CallLedger
  rest: TwilioRest
  watch: StatusWatch
  doors: CallDoors
  media: Promise<PhoneLeg>
}

/** The call as the house sees it. Its media leg is closed with it, even one that nobody has taken or that comes later. */
export function createOutboundCall(
  callId: string,
  { ledger, rest, watch, doors, media }: CallParts,
): OutboundCall {
  let running: Promise<HangUpResult> | undefined
  let leg: PhoneLeg | undefined
  let closed = false
  void media.then((connected) => {
    leg = connected
    if (closed) void leg.close()
  })
  return {
    callId,
    statuses: ledger.statuses,
    media,
    hangUp() {
      running ??= endCall(callId, ledger, rest).finally(() => {
        running = undefined
      })
      return running
    },
    async close() {
      closed = true
      doors.close()
      watch.stop()
      ledger.end()
      await leg?.close()
    },
  }
}
