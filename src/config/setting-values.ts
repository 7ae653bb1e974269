/** What the text of each kind of setting must look like. Forms only: whether a key works is for the service to say. */

import { isIP } from 'node:net'
import { isPrivateAddress } from '../text/private-address.ts'
import { isLoopback } from './loopback.ts'
import { type Parsed, quoted } from './parsed.ts'
import { asE164 } from './phone-number.ts'

/** A Twilio Account SID. Its 32 hex digits are not insisted on: Twilio-compatible services use other forms. */
export function parseAccountSid(text: string): Parsed<string> {
  if (/^AC\w+$/.test(text)) return { value: text }
  if (/^SK/.test(text)) return { wrong: 'must be the Account SID, which starts with AC; SK… is an API key' }
  return { wrong: 'must start with AC and have only letters and digits' }
}

/** A key or token: it travels in headers and must not be quoted in a message. */
export function parseSecret(text: string): Parsed<string> {
  if (/^[!-~]+$/.test(text)) return { value: text }
  return { wrong: 'must have no spaces and only plain ASCII characters: copy it again' }
}

/** A number of the account in E.164; punctuation is taken out. */
export function parseOwnNumber(text: string): Parsed<string> {
  const e164 = asE164(text)
  return e164 ? { value: e164 } : { wrong: `must be in E.164, such as +12025550123, not ${quoted(text)}` }
}

/** A TCP port; 0 means any free one. */
export function parsePort(text: string): Parsed<number> {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  return port <= 65_535 ? { value: port } : { wrong: `must be a number from 0 to 65535, not ${quoted(text)}` }
}

/** The address under which the listener is reachable from outside, as `ws` or `wss` without a trailing slash. */
export function parsePublicUrl(text: string): Parsed<string> {
  const url = parseUrl(text)
  if (!url || !/^(wss?|https?):$/.test(url.protocol)) {
    return { wrong: `must be an address such as wss://calls.example.com/ws, not ${shownUrl(url, text)}` }
  }
  if (url.search || url.hash || text.includes('?') || text.includes('#')) {
    return { wrong: 'must have no query and no fragment: Twilio drops them from a stream address' }
  }
  if (url.username || url.password) return { wrong: 'must have no user name and no password in it' }
  url.protocol = url.protocol.replace('http', 'ws')
  if (url.protocol === 'ws:' && !isLoopback(url.hostname)) {
    return { wrong: 'must be wss:// or https://; ws:// and http:// are for this machine only' }
  }
  return { value: url.href.replace(/\/+$/, '') }
}

/** The same, where Twilio itself must come to it: it knows the way to no private network. */
export function parseReachableUrl(text: string): Parsed<string> {
  const parsed = parsePublicUrl(text)
  if ('wrong' in parsed) return parsed
  const { hostname } = new URL(parsed.value)
  const address = hostname.replace(/^\[|\]$/g, '')
  if (!isLoopback(hostname) && !(isIP(address) && isPrivateAddress(address))) return parsed
  return {
    wrong: `must be an address that Twilio can reach: ${hostname} leads to this machine or its own network only`,
  }
}

/** The endpoint of a service, `https`, or `http` on this machine; without a trailing slash. */
export function parseServiceUrl(text: string): Parsed<string> {
  const url = parseUrl(text)
  if (!url || !/^https?:$/.test(url.protocol)) {
    return { wrong: `must be an address such as https://api.example.com, not ${shownUrl(url, text)}` }
  }
  if (url.username || url.password) return { wrong: 'must have no user name and no password in it' }
  if (url.search || url.hash) return { wrong: 'must have no query and no fragment' }
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    return { wrong: 'must be https://; http:// is for this machine only, because keys travel there' }
  }
  return { value: url.href.replace(/\/+$/, '') }
}

/** A bare host name, such as `calls.example.ngrok.app`. */
export function parseHostName(text: string): Parsed<string> {
  if (/^[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(text)) return { value: text.toLowerCase() }
  return { wrong: `must be a host name alone, such as example.ngrok.app, not ${quoted(text)}` }
}

/** `host` or `host:port`. */
export function parseServerAddress(text: string): Parsed<string> {
  if (/^[a-z0-9.-]+(:\d{1,5})?$/i.test(text)) return { value: text }
  return { wrong: `must be host:port, such as connect.ngrok-agent.com:443, not ${quoted(text)}` }
}

function parseUrl(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined
}

/** A mistyped address may hold a key: of a readable one only scheme and host are repeated. */
function shownUrl(url: URL | undefined, text: string): string {
  return url?.host ? quoted(`${url.protocol}//${url.host}`) : quoted(text.replace(/[?#@].*$/, ''))
}
