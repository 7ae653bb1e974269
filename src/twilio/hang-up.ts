/** Ends a call and makes sure of it: a phone left open costs money and somebody's nerves. */
import { setTimeout as realSleep } from 'node:timers/promises'
import type { HangUpResult } from '../call/carrier.ts'
import { settledWithin } from '../flow/deadline.ts'
import type { RestFailure } from './failure.ts'
import type { CallLedger } from './ledger.ts'
import type { TwilioRest } from './rest.ts'

const TRIES = 3
const PAUSE_MS = 250
const CONFIRM_WITHIN_MS = 3000
const CONFIRM_EVERY_MS = 500
/** Longer than this nobody is left to wonder whether the line is dead. */
const OBEY_WITHIN_MS = 1500

/**
 * Asks Twilio to end the call (`Status=completed` ends queued, ringing and running calls alike), up to three times, and waits for the
 * proof that it is over: the answer, a callback, or a GET within 3 s. `releaseLine` is called, perhaps several times, when the first try
 * fails or the call is not over after 1.5 s: there is another way to end it, and the person should not wait for this one. Real time
 * throughout. Never rejects.
 */
export async function endCall(
  callSid: string,
  ledger: CallLedger,
  rest: TwilioRest,
  releaseLine: () => void,
): Promise<HangUpResult> {
  const timer = setTimeout(releaseLine, OBEY_WITHIN_MS)
  try {
    return await insist(callSid, ledger, rest, releaseLine)
  } finally {
    clearTimeout(timer)
  }
}

async function insist(
  callSid: string,
  ledger: CallLedger,
  rest: TwilioRest,
  releaseLine: () => void,
): Promise<HangUpResult> {
  for (let attempt = 1; attempt <= TRIES && !ledger.isOver; attempt++) {
    const answer = await unlessOver(ledger, rest.completeCall(callSid))
    if (!answer) break
    if (answer.ok) {
      if (answer.value.news) ledger.note(answer.value.news)
      break
    }
    if (wasOver(answer.failure)) return await settleOver(callSid, ledger, rest)
    releaseLine()
    if (attempt < TRIES) await unlessOver(ledger, realSleep(attempt * PAUSE_MS))
  }
  return (await confirmOver(callSid, ledger, rest)) ? 'ended' : 'unknown'
}

/** The result of `work`, or undefined as soon as the call is over: a callback may be quicker than an answer. */
function unlessOver<T>(ledger: CallLedger, work: Promise<T>): Promise<T | undefined> {
  return Promise.race([work, ledger.over.then(() => undefined)])
}

/** Twilio's ways of saying that there is nothing left to end: no such call, or not in progress (21220). */
function wasOver({ status, code }: RestFailure): boolean {
  return status === 404 || code === 20404 || code === 21220
}

/** Finds out how a call ended that is over already; when Twilio does not tell, the status must still become a final one. */
async function settleOver(callSid: string, ledger: CallLedger, rest: TwilioRest): Promise<HangUpResult> {
  await unlessOver(ledger, noteAnswer(callSid, ledger, rest))
  if (!ledger.isOver) ledger.note({ status: ledger.status === 'in-progress' ? 'completed' : 'canceled' })
  return 'ended'
}

async function confirmOver(callSid: string, ledger: CallLedger, rest: TwilioRest): Promise<boolean> {
  const until = performance.now() + CONFIRM_WITHIN_MS
  while (!ledger.isOver && performance.now() < until) {
    const answered = noteAnswer(callSid, ledger, rest)
    await unlessOver(ledger, settledWithin(answered, until - performance.now()))
    if (!ledger.isOver) await unlessOver(ledger, realSleep(CONFIRM_EVERY_MS))
  }
  return ledger.isOver
}

async function noteAnswer(callSid: string, ledger: CallLedger, rest: TwilioRest): Promise<void> {
  const answer = await rest.fetchCall(callSid)
  if (answer.ok && answer.value.news) ledger.note(answer.value.news)
}
