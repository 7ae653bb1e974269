/** The fields that a client message may have, and the check that refuses all others in Google's words. */

/** What a field may hold: a kind of value, a list of one shape, or named fields. `any` is free JSON (a schema, a tool's result). */
type Shape = 'text' | 'number' | 'flag' | 'any' | readonly [Shape] | { readonly [field: string]: Shape }

const CONTENT: Shape = {
  role: 'text',
  parts: [{ text: 'text', inlineData: { mimeType: 'text', data: 'text' } }],
}
const BLOB: Shape = { mimeType: 'text', data: 'text' }
const TRANSCRIPTION: Shape = {
  languageCodes: ['text'],
  languageAuto: 'any',
  languageHints: 'any',
  customVocabulary: ['text'],
  adaptationPhrases: ['text'],
  wordTimestamp: 'flag',
  diarization: 'flag',
  mode: 'text',
}
const TOOLS: Shape = [
  {
    functionDeclarations: [
      {
        name: 'text',
        description: 'text',
        parameters: 'any',
        parametersJsonSchema: 'any',
        response: 'any',
        responseJsonSchema: 'any',
        behavior: 'text',
      },
    ],
    googleSearch: 'any',
  },
]

/** Fields that exist at all. What gemini-3.8-live does not take of them is the business of the setup rules. */
const SETUP: Shape = {
  model: 'text',
  generationConfig: {
    responseModalities: ['text'],
    temperature: 'number',
    topP: 'number',
    topK: 'number',
    maxOutputTokens: 'number',
    seed: 'number',
    mediaResolution: 'text',
    thinkingConfig: { includeThoughts: 'flag', thinkingBudget: 'number', thinkingLevel: 'text' },
    speechConfig: { languageCode: 'text', voiceConfig: { prebuiltVoiceConfig: { voiceName: 'text' } } },
  },
  systemInstruction: CONTENT,
  tools: TOOLS,
  realtimeInputConfig: {
    automaticActivityDetection: {
      disabled: 'flag',
      startOfSpeechSensitivity: 'text',
      endOfSpeechSensitivity: 'text',
      prefixPaddingMs: 'number',
      silenceDurationMs: 'number',
    },
    activityHandling: 'text',
    turnCoverage: 'text',
  },
  sessionResumption: { handle: 'text' },
  contextWindowCompression: { triggerTokens: 'number', slidingWindow: { targetTokens: 'number' } },
  inputAudioTranscription: TRANSCRIPTION,
  outputAudioTranscription: TRANSCRIPTION,
  proactivity: { proactiveAudio: 'flag' },
  historyConfig: { initialHistoryInClientContent: 'flag' },
}

/** A client message has exactly one of these. https://ai.google.dev/api/live */
export const CLIENT_MESSAGE = {
  setup: SETUP,
  realtimeInput: {
    audio: BLOB,
    video: BLOB,
    mediaChunks: [BLOB],
    text: 'text',
    audioStreamEnd: 'flag',
    activityStart: {},
    activityEnd: {},
  },
  clientContent: { turns: [CONTENT], turnComplete: 'flag' },
  toolResponse: {
    functionResponses: [
      { id: 'text', name: 'text', response: 'any', scheduling: 'text', willContinue: 'flag' },
    ],
  },
  contextUpdate: { systemInstruction: CONTENT, tools: { tools: TOOLS } },
} as const satisfies Shape

/** Google's sentence about the first place where `value` does not fit, or undefined. `path` is empty for the whole message. */
export function misfit(value: unknown, shape: Shape, path = ''): string | undefined {
  if (shape === 'any') return undefined
  if (shape === 'text') return typeof value === 'string' ? undefined : invalid(path, 'TYPE_STRING', value)
  if (shape === 'flag') return typeof value === 'boolean' ? undefined : invalid(path, 'TYPE_BOOL', value)
  if (shape === 'number') {
    // 64-bit integers travel as strings in protobuf's JSON.
    const fits = typeof value === 'number' || (typeof value === 'string' && /^-?\d+$/.test(value))
    return fits ? undefined : invalid(path, 'TYPE_INT64', value)
  }
  if (isList(shape)) {
    if (!Array.isArray(value)) return invalid(path, 'repeated field', value)
    for (const [index, item] of value.entries()) {
      const problem = misfit(item, shape[0], `${path}[${index}]`)
      if (problem !== undefined) return problem
    }
    return undefined
  }
  if (!isRecord(value)) return invalid(path, 'message', value)
  for (const [name, item] of Object.entries(value)) {
    const inner = Object.hasOwn(shape, name) ? shape[name] : undefined
    if (inner === undefined) return unknownName(name, path)
    const problem = misfit(item, inner, path === '' ? snakeCase(name) : `${path}.${snakeCase(name)}`)
    if (problem !== undefined) return problem
  }
  return undefined
}

/** True for a JSON object. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isList(shape: Shape): shape is readonly [Shape] {
  return Array.isArray(shape)
}

function unknownName(name: string, path: string): string {
  const where = path === '' ? '' : ` at '${path}'`
  return `Invalid JSON payload received. Unknown name "${name}"${where}: Cannot find field.`
}

function invalid(path: string, type: string, value: unknown): string {
  return `Invalid value at '${path}' (${type}), ${JSON.stringify(value)}`
}

/** Google names fields in its complaints as they are in the protobuf. */
function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}
