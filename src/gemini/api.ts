/** Questions to Gemini's REST side that cost nothing, for `status`. */
import type { ClientRequest, IncomingMessage } from 'node:http'
import type { CallError } from '../call/error.ts'
import { withDeadline } from '../flow/deadline.ts'
import { readBody } from './body.ts'
import { GEMINI_BASE_URL } from './connection.ts'
import { type Failure, googleErrorText, isUsableKey, modelError } from './errors.ts'

/** The question. `timeoutMs` (default 5,000) is the whole time it may take. */
export type ModelQuestion = {
  apiKey: string
  baseUrl?: string | undefined
  model: string
  signal: AbortSignal
  timeoutMs?: number
}

/** The answer: a call could be held with this key and model, or why not. */
export type ModelAnswer = { ok: true } | { ok: false; error: CallError }

const BODY_BYTES = 65_536

/** Asks whether this key may use this model for live sessions (`GET /v1beta/models/{id}`). Never rejects. */
export async function checkModel(question: ModelQuestion): Promise<ModelAnswer> {
  const { apiKey, model, signal, timeoutMs = 5000 } = question
  const refuse = (failure: Failure): ModelAnswer => ({
    ok: false,
    error: modelError(failure, { model, apiKey, ready: false }),
  })
  if (!isUsableKey(apiKey)) return refuse({ type: 'unusable-key' })
  let request: ClientRequest | undefined
  try {
    request = await open(question)
    const late = () => new Error('late')
    const { status, body } = await withDeadline(answerTo(request, timeoutMs), timeoutMs, late, signal)
    if (status !== 200) return refuse({ type: 'http', status, text: googleErrorText(body) })
    const live = methodsIn(body).includes('bidiGenerateContent')
    return live
      ? { ok: true }
      : refuse({ type: 'http', status, text: 'model not supported for bidiGenerateContent' })
  } catch (error) {
    if (signal.aborted) return refuse({ type: 'aborted' })
    const code =
      error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
    return refuse(code === undefined ? { type: 'silence', waitedMs: timeoutMs } : { type: 'network', code })
  } finally {
    request?.destroy()
  }
}

async function open({ apiKey, baseUrl = GEMINI_BASE_URL, model }: ModelQuestion): Promise<ClientRequest> {
  const id = encodeURIComponent(model.replace(/^models\//, ''))
  const url = new URL(`${baseUrl.replace(/\/+$/, '')}/v1beta/models/${id}`)
  const { request } = url.protocol === 'http:' ? await import('node:http') : await import('node:https')
  // No agent: nothing is kept open that would hold up the end of the process.
  return request(url, { agent: false, headers: { 'x-goog-api-key': apiKey } })
}

async function answerTo(
  request: ClientRequest,
  timeoutMs: number,
): Promise<{ status: number; body: string }> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request.on('response', resolve)
    request.on('error', reject)
    request.end()
  })
  const body = await readBody(response, BODY_BYTES, timeoutMs)
  return { status: response.statusCode ?? 0, body }
}

function methodsIn(body: string): unknown[] {
  try {
    const model: unknown = JSON.parse(body)
    if (typeof model !== 'object' || model === null || !('supportedGenerationMethods' in model)) return []
    return Array.isArray(model.supportedGenerationMethods) ? model.supportedGenerationMethods : []
  } catch {
    return []
  }
}
