/** What gemini-3.8-live takes in its setup, and what a good setup means for the session. */
import { refuseDeclarations } from './declaration-rules.ts'
import { INVALID_ARGUMENT, type Refusal } from './refusal.ts'
import type { Compression } from './usage-ledger.ts'
import { isRecord } from './wire-shape.ts'

/** The models of the simulated account, without the `models/` prefix. */
export const LIVE_MODELS = ['gemini-3.8-live'] as const

/** A setup that was accepted, reduced to what changes the session. */
export type SessionSettings = {
  /** Silence that ends the person's turn, in ms of received sound. */
  silenceMs: number
  /** False: the client marks the person's speech itself with activityStart and activityEnd. */
  detectsVoice: boolean
  /** False: the person's speech does not cut the agent's turn. */
  interrupts: boolean
  /** The client wants the person's words. The agent's words come in any case: 3.8 sends them even when nobody asked. */
  transcribesPerson: boolean
  /** Undefined: no resumption; else the handle to go on from, if any. */
  resumption: { handle: string | undefined } | undefined
  /** Functions that the model may call. */
  toolNames: ReadonlySet<string>
  /** Undefined: the whole conversation is billed with every turn. */
  compression: Compression | undefined
  /** Length of the instruction and declarations in tokens, roughly. */
  promptTokens: number
}

/** The session that a setup of the right shape asks for, or how the service refuses it. */
export function settingsOf(setup: Record<string, unknown>): SessionSettings | Refusal {
  const model = at(setup, 'model')
  if (!LIVE_MODELS.some((id) => model === `models/${id}`)) return modelNotFound(String(model ?? 'models/'))
  if (!allowed(setup)) return INVALID_ARGUMENT
  const functions = declarations(setup)
  const refusal = refuseDeclarations(functions)
  if (refusal) return refusal

  const detection = at(setup, 'realtimeInputConfig', 'automaticActivityDetection')
  const silenceMs = at(detection, 'silenceDurationMs')
  const handle = at(setup, 'sessionResumption', 'handle')
  return {
    silenceMs: silenceMs === undefined ? 500 : Number(silenceMs),
    detectsVoice: at(detection, 'disabled') !== true,
    interrupts: at(setup, 'realtimeInputConfig', 'activityHandling') !== 'NO_INTERRUPTION',
    transcribesPerson: at(setup, 'inputAudioTranscription') !== undefined,
    resumption:
      at(setup, 'sessionResumption') === undefined
        ? undefined
        : { handle: typeof handle === 'string' ? handle : undefined },
    toolNames: new Set(functions.map(({ name }) => String(name))),
    compression: compressionOf(at(setup, 'contextWindowCompression')),
    promptTokens: Math.ceil(JSON.stringify([at(setup, 'systemInstruction'), at(setup, 'tools')]).length / 4),
  }
}

/** The service's own default is to begin at 80 % of its window and to keep half of that. */
function compressionOf(asked: unknown): Compression | undefined {
  if (asked === undefined) return undefined
  const triggerTokens = Number(at(asked, 'triggerTokens') ?? 104_858)
  return {
    triggerTokens,
    targetTokens: Number(at(asked, 'slidingWindow', 'targetTokens') ?? triggerTokens / 2),
  }
}

/** The value at a path of field names, or undefined. */
export function at(value: unknown, ...path: string[]): unknown {
  let found = value
  for (const name of path) found = isRecord(found) ? found[name] : undefined
  return found
}

/** Fields that exist but that 3.8 answers with 1007: any thinkingConfig, proactivity switched off, no sound, tools without a tool. */
function allowed(setup: Record<string, unknown>): boolean {
  if (at(setup, 'generationConfig', 'thinkingConfig') !== undefined) return false
  if (at(setup, 'proactivity', 'proactiveAudio') === false) return false
  const modalities = at(setup, 'generationConfig', 'responseModalities')
  if (modalities !== undefined && JSON.stringify(modalities) !== '["AUDIO"]') return false
  const tools = at(setup, 'tools')
  if (Array.isArray(tools)) {
    if (tools.length === 0) return false
    if (tools.some((tool) => isRecord(tool) && isEmptyTool(tool))) return false
  }
  return true
}

function isEmptyTool(tool: Record<string, unknown>): boolean {
  const functions = tool.functionDeclarations
  return Object.keys(tool).length === 0 || (Array.isArray(functions) && functions.length === 0)
}

function declarations(setup: Record<string, unknown>): Record<string, unknown>[] {
  const tools = at(setup, 'tools')
  if (!Array.isArray(tools)) return []
  return tools.flatMap((tool: unknown) => {
    const functions = at(tool, 'functionDeclarations')
    return Array.isArray(functions) ? functions.filter(isRecord) : []
  })
}

function modelNotFound(model: string): Refusal {
  return {
    code: 1008,
    reason: `${model} is not found for API version v1beta, or is not supported for bidiGenerateContent. Call ListModels to see the list of available models and their supported methods.`,
  }
}
