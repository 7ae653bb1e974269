/** The REST half of the simulated Gemini: which models the key may use. Shapes as Google's. */
import { LIVE_MODELS } from './setup-rules.ts'

/** A JSON answer. */
type RestAnswer = { status: number; body: Record<string, unknown> }

/** What a key is worth: `missing`, or not the simulator's own. */
export type KeyCheck = 'good' | 'bad' | 'missing'

/** Google's words about a key; the same over REST and as a WebSocket close reason. */
export const KEY_PROBLEM = {
  bad: 'API key not valid. Please pass a valid API key.',
  missing:
    "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or other form of API consumer identity to call this API.",
} as const

const LIVE = LIVE_MODELS.map((id) => ({
  name: `models/${id}`,
  version: '3.8-live-09-2026',
  displayName: 'Gemini 3.8 Live',
  description: 'Simulated.',
  inputTokenLimit: 131072,
  outputTokenLimit: 65536,
  supportedGenerationMethods: ['bidiGenerateContent'],
}))
const MODELS = [
  ...LIVE,
  {
    name: 'models/gemini-embedding-001',
    version: '001',
    displayName: 'Gemini Embedding 001',
    description: 'Simulated; here so that not every model can talk.',
    inputTokenLimit: 2048,
    outputTokenLimit: 1,
    supportedGenerationMethods: ['embedContent'],
  },
]

/** Answers `GET /v1beta/models` and `GET /v1beta/models/{id}`. `path` is without query and double slashes. */
export function answerModels(method: string, path: string, key: KeyCheck): RestAnswer {
  const found = /^\/v1beta\/models(?:\/([^/]+))?$/.exec(path)
  if (!found || method !== 'GET') return failure(404, 'NOT_FOUND', 'Requested entity was not found.')
  if (key === 'missing') return failure(403, 'PERMISSION_DENIED', KEY_PROBLEM.missing)
  if (key === 'bad')
    return failure(400, 'INVALID_ARGUMENT', KEY_PROBLEM.bad, [
      {
        '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
        reason: 'API_KEY_INVALID',
        domain: 'googleapis.com',
        metadata: { service: 'generativelanguage.googleapis.com' },
      },
      {
        '@type': 'type.googleapis.com/google.rpc.LocalizedMessage',
        locale: 'en-US',
        message: KEY_PROBLEM.bad,
      },
    ])
  const id = found[1]
  if (id === undefined) return { status: 200, body: { models: MODELS } }
  const model = MODELS.find(({ name }) => name === `models/${id}`)
  if (model) return { status: 200, body: model }
  return failure(
    404,
    'NOT_FOUND',
    `models/${id} is not found for API version v1beta, or is not supported for generateContent. Call ListModels to see the list of available models and their supported methods.`,
  )
}

function failure(status: number, word: string, message: string, details?: unknown[]): RestAnswer {
  return { status, body: { error: { code: status, message, status: word, ...(details && { details }) } } }
}
