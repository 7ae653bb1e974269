/** The official SDK's client with our limits, and the one way to ask through it: every failure becomes a value. */
import type { Twilio } from 'twilio'
import type RequestClient from 'twilio/lib/base/RequestClient.js'
import { type RestFailure, restFailure } from './failure.ts'

/**
 * How long one request may take, repeats after a 429 included, in real ms: placing a call may take Twilio a while, everything else should
 * not, least of all leading a call elsewhere: the person hears nothing meanwhile.
 */
export type RestLimits = { createMs: number; redirectMs: number; otherMs: number }

const LIMITS: RestLimits = { createMs: 10_000, redirectMs: 4000, otherMs: 5000 }

/** Where and as whom to speak to Twilio. `baseUrl` replaces every `https://*.twilio.com` by another origin (a simulator, a proxy). */
export type TwilioAccess = { accountSid: string; authToken: string; baseUrl?: string | undefined }

/** The result of a request. */
export type Answer<T> = { ok: true; value: T } | { ok: false; failure: RestFailure }

/** The SDK's client, and how to ask through it. */
export type RestClient = {
  readonly client: Twilio
  /** Never rejects. What the request throws is turned into a failure without a secret in it. */
  ask<T>(request: () => Promise<T>): Promise<Answer<T>>
}

/** Loads the SDK. Rejects when it does not accept the credentials' form. */
export async function openClient(
  access: TwilioAccess,
  limits: Partial<RestLimits> = {},
): Promise<RestClient> {
  const client = await createClient(access, { ...LIMITS, ...limits })
  const basic = Buffer.from(`${access.accountSid}:${access.authToken}`).toString('base64')
  const secrets = [access.authToken, encodeURIComponent(access.authToken), basic]
  return {
    client,
    async ask(request) {
      try {
        return { ok: true, value: await request() }
      } catch (thrown) {
        return { ok: false, failure: restFailure(thrown, secrets) }
      }
    },
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
      return super.request<T>({
        ...options,
        uri: base
          ? `${base.origin}${base.pathname.replace(/\/$/, '')}${uri.pathname}${uri.search}`
          : options.uri,
        timeout: limitOf(options, uri.pathname, limits),
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

/** The limit of one request: what it does to a call shows in its path, and in whether it brings TwiML. */
function limitOf(
  { method, data }: Pick<RequestClient.RequestOptions, 'method' | 'data'>,
  path: string,
  { createMs, redirectMs, otherMs }: RestLimits,
): number {
  if (method !== 'post') return otherMs
  if (path.endsWith('/Calls.json')) return createMs
  const bringsTwiml = typeof data === 'object' && data !== null && 'Twiml' in data
  return bringsTwiml ? redirectMs : otherMs
}
