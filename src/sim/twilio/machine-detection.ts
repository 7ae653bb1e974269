/** Twilio's answering machine detection, as far as the scenario decides it. https://www.twilio.com/docs/voice/answering-machine-detection */
import type { DetectedAs, PhoneScript } from '../scenario.ts'
import type { CallState } from './call-state.ts'
import type { DetectionOrder } from './detection-order.ts'
import type { Exchange } from './exchange.ts'

/** How long the verdict takes: people say a word and stop, machines go on. */
const HUMAN_MS = 1500
const MACHINE_MS = 3000

/**
 * Comes to a verdict if one was asked for, and reports it to the callback of asynchronous detection. Resolves with the verdict, or when
 * the call is over.
 */
export async function detectMachine(
  exchange: Exchange,
  order: DetectionOrder | undefined,
  state: CallState,
  over: AbortSignal,
): Promise<void> {
  if (!order) return
  const { phone, clock } = exchange
  const found = foundOut(phone, order)
  const takesMs = phone.detectionAfterMs ?? (found === 'human' ? HUMAN_MS : MACHINE_MS)
  const ms = Math.min(takesMs, order.timeoutMs)
  await clock.sleep(ms, over)
  if (over.aborted) return
  state.detected(takesMs > order.timeoutMs ? 'unknown' : found)
  if (!order.isAsync || !order.report) return
  void state.tell('machine-detection', order.report, { MachineDetectionDuration: String(ms) })
}

/** The end of a message is found only by those who wait for it. */
function foundOut({ detection, outcome }: PhoneScript, { mode }: DetectionOrder): DetectedAs {
  const found = detection ?? (outcome === 'voicemail' ? 'machine_end_beep' : 'human')
  return mode === 'Enable' && found.startsWith('machine') ? 'machine_start' : found
}
