/** `ai-caller hangup <call>` and `hangup --all`: ends calls that an earlier run left behind, and says what became of each. */
import { resolve } from 'node:path'
import { CallError } from '../../call/error.ts'
import { readEnvironment } from '../../config/env.ts'
import { quoted } from '../../config/parsed.ts'
import { parseTwilioAccess } from '../../config/twilio-access.ts'
import { type Leftover, type Leftovers, readLeftovers } from '../../journal/leftovers.ts'
import { noticeElsewhere, noticeIgnored } from '../../journal/notice-leftovers.ts'
import { cleanLine } from '../../reporters/clean-text.ts'
import { endBySid, endLeftover, type LeftoverEnd } from '../../twilio/end-leftover.ts'
import { connectRest, type TwilioRest } from '../../twilio/rest.ts'
import { isSid } from '../../twilio/sid.ts'
import type { Output } from '../context.ts'
import { exitCodeOfEnd } from '../exit-code.ts'
import { type Hangup, hangupJson, hangupLine } from '../hangup-lines.ts'

type HangupFlags = { all?: boolean; json?: boolean }

/** Calls ended at once. */
const AT_ONCE = 5

/**
 * Prints a line for each call, with `json` one object a line. Resolves with 0 when every one is proven over or there was none, 5 when
 * Twilio refuses the credentials, 10 when a call may still be running.
 * @throws CallError `usage` or `settings`
 */
export async function hangup(call: string | undefined, flags: HangupFlags, io: Output): Promise<number> {
  assertUsage(call, flags.all ?? false)
  const { settings, defaultHome } = await readEnvironment()
  const home = resolve(settings.AI_CALLER_HOME ?? defaultHome)
  const journal = await readLeftovers(home)
  if (call === undefined) {
    const notices = [...noticeElsewhere(journal.elsewhere), ...noticeIgnored(home, journal.ignored)]
    for (const { message, hint } of notices) io.stderr.write(`warning: ${cleanLine(`${message}. ${hint}`)}\n`)
    if (journal.leftovers.length === 0) {
      const nothing = `Nothing to end: ${cleanLine(home)} knows of no call that was left behind.\n`
      if (!flags.json) io.stdout.write(nothing)
      return 0
    }
  }
  const access = parseTwilioAccess(settings)
  const rest = await connectRest(access)
  const work =
    call === undefined
      ? journal.leftovers.map((left) => () => endNoted(left, journal, access.accountSid, rest))
      : [() => endGiven(call, journal, access.accountSid, rest)]
  const hangups = await endAll(work, (one) => {
    io.stdout.write(flags.json ? hangupJson(one) : hangupLine(one, new Date()))
  })
  const doubts = hangups.flatMap(({ end }) => (end.result === 'unknown' ? [end] : []))
  const hints = new Set(flags.json ? [] : doubts.map(({ hint }) => hint))
  for (const hint of hints) io.stderr.write(`${cleanLine(hint)}\n`)
  if (doubts.some(({ refused }) => refused)) return exitCodeOfEnd('carrier-auth')
  return doubts.length > 0 ? exitCodeOfEnd('dial-unknown') : 0
}

/** Some at a time, told as soon as these are done. */
async function endAll(
  work: readonly (() => Promise<Hangup>)[],
  tell: (one: Hangup) => void,
): Promise<Hangup[]> {
  const hangups: Hangup[] = []
  for (let first = 0; first < work.length; first += AT_ONCE) {
    const ended = await Promise.all(work.slice(first, first + AT_ONCE).map((end) => end()))
    ended.forEach(tell)
    hangups.push(...ended)
  }
  return hangups
}

function assertUsage(call: string | undefined, all: boolean): void {
  const sidHint = "as 'ai-caller call --verbose' and the Twilio console show it"
  if (all === (call !== undefined)) {
    const message = all ? 'a call and --all cannot be given together' : 'which call is to be ended?'
    throw new CallError('usage', message, { hint: `Give its SID (CA…, ${sidHint}), or --all.` })
  }
  if (call !== undefined && !isSid('CA', call))
    throw new CallError('usage', `${quoted(call)} is not the SID of a call`, {
      hint: `It starts with CA, ${sidHint}.`,
    })
}

/** Ends a call that the journal knows, and forgets it once it is proven over. */
async function endNoted(
  left: Leftover,
  journal: Leftovers,
  accountSid: string,
  rest: TwilioRest,
): Promise<Hangup> {
  const { to, startedAt } = left
  const end =
    left.accountSid === accountSid
      ? await endLeftover(left, othersThan(left, journal), rest)
      : ofAnother(left)
  if (end.result !== 'unknown') await left.forget()
  return { callSid: 'callSid' in end ? end.callSid : left.callSid, to, startedAt, end }
}

/** Ends the call with a SID that the user gives, whether the journal knows it or not. */
async function endGiven(
  callSid: string,
  journal: Leftovers,
  accountSid: string,
  rest: TwilioRest,
): Promise<Hangup> {
  const left = journal.leftovers.find((noted) => noted.callSid === callSid)
  if (left) return endNoted(left, journal, accountSid, rest)
  const end = await endBySid(callSid, rest)
  return { callSid, end: end.result === 'not-found' ? noSuchCall(accountSid) : end }
}

/** What must not be taken for a call whose SID is not known: those of runs that live, and those whose SID is. */
function othersThan(left: Leftover, { leftovers, live, elsewhere }: Leftovers) {
  return [...live, ...elsewhere, ...leftovers.filter((other) => other !== left && other.callSid !== null)]
}

function ofAnother({ accountSid }: Leftover): LeftoverEnd {
  return {
    result: 'unknown',
    reason: `it was placed by the Twilio account ${accountSid}, which is not that of the settings`,
    hint: 'Run this again with the TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN of that account.',
    refused: false,
  }
}

/** A mistyped SID looks like this, so nothing is proven. */
function noSuchCall(accountSid: string): LeftoverEnd {
  return {
    result: 'unknown',
    reason: `Twilio knows no such call of the account ${accountSid}`,
    hint: 'Check the SID, and TWILIO_ACCOUNT_SID.',
    refused: false,
  }
}
