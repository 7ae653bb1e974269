/** The few requests that we make of Twilio's REST API, through the official SDK; every failure becomes a value. */
import type RequestClient from 'twilio/lib/base/RequestClient.js'
import type { CallInstance } from 'twilio/lib/rest/api/v2010/account/call.js'
import type { StatusNews } from '../call/carrier.ts'
import { type RestFailure, restFailure } from './failure.ts'
import { isSid } from './sid.ts'
import { statusNews } from './status-webhook.ts'

/** How long one request may take, repeats after a 429 included, in real ms: placing a call may take Twilio a while, everything else should not. */
export type RestLimits = { createMs: number; otherMs: number }

const LIMITS: RestLimits = { createMs: 10_000, otherMs: 5000 }

/** Where and as whom to speak to Twilio. `baseUrl` replaces every `https://*.twilio.com` by another origin (a simulator, a proxy). */
export type TwilioAccess = { accountSid: string; authToken: string; baseUrl?: string | undefined }

/** The result of a request. */
export type Answer<T> = { ok: true; value: T } | { ok: false; failure: RestFailure }

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

/** What the account is and whether it works; words of Twilio such as `active` and `Trial`. */
export type AccountRecord = { status: string; type: string }

/** Twilio's REST API. No method rejects; each is bounded by its limit, pauses between repeats by another second. */
export type TwilioRest = {
  fetchAccount(): Promise<Answer<AccountRecord>>
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
export async function connectRest(access: TwilioAccess, limits: RestLimits = LIMITS): Promise<TwilioRest> {
  const client = await createClient(access, limits)
  const basic = Buffer.from(`${access.accountSid}:${access.authToken}`).toString('base64')
  const secrets = [access.authToken, encodeURIComponent(access.authToken), basic]

  const ask = async <T>(request: () => Promise<T>): Promise<Answer<T>> => {
    try {
      return { ok: true, value: await request() }
    } catch (thrown) {
      return { ok: false, failure: restFailure(thrown, secrets) }
    }
  }
  return {
    fetchAccount: () =>
      ask(async () => {
        const { status, type } = await client.api.v2010.accounts(access.accountSid).fetch()
        return { status: String(status), type: String(type) }
      }),
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

/**
 * The SDK's client with our time limits. The SDK's own timeout only counts silence on the socket, and starts again with each of its
 * repeats, so one deadline goes with a request through all of them; a `baseUrl` is put in at the last moment, after the SDK has put its region and edge into the host name.
 */
async function createClient({ accountSid, authToken, baseUrl }: TwilioAccess, limits: RestLimits) {
  const { default: twilio } = await import('twilio')
  const base = baseUrl === undefined ? undefined : new URL(baseUrl)

  class BoundedClient extends twilio.RequestClient {
    override request<T>(options: RequestClient.RequestOptions<T>) {
      const uri = new URL(options.uri)
      const creates = options.method === 'post' && uri.pathname.endsWith('/Calls.json')
      return super.request<T>({
        ...options,
        uri: base
          ? `${base.origin}${base.pathname.replace(/\/$/, '')}${uri.pathname}${uri.search}`
          : options.uri,
        timeout: creates ? limits.createMs : limits.otherMs,
      })
    }
  }
  const httpClient = new BoundedClient({ autoRetry: true, maxRetries: 3 })
  httpClient.axios.interceptors.request.use((config) => {
    config.signal ??= AbortSignal.timeout(config.timeout ?? limits.otherMs)
    return config
  })
  const client = twilio(accountSid, authToken, { httpClient, userAgentExtensions: ['ai-caller'] })
  // The tree of generated classes behind `calls` loads at its first touch: touch it here, not when the call is due.
  void client.calls
  return client
}
