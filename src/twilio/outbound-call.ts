/** A call that Twilio has accepted, put together from what is known of it. */
import { setTimeout as realSleep } from 'node:timers/promises'
import type { HangUpResult, OutboundCall } from '../call/carrier.ts'
import type { CallDoors } from './call-doors.ts'
import { endCall } from './hang-up.ts'
import type { CallLedger } from './ledger.ts'
import type { Moves } from './moves.ts'
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
  moves: Moves
}

/** The call as the house sees it. Its media legs are closed with it, even one that nobody has taken; and none comes later. */
export function createOutboundCall(
  callId: string,
  { ledger, rest, watch, doors, moves }: CallParts,
): OutboundCall {
  const { streams, status } = doors
  let running: Promise<HangUpResult> | undefined
  // The timer holds no process: as long as there are doors, their listener does.
  const lastWord = ledger.over.then(() =>
    Promise.race([status.lastWord, realSleep(LAST_WORD_WITHIN_MS, undefined, { ref: false })]),
  )
  return {
    callId,
    statuses: ledger.statuses,
    media: streams.first,
    detected: ledger.detected,
    pressDigits: moves.pressDigits,
    transfer: moves.transfer,
    hangUp() {
      moves.stop()
      // Without its stream the call falls through to the `<Hangup/>` of its TwiML.
      running ??= endCall(callId, ledger, rest, () => void streams.release()).finally(() => {
        running = undefined
      })
      return running
    },
    async close() {
      const lineReleased = streams.release()
      moves.stop()
      watch.stop()
      ledger.end()
      if (ledger.isOver && status.isTold) await lastWord
      doors.close()
      await lineReleased
    },
  }
}
