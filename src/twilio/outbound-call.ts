/** A call that Twilio has accepted, put together from what is known of it. */
import { setTimeout as realSleep } from 'node:timers/promises'
import type { HangUpResult, OutboundCall, PhoneLeg } from '../call/carrier.ts'
import type { CallDoors } from './call-doors.ts'
import { endCall } from './hang-up.ts'
import type { CallLedger } from './ledger.ts'
import type { TwilioRest } from './rest.ts'
import type { StatusWatch } from './status-watch.ts'

/** The callback that tells the end follows the end at once; a 404 in its face would stand in the user's Twilio console. Real ms. */
const LAST_WORD_WITHIN_MS = 1500

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
  let released = false
  void media.then((connected) => {
    leg = connected
    if (released) void leg.close()
  })
  /** Without its stream the call falls through to the `<Hangup/>` of its TwiML. */
  const releaseLine = async () => {
    released = true
    doors.closeStream()
    await leg?.close()
  }
  // The timer holds no process: as long as there are doors, their listener does.
  const lastWord = ledger.over.then(() =>
    Promise.race([doors.lastWord, realSleep(LAST_WORD_WITHIN_MS, undefined, { ref: false })]),
  )
  return {
    callId,
    statuses: ledger.statuses,
    media,
    hangUp() {
      running ??= endCall(callId, ledger, rest, () => void releaseLine()).finally(() => {
        running = undefined
      })
      return running
    },
    async close() {
      const lineReleased = releaseLine()
      watch.stop()
      ledger.end()
      if (ledger.isOver && doors.isTold) await lastWord
      doors.close()
      await lineReleased
    },
  }
}
