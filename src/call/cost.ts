/** What the model costs, from its own token counts. */
import type { Usage } from './live-model.ts'

/**
 * US dollars per million tokens of Gemini 3.8 Live, the same on both of Google's platforms (https://ai.google.dev/gemini-api/docs/pricing,
 * October 2026). Thinking is billed as text output. Every turn bills the whole context again, so only the sum over all reports is near the bill.
 */
const USD_PER_MILLION = { audioIn: 3, textIn: 0.75, audioOut: 12, textOut: 4.5 } as const

/** An estimate of the price of one usage report, in US dollars. */
export function estimateCostUsd(usage: Usage): number {
  const textIn = Math.max(0, usage.promptTokens - usage.promptAudioTokens)
  const textOut = Math.max(0, usage.responseTokens - usage.responseAudioTokens) + usage.thoughtTokens
  const millionths =
    usage.promptAudioTokens * USD_PER_MILLION.audioIn +
    textIn * USD_PER_MILLION.textIn +
    usage.responseAudioTokens * USD_PER_MILLION.audioOut +
    textOut * USD_PER_MILLION.textOut
  return millionths / 1e6
}
