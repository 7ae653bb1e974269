/** Twilio's answering machine detection, as far as the scenario decides it. https://www.twilio.com/docs/voice/answering-machine-detection */
import type { CallOrder } from './call-order.ts'
import type { CallState } from './call-state.ts'
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
  { machineDetection }: CallOrder,
  state: CallState,
  over: AbortSignal,
): Promise<void> {
  if (!machineDetection) return
  const isMachine = exchange.phone.outcome === 'voicemail'
  const ms = isMachine ? MACHINE_MS : HUMAN_MS
  await exchange.clock.sleep(ms, over)
  if (over.aborted) return
  const machine = machineDetection.mode === 'DetectMessageEnd' ? 'machine_end_beep' : 'machine_start'
  const answeredBy = isMachine ? machine : 'human'
  state.detected(answeredBy)
  if (!machineDetection.isAsync || !machineDetection.report) return
  void state.tell('machine-detection', machineDetection.report, { MachineDetectionDuration: String(ms) })
}
