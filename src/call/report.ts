/** How a call went: what placing a call returns, and what the last event says. */
import type { End, EndReason } from './end-reason.ts'
import { CallError } from './error.ts'

/** The whole story of one call in figures. */
export type CallReport = {
  reason: EndReason
  /** From the answer to the end, in ms; 0 when nobody answered. */
  durationMs: number
  callSid: string | null
  /** Who answered, in the carrier's words or `machine` by the agent's own; `unknown` when nobody found out. */
  answeredBy: string
  /** Whether a machine was left the message that was meant for it, whole. */
  messageLeft: boolean
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

/** The reason and, when something failed or is in doubt, what to say about it. */
export function inWords(
  end: End,
  { callSid, hungUp }: Pick<CallReport, 'callSid' | 'hungUp'>,
): Pick<CallReport, 'reason' | 'error'> {
  const failure = end instanceof CallError ? end : undefined
  const reason = end instanceof CallError ? end.code : end
  const { message, hint } = failure ?? {}
  const isTold = failure?.code === 'dial-unknown'
  if (hungUp !== 'unknown' || isTold)
    return { reason, ...(message && { error: { message, ...(hint && { hint }) } }) }
  const doubt =
    callSid === null
      ? 'it could not be proved whether the call was placed'
      : 'it could not be proved that the call has ended'
  return {
    reason,
    error: {
      message: message ? `${message}; and ${doubt}` : doubt,
      hint: `'ai-caller hangup ${callSid ?? '--all'}' ends it if it runs; so does https://console.twilio.com (Monitor > Logs > Calls), and Twilio itself at its time limit.`,
    },
  }
}
