/** Gemini's bill: usageMetadata as our Usage. Pure. */
import type { Usage } from '../call/live-model.ts'

type Fields = Readonly<Record<string, unknown>>

/** The counts of one report; a missing or senseless one is 0. Gemini itself calls the answer `response…`, the older API `candidates…`. */
export function readUsage(metadata: Fields): Usage {
  return {
    promptTokens: count(metadata.promptTokenCount),
    promptAudioTokens: audioIn(metadata.promptTokensDetails),
    responseTokens: count(metadata.responseTokenCount ?? metadata.candidatesTokenCount),
    responseAudioTokens: audioIn(metadata.responseTokensDetails ?? metadata.candidatesTokensDetails),
    thoughtTokens: count(metadata.thoughtsTokenCount),
    totalTokens: count(metadata.totalTokenCount),
  }
}

function audioIn(details: unknown): number {
  if (!Array.isArray(details)) return 0
  return details.reduce((sum: number, detail: unknown) => {
    if (typeof detail !== 'object' || detail === null) return sum
    const isAudio = 'modality' in detail && detail.modality === 'AUDIO'
    return isAudio && 'tokenCount' in detail ? sum + count(detail.tokenCount) : sum
  }, 0)
}

function count(value: unknown): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : 0
}
