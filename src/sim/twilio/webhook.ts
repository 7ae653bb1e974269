/** One signed HTTP request from Twilio to its customer. */
import type { IncomingMessage } from 'node:http'
import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { newSid } from './formats.ts'
import type { SentCallback } from './observations.ts'
import { signRequest } from './sign-request.ts'

/** How long Twilio waits for an answer, in real milliseconds. */
const ANSWER_WITHIN_MS = 15_000
/** Errors that occur before a request can have left. */
const CONNECT_ERRORS = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT']

/** A webhook to send. `callback` is filled in as the request goes on. */
type Webhook = {
  method: 'GET' | 'POST'
  callback: SentCallback
  authToken: string
  signal: AbortSignal
}

/**
 * Sends the webhook and resolves with the body of the answer, or undefined when there was none. Never rejects. A failure to connect is
 * tried once more, like Twilio's default connection override (`rc=1`, `rp=ct`).
 */
export async function sendWebhook(webhook: Webhook): Promise<string | undefined> {
  const { callback, signal } = webhook
  const token = newSid('RQ')
  for (callback.attempts = 1; ; callback.attempts += 1) {
    try {
      const { status, body, contentType } = await attempt(webhook, token)
      callback.answer = status
      if (contentType !== undefined) callback.contentType = contentType
      return body
    } catch (error) {
      if (signal.aborted || callback.attempts === 2 || !isConnectError(error)) {
        callback.error = String(error)
        return undefined
      }
    }
  }
}

type Answer = { status: number; body: string; contentType: string | undefined }

function attempt(webhook: Webhook, token: string): Promise<Answer> {
  const { callback, method, signal } = webhook
  // The fragment holds Twilio's own connection overrides and never leaves it.
  const url = callback.url.replace(/#.*$/s, '')
  const form = new URLSearchParams(callback.fields).toString()
  const target = method === 'GET' ? `${url}${url.includes('?') ? '&' : '?'}${form}` : url
  const signature = signRequest(webhook.authToken, target, method === 'GET' ? {} : callback.fields)
  const headers: Record<string, string> = {
    'User-Agent': 'TwilioProxy/1.1',
    Accept: '*/*',
    'X-Twilio-Signature': signature,
    'I-Twilio-Idempotency-Token': token,
  }
  if (method === 'POST') {
    headers['Content-Type'] = 'application/x-www-form-urlencoded; charset=UTF-8'
    headers['Content-Length'] = String(Buffer.byteLength(form))
  }
  return new Promise((resolve, reject) => {
    const send = target.startsWith('https:') ? requestHttps : requestHttp
    const sent = send(target, { method, headers, signal, agent: false }, (response) => {
      const { statusCode = 0, headers: answered } = response
      const contentType = answered['content-type']
      readBody(response).then((body) => resolve({ status: statusCode, body, contentType }), reject)
    })
    sent.setTimeout(ANSWER_WITHIN_MS, () => sent.destroy(new Error('no answer within 15 s')))
    sent.on('error', reject)
    sent.end(method === 'POST' ? form : undefined)
  })
}

async function readBody(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks).toString('utf8')
}

function isConnectError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && CONNECT_ERRORS.includes(String(error.code))
}
