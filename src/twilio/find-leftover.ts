/** Looks for a call whose run died before it heard the SID: the POST may have been lost, or the call may ring. */
import { setTimeout as realSleep } from 'node:timers/promises'
import { isFinal } from '../call/status.ts'
import type { RestFailure } from './failure.ts'
import type { CallRecord, TwilioRest } from './rest.ts'

/** A call of which is known who was to be rung, and when (by our clock) it was about to be. */
export type LostLeftover = { to: string; from: string; startedAt: Date }

/** What Twilio's list tells. */
export type Found =
  | { type: 'running'; callSid: string }
  | { type: 'over'; callSid: string }
  | { type: 'none' }
  /** Several calls could be it, or one that is rather somebody else's. */
  | { type: 'unclear'; reason: string; hint: string }
  | { type: 'failed'; failure: RestFailure }

/** How far Twilio's clock may be behind ours, its whole seconds included. */
const EARLY_MS = 5000
/** From the note to Twilio's date of the call: our POST may take 10 s. */
const LATE_MS = 30_000
/** By then a call that was placed is in the list. */
const SETTLED_AFTER_MS = 15_000
const LOOK_EVERY_MS = 2000
const TRIES = 3
const RETRY_AFTER_MS = 500
/** As many as one request tells of. */
const LIST_LENGTH = 20

/**
 * Asks for the calls between the two numbers until one can only be the lost one, or until it would be there. Real time; at once when the
 * call is old, otherwise 15 s after its beginning. Never rejects.
 */
export async function findLeftover(
  lost: LostLeftover,
  others: readonly (LostLeftover & { callSid: string | null })[],
  rest: TwilioRest,
): Promise<Found> {
  const ageMs = Date.now() - lost.startedAt.getTime()
  const until = performance.now() + Math.min(Math.max(SETTLED_AFTER_MS - ageMs, 0), SETTLED_AFTER_MS)
  let failures = 0
  for (;;) {
    const isLast = performance.now() >= until
    const answer = await rest.listCalls(lost.to, lost.from)
    if (answer.ok) {
      const found = judge(answer.value, lost, others)
      if (isLast || found.type === 'running') return found
    } else {
      failures += 1
      if (answer.failure.kind === 'refused' || failures === TRIES)
        return { type: 'failed', failure: answer.failure }
    }
    await realSleep(isLast ? RETRY_AFTER_MS : Math.min(LOOK_EVERY_MS, Math.max(0, until - performance.now())))
  }
}

function judge(
  list: readonly CallRecord[],
  lost: LostLeftover,
  others: readonly (LostLeftover & { callSid: string | null })[],
): Found {
  const { to, from } = lost
  const claimed = new Set(others.map(({ callSid }) => callSid))
  const calls = list.filter(
    (call) =>
      call.to === to && call.from === from && call.direction === 'outbound-api' && !claimed.has(call.callSid),
  )
  const running = calls.filter(({ news }) => !news || !isFinal(news.status))
  const [only, second] = running.filter((call) => isOfItsTime(call, lost))
  const rival = others.find((other) => other.callSid === null && other.to === to && other.from === from)
  // Another run is just dialling the same number: what rings may be its call.
  if (running.length > 0 && rival) return unclear(running)
  if (only && !second) return { type: 'running', callSid: only.callSid }
  if (running.length > 0) return unclear(running)
  const over = calls.find((call) => isOfItsTime(call, lost))
  if (over) return { type: 'over', callSid: over.callSid }
  return list.length < LIST_LENGTH || list.some((call) => isBefore(call, lost)) ? { type: 'none' } : tooMany()
}

function isBefore({ createdAt }: CallRecord, { startedAt }: LostLeftover): boolean {
  return createdAt !== undefined && createdAt.getTime() < startedAt.getTime() - EARLY_MS
}

function isOfItsTime(call: CallRecord, lost: LostLeftover): boolean {
  const { createdAt } = call
  return (
    createdAt !== undefined &&
    !isBefore(call, lost) &&
    createdAt.getTime() <= lost.startedAt.getTime() + LATE_MS
  )
}

function unclear(running: readonly CallRecord[]): Found {
  const sids = running.map(({ callSid }) => callSid)
  return {
    type: 'unclear',
    reason: `its SID is not known, and what runs between the two numbers may be another call: ${sids.join(', ')}`,
    hint: `If it is the call that was left behind, 'ai-caller hangup ${sids[0]}' ends it.`,
  }
}

function tooMany(): Found {
  return {
    type: 'unclear',
    reason: 'its SID is not known, and there have been too many calls between the two numbers since',
    hint: 'Look for it at https://console.twilio.com (Monitor, Logs, Calls).',
  }
}
