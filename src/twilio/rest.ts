/** The few requests that we make of Twilio's REST API, through the official SDK; every failure becomes a value. */
import type { CallInstance } from 'twilio/lib/rest/api/v2010/account/call.js'
import type { StatusNews } from '../call/carrier.ts'
import { type AccountLookups, createAccountLookups } from './account-lookups.ts'
import { type Answer, openClient, type RestLimits, type TwilioAccess } from './client.ts'
import { isSid } from './sid.ts'
import { statusNews } from './status-webhook.ts'

/** What a new call is to be. Times in whole seconds, as Twilio wants them. */
export type NewCall = {
  to: string
  from: string
  twiml: string
  timeoutSeconds: number
  timeLimitSeconds: number
  statusCallback: string
  /** Where to tell whether a machine has answered; undefined: do not find out. */
  detectionCallback: string | undefined
}

/** Where a running call is to be led. `timeLimitSeconds`: new, for the whole call from its beginning. */
export type Redirection = { twiml: string; timeLimitSeconds?: number }

/** A call as the REST API tells of it. */
export type CallRecord = {
  callSid: string
  to: string
  from: string
  direction: string
  createdAt: Date | undefined
  news: StatusNews | undefined
}

/** Twilio's REST API. No method rejects; each is bounded by its limit, pauses between repeats by another second. */
export type TwilioRest = AccountLookups & {
  /** Sent once: only a 429, which Twilio never acts on, is repeated (three times at most). */
  createCall(call: NewCall): Promise<Answer<CallRecord>>
  fetchCall(callSid: string): Promise<Answer<CallRecord>>
  /** The newest calls between two numbers, at most 20. */
  listCalls(to: string, from: string): Promise<Answer<CallRecord[]>>
  /** Leaves the TwiML that a call is executing for another. Sent once, as `createCall` is: keys would be pressed twice. */
  redirectCall(callSid: string, redirection: Redirection): Promise<Answer<CallRecord>>
  /** Ends a call in whatever state it is. */
  completeCall(callSid: string): Promise<Answer<CallRecord>>
}

/** Loads the SDK and the part of it that speaks of calls, together some 200 ms, so call this early. Rejects when the SDK does not accept the credentials' form. */
export async function connectRest(access: TwilioAccess, limits?: Partial<RestLimits>): Promise<TwilioRest> {
  const rest = await openClient(access, limits)
  const { client, ask } = rest
  return {
    ...createAccountLookups(access, rest),
    createCall: (call) =>
      ask(async () =>
        readCall(
          await client.calls.create({
            to: call.to,
            from: call.from,
            twiml: call.twiml,
            timeout: call.timeoutSeconds,
            timeLimit: call.timeLimitSeconds,
            statusCallback: call.statusCallback,
            statusCallbackMethod: 'POST',
            statusCallbackEvent: ['initiated', 'ringing', 'answered', 'completed'],
            ...machineDetection(call.detectionCallback),
          }),
        ),
      ),
    fetchCall: (callSid) => ask(async () => readCall(await client.calls(callSid).fetch())),
    listCalls: (to, from) =>
      ask(async () => (await client.calls.list({ to, from, limit: 20 })).map(readCall)),
    redirectCall: (callSid, { twiml, timeLimitSeconds }) =>
      ask(async () => {
        const limit = timeLimitSeconds === undefined ? {} : { timeLimit: timeLimitSeconds }
        return readCall(await client.calls(callSid).update({ twiml, ...limit }))
      }),
    completeCall: (callSid) =>
      ask(async () => readCall(await client.calls(callSid).update({ status: 'completed' }))),
  }
}

/** Asynchronous, because otherwise nobody could speak before the verdict; to the end of the greeting, because only then a message is recorded. */
function machineDetection(callback: string | undefined) {
  if (callback === undefined) return {}
  return {
    machineDetection: 'DetectMessageEnd',
    asyncAmd: 'true',
    asyncAmdStatusCallback: callback,
    asyncAmdStatusCallbackMethod: 'POST',
  }
}

/** Parses at the door: the SDK's typings promise fields that only the answer can give. */
function readCall(call: CallInstance): CallRecord {
  if (!isSid('CA', call.sid)) throw new TypeError('an answer without a call SID')
  return {
    callSid: call.sid,
    to: String(call.to),
    from: String(call.from),
    direction: String(call.direction),
    createdAt: call.dateCreated instanceof Date ? call.dateCreated : undefined,
    news: statusNews(String(call.status), call.answeredBy),
  }
}
