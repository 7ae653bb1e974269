/** Proves, before anybody is rung, that the public address leads to this very process. */
import { get as httpGet, type IncomingMessage } from 'node:http'
import { get as httpsGet } from 'node:https'
import { setTimeout as sleep } from 'node:timers/promises'
import { CallError } from '../call/error.ts'

/** What to ask for, and what only we can answer. */
type Nonce = { suffix: string; answer: string }

/** Why an attempt did not reach us. */
type Finding =
  | { type: 'ngrok-error'; code: string }
  | { type: 'bad-gateway'; status: number }
  | { type: 'someone-else'; status: number }
  | { type: 'refused' }
  | { type: 'unknown-name' }
  | { type: 'no-tls' }
  | { type: 'tls'; code: string }
  | { type: 'silent' }
  | { type: 'unreachable'; code: string }

const EVERY_MS = 500
const ATTEMPT_MS = 5000
// An attempt with less time than this could only be cut short, and hide what an earlier one found.
const SHORTEST_ATTEMPT_MS = 1000
const MAX_ANSWER_CHARS = 64 * 1024

/**
 * Asks at `publicUrl` (`ws://` or `wss://`) over plain HTTP for the nonce, every 500 ms until it is answered rightly: a fresh
 * address may need a while until it is known everywhere.
 * @param port our own port on loopback, for the remedy
 * @throws CallError `public-url-unreachable` with the last finding after `withinMs`; `signal.reason` when aborted
 */
export async function proveReachable(
  publicUrl: string,
  port: number,
  nonce: Nonce,
  withinMs: number,
  signal: AbortSignal,
): Promise<void> {
  const httpUrl = publicUrl.replace(/^ws/, 'http')
  const endAtMs = performance.now() + withinMs
  for (;;) {
    const leftMs = Math.ceil(endAtMs - performance.now())
    const finding = await ask(httpUrl + nonce.suffix, nonce.answer, Math.min(ATTEMPT_MS, leftMs), signal)
    signal.throwIfAborted()
    if (finding === undefined) return
    if (performance.now() + EVERY_MS + SHORTEST_ATTEMPT_MS > endAtMs) throw explain(httpUrl, port, finding)
    await sleep(EVERY_MS, undefined, { signal }).catch(() => signal.throwIfAborted())
  }
}

/** One attempt: what is wrong, or undefined when our answer came back. Never rejects. */
function ask(
  url: string,
  answer: string,
  withinMs: number,
  signal: AbortSignal,
): Promise<Finding | undefined> {
  return new Promise((resolve) => {
    const get = url.startsWith('https:') ? httpsGet : httpGet
    // The first header asks ngrok's free plan not to put its warning page in front of us.
    const headers = { 'ngrok-skip-browser-warning': '1', connection: 'close' }
    const settle = (finding: Finding | undefined) => {
      clearTimeout(timer)
      resolve(finding)
    }
    const request = get(url, { headers, signal }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (piece: string) => {
        text += piece
        if (text.length > MAX_ANSWER_CHARS) response.destroy()
      })
      response.on('error', () => {})
      response.once('close', () => settle(judgeAnswer(response, text, answer)))
    })
    const timer = setTimeout(() => {
      request.destroy()
      settle({ type: 'silent' })
    }, withinMs)
    request.on('error', (error) => settle(judgeError(error)))
  })
}

function judgeAnswer(response: IncomingMessage, text: string, answer: string): Finding | undefined {
  const status = response.statusCode ?? 0
  if (status === 200 && text === answer) return undefined
  const code = /ERR_NGROK_\d+/.exec(`${response.headers['ngrok-error-code']} ${text}`)?.[0]
  if (code) return { type: 'ngrok-error', code }
  return status >= 502 && status <= 504 ? { type: 'bad-gateway', status } : { type: 'someone-else', status }
}

function judgeError(error: Error): Finding {
  const code = 'code' in error ? String(error.code) : error.name
  if (code === 'ECONNREFUSED') return { type: 'refused' }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return { type: 'unknown-name' }
  // What is said when no TLS comes about: a plain HTTP server answers, or one that does not know the name.
  if (code === 'EPROTO') return { type: 'no-tls' }
  return /CERT|TLS|SSL|UNABLE_TO/.test(code) ? { type: 'tls', code } : { type: 'unreachable', code }
}

function explain(httpUrl: string, port: number, finding: Finding): CallError {
  const { what, hint } = words(finding, `http://127.0.0.1:${port}`)
  return new CallError('public-url-unreachable', `the public address ${httpUrl} ${what}`, { hint })
}

function words(finding: Finding, local: string): { what: string; hint: string } {
  switch (finding.type) {
    case 'ngrok-error':
      return finding.code === 'ERR_NGROK_3200'
        ? {
            what: 'is offline, says ngrok (ERR_NGROK_3200)',
            hint: 'Try again in a moment; if the tunnel is your own, see that its agent runs.',
          }
        : {
            what: `is refused by ngrok (${finding.code})`,
            hint: `See https://ngrok.com/docs/errors/${finding.code.toLowerCase()}.`,
          }
    case 'bad-gateway':
      return {
        what: `answers ${finding.status}: its proxy or tunnel does not reach this program`,
        hint: `Point it at ${local}.`,
      }
    case 'someone-else':
      return {
        what: `answers (${finding.status}), but it is not this program that answers`,
        hint: `Point it at ${local}, with path and WebSockets passed through, and without redirects.`,
      }
    case 'refused':
      return {
        what: 'refuses connections',
        hint: `See that its proxy or tunnel runs, and leads to ${local}.`,
      }
    case 'unknown-name':
      return { what: 'has a name that cannot be resolved', hint: 'Check the name and its DNS entry.' }
    case 'no-tls':
      return {
        what: 'does not speak TLS there',
        hint: 'Its proxy or tunnel has to serve https and wss at this port, and for this name.',
      }
    case 'tls':
      return {
        what: `has no valid certificate (${finding.code})`,
        hint: 'The carrier accepts only a certificate that public authorities vouch for.',
      }
    case 'silent':
      return { what: 'does not answer', hint: `A firewall may be in the way; it has to lead to ${local}.` }
    case 'unreachable':
      return { what: `cannot be reached (${finding.code})`, hint: `It has to lead to ${local}.` }
    default:
      return finding satisfies never
  }
}
