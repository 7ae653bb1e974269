/** The figures of the report, gathered from the same events that everybody else sees. */
import type { CallEvent } from './events.ts'
import { createHeardLatency } from './heard-latency.ts'
import type { CallReport } from './report.ts'

/** The phone's rate, in Hz, at which all sound events come. */
const SAMPLE_RATE = 8000

/** What the report says of the conversation. */
type Figures = Pick<
  CallReport,
  | 'messageLeft'
  | 'turns'
  | 'interruptions'
  | 'latencyP50Ms'
  | 'latencyP95Ms'
  | 'heardLatencyP50Ms'
  | 'heardLatencyP95Ms'
  | 'estimatedCostUsd'
>

/** `note` takes every event; `figures` may be asked at any time. */
export function createFigures(): { note(event: CallEvent): void; figures(): Figures } {
  const sentLatencies: number[] = []
  const heardLatency = createHeardLatency(SAMPLE_RATE)
  let turns = 0
  let interruptions = 0
  let costUsd = 0
  /** What is said to a machine is no answer to anybody. */
  let toMachine = false
  let messageLeft = false
  return {
    note(event) {
      switch (event.type) {
        case 'sound.person':
        case 'sound.agent':
        case 'sound.cut':
          if (!toMachine) heardLatency.note(event)
          return
        case 'message.started':
          toMachine = true
          return
        case 'turn.ended':
          turns += 1
          messageLeft ||= toMachine && event.speaker === 'agent' && !event.interrupted && event.heardMs > 0
          return
        case 'agent.interrupted':
          interruptions += 1
          return
        case 'latency':
          sentLatencies.push(event.responseMs)
          return
        case 'usage':
          costUsd += event.estimatedCostUsd
      }
    },
    figures() {
      const heardLatencies = heardLatency.latenciesMs()
      return {
        messageLeft,
        turns,
        interruptions,
        latencyP50Ms: percentile(sentLatencies, 0.5),
        latencyP95Ms: percentile(sentLatencies, 0.95),
        heardLatencyP50Ms: percentile(heardLatencies, 0.5),
        heardLatencyP95Ms: percentile(heardLatencies, 0.95),
        estimatedCostUsd: Math.round(costUsd * 1e6) / 1e6,
      }
    },
  }
}

/** The nearest-rank percentile, `share` in (0, 1]; null of nothing. */
export function percentile(values: readonly number[], share: number): number | null {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? null
}
