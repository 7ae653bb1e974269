/** Asks Twilio how the call is when its callbacks do not come: they may be lost, and a call must not hang on that. */
import type { Clock } from '../flow/clock.ts'
import type { CallLedger } from './ledger.ts'
import type { TwilioRest } from './rest.ts'

/** All in ms of the call's clock. */
const SILENCE_BEFORE_ASKING_MS = 5000
const ASK_EVERY_MS = 2000
/** The end of the stream nearly always is the end of the call: its callback gets this much of a start. */
const AFTER_STREAM_MS = 1000
/** An open stream proves that the call is in progress; asking now and then catches a connection that died without a word. */
const WHILE_STREAMING_MS = 15_000

/** Polling of one call, held back by whatever shows that it is not needed. */
export type StatusWatch = {
  start(): void
  /** A callback came: they flow, so wait again. */
  heard(): void
  streamStarted(): void
  streamEnded(): void
  stop(): void
}

/** A watch that has not started. Failures to ask pass in silence: the next question follows. */
export function createStatusWatch({
  ledger,
  rest,
  clock,
}: {
  ledger: CallLedger
  rest: TwilioRest
  clock: Clock
}): StatusWatch {
  let running = false
  let pause = { silence: SILENCE_BEFORE_ASKING_MS, again: ASK_EVERY_MS }
  let cancel: (() => void) | undefined

  const schedule = (ms: number) => {
    cancel?.()
    cancel = running && !ledger.isOver ? clock.after(ms, () => void ask()) : undefined
  }
  const ask = async () => {
    cancel = undefined
    if (ledger.callSid === undefined) return
    const answer = await rest.fetchCall(ledger.callSid)
    if (answer.ok && answer.value.news) ledger.note(answer.value.news)
    if (!cancel) schedule(pause.again)
  }
  return {
    start() {
      running = true
      schedule(pause.silence)
    },
    heard: () => schedule(pause.silence),
    streamStarted() {
      pause = { silence: WHILE_STREAMING_MS, again: WHILE_STREAMING_MS }
      schedule(pause.silence)
    },
    streamEnded() {
      pause = { silence: SILENCE_BEFORE_ASKING_MS, again: ASK_EVERY_MS }
      schedule(AFTER_STREAM_MS)
    },
    stop() {
      running = false
      cancel?.()
      cancel = undefined
    },
  }
}
