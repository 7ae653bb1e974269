/** What a live session is started with: our ModelSetup in the SDK's words. Pure. */
import type {
  Behavior,
  EndSensitivity,
  FunctionResponseScheduling,
  LiveConnectConfig,
  Modality,
  StartSensitivity,
} from '@google/genai'
import type { ModelSetup, VoiceActivity } from '../call/live-model.ts'
import type { ToolDeclaration } from '../call/tools.ts'

/**
 * What may be said to a model about tools. Everything else that we send is the same for all Live models; what they disagree on
 * (thinkingConfig, proactivity, enableAffectiveDialog, temperature, speechConfig.languageCode) closes some sessions with 1007, so we
 * send none of it.
 */
type ToolContract = {
  /** Declarations carry `behavior: NON_BLOCKING`: the agent talks on while the tool runs. */
  nonBlocking: boolean
  /** A function response may carry `scheduling`. */
  scheduling: boolean
}

const GEMINI_3_8: ToolContract = { nonBlocking: true, scheduling: true }

/** The models that differ from gemini-3.8-live, by the beginning of their id; the first match counts. */
const EXCEPTIONS: readonly (readonly [prefix: string, contract: ToolContract])[] = [
  // Closes with 1007 on `scheduling` (https://ai.google.dev/gemini-api/docs/live-api/thinking).
  ['gemini-3.8-live-extended-thinking', { nonBlocking: true, scheduling: false }],
  // Calls functions one after the other only; knows neither field.
  ['gemini-3.1-', { nonBlocking: false, scheduling: false }],
]

/** The contract of a model; an unknown one is treated like gemini-3.8-live. */
export function toolContract(model: string): ToolContract {
  const id = model.replace(/^models\//, '')
  return EXCEPTIONS.find(([prefix]) => id.startsWith(prefix))?.[1] ?? GEMINI_3_8
}

/** `scheduling` of a function response after which the model should not speak. */
export const SILENT = 'SILENT' as FunctionResponseScheduling.SILENT

/**
 * The configuration for `ai.live.connect`: of a new session, or, with a handle, of the one that it carries on. A new object every time:
 * the SDK writes into it.
 */
export function toLiveConfig(setup: ModelSetup, handle?: string): LiveConnectConfig {
  const { nonBlocking } = toolContract(setup.model)
  const config = {
    responseModalities: ['AUDIO' satisfies `${Modality}`],
    speechConfig: { voiceConfig: { prebuiltVoiceConfig: { voiceName: setup.voice } } },
    // An empty instruction or tool list is refused: both are left out then.
    ...(setup.systemInstruction === '' ? {} : { systemInstruction: setup.systemInstruction }),
    ...(setup.tools.length === 0
      ? {}
      : { tools: [{ functionDeclarations: declare(setup.tools, nonBlocking) }] }),
    // A hint to the transcriber only. What the agent speaks is steered by the instruction: native-audio models refuse or ignore a language code.
    inputAudioTranscription: setup.language === undefined ? {} : { languageCodes: [setup.language] },
    outputAudioTranscription: {},
    // Either form asks for resumption handles.
    sessionResumption: handle === undefined ? {} : { handle },
    // Every turn bills the whole context anew, and the default trigger (80 % of 128k tokens) is over an hour away. Also lifts the limit of
    // 15 minutes for a session of sound. Google's own example figures (https://ai.google.dev/gemini-api/docs/live-api/best-practices).
    contextWindowCompression: { triggerTokens: '25000', slidingWindow: { targetTokens: '8000' } },
    realtimeInputConfig: { automaticActivityDetection: detection(setup.voiceActivity) },
  }
  // The SDK's enums are values of a module that is loaded later; on the wire they are these strings, each checked above.
  return config as LiveConnectConfig
}

const START = {
  high: 'START_SENSITIVITY_HIGH',
  low: 'START_SENSITIVITY_LOW',
} as const satisfies Record<VoiceActivity['startSensitivity'], `${StartSensitivity}`>

const END = {
  high: 'END_SENSITIVITY_HIGH',
  low: 'END_SENSITIVITY_LOW',
} as const satisfies Record<VoiceActivity['endSensitivity'], `${EndSensitivity}`>

function detection({ startSensitivity, endSensitivity, prefixPaddingMs, silenceDurationMs }: VoiceActivity) {
  return {
    startOfSpeechSensitivity: START[startSensitivity],
    endOfSpeechSensitivity: END[endSensitivity],
    prefixPaddingMs,
    silenceDurationMs,
  }
}

function declare(tools: readonly ToolDeclaration[], nonBlocking: boolean) {
  return tools.map(({ name, description, parameters }) => ({
    name,
    description,
    parametersJsonSchema: parameters,
    ...(nonBlocking ? { behavior: 'NON_BLOCKING' satisfies `${Behavior}` } : {}),
  }))
}
