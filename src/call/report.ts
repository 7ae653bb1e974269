/** How a call went: what placing a call returns, and what the last event says. */
import type { EndReason } from './end-reason.ts'

/** The whole story of one call in figures. */
export type CallReport = {
  reason: EndReason
  /** From the answer to the end, in ms; 0 when nobody answered. */
  durationMs: number
  callSid: string | null
  /** Whether a phone was rung. */
  dialled: 'yes' | 'no' | 'unknown'
  /** Whether the call is proven over: true; false when there was none; 'unknown' when it could not be proved. */
  hungUp: boolean | 'unknown'
  /** Finished turns of either side. */
  turns: number
  interruptions: number
  /** From the end of the person's speech to the first sound of the answer that was sent, in ms; null without a measured turn. */
  latencyP50Ms: number | null
  latencyP95Ms: number | null
  /** From the end of the person's speech to the first moment of the answer that can be heard in the recording, in ms; null likewise. */
  heardLatencyP50Ms: number | null
  heardLatencyP95Ms: number | null
  /** The model's price in US dollars, from its own token counts. An estimate. */
  estimatedCostUsd: number
  /** When something failed: one sentence, and what to do. */
  error?: { message: string; hint?: string }
}
