/** The models that a key may talk to: what shows, without a session, that the key is good. */
import { modelError } from './errors.ts'
import type { Failure } from './failure.ts'
import { createSdk, GEMINI_BASE_URL } from './sdk.ts'

/** As many as Google gives at once. */
const PAGE_SIZE = 1000

/**
 * The ids, without `models/`, of the models that hold live sessions.
 * @throws CallError `model-key`, `model-quota`, `model-refused` or `model-unreachable`; `signal.reason` when aborted
 */
export async function listLiveModels(
  { apiKey, baseUrl = GEMINI_BASE_URL }: { apiKey: string; baseUrl?: string | undefined },
  signal: AbortSignal,
): Promise<string[]> {
  const ai = await createSdk({ apiKey, baseUrl })
  const live: string[] = []
  try {
    const config = { pageSize: PAGE_SIZE, abortSignal: signal }
    for await (const { name, supportedActions } of await ai.models.list({ config })) {
      if (name && supportedActions?.includes('bidiGenerateContent')) live.push(name.replace(/^models\//, ''))
    }
    return live
  } catch (error) {
    signal.throwIfAborted()
    throw modelError(failureOf(error), { model: '', apiKey, stage: 'starting' })
  }
}

/** The SDK puts Google's whole answer into the message of an error that has a status; what fetch throws has a cause with a code. */
function failureOf(error: unknown): Failure {
  const status = field(error, 'status')
  if (typeof status === 'number') return { type: 'http', status, text: wordsOf(field(error, 'message')) }
  const code = field(field(error, 'cause'), 'code')
  return { type: 'network', code: typeof code === 'string' ? code : 'no readable answer' }
}

function wordsOf(answer: unknown): string {
  try {
    const message = field(field(JSON.parse(String(answer)), 'error'), 'message')
    return typeof message === 'string' ? message : ''
  } catch {
    return ''
  }
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && name in value ? Reflect.get(value, name) : undefined
}
