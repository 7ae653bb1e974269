/** Twilio's error codes for a media stream that cannot be opened, or that breaks. https://www.twilio.com/docs/api/errors */
import type { StreamNoun } from './parse-twiml.ts'

/** Hosts for which the simulator accepts unencrypted `ws://`; the real Twilio accepts it nowhere. */
const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/

/** A code of the error dictionary and a sentence. */
export type StreamError = { code: number; detail: string }

/** The address to connect to, without the query string, which Twilio strips; or why there is none. */
export function streamAddress(noun: StreamNoun): { address: string } | StreamError {
  if (noun.track !== undefined && noun.track !== 'inbound_track') {
    return { code: 31941, detail: `track ${noun.track} is not possible with <Connect>` }
  }
  if (!URL.canParse(noun.url)) return { code: 31923, detail: `malformed URL ${noun.url}` }
  const { protocol, hostname } = new URL(noun.url)
  const allowed = protocol === 'wss:' || (protocol === 'ws:' && LOOPBACK.test(hostname))
  if (!allowed) return { code: 31922, detail: `${protocol} is not wss:` }
  return { address: noun.url.replace(/[?#].*$/s, '') }
}

/** What the failure to connect is called. */
export function connectError(error: Error): StreamError {
  const detail = error.message
  const code = 'code' in error ? String(error.code) : ''
  if (code === 'ECONNREFUSED') return { code: 31902, detail }
  if (code === 'ECONNRESET' || code === 'EPIPE' || detail === 'socket hang up') return { code: 31903, detail }
  if (/^(ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)$/.test(code)) return { code: 31904, detail }
  if (/handshake has timed out/.test(detail)) return { code: 31901, detail }
  if (/^(EPROTO|ERR_SSL|ERR_TLS|CERT_|DEPTH_|SELF_SIGNED|UNABLE_TO)/.test(code))
    return { code: 31910, detail }
  return { code: 31900, detail }
}

/** What a close by the customer's server is called; undefined for the proper one. */
export function closeError(code: number): StreamError | undefined {
  if (code === 1000) return undefined
  if (code === 1006) return { code: 31903, detail: 'the connection broke without a close frame' }
  return { code: 31921, detail: `the server closed the WebSocket with ${code}` }
}
