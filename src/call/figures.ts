/** The figures of the report, gathered from the same events that everybody else sees. */
import type { CallEvent } from './events.ts'

/** What the summary says of the conversation. */
export type Figures = {
  turns: number
  interruptions: number
  latencyP50Ms: number | null
  latencyP95Ms: number | null
  estimatedCostUsd: number
}

/** `note` takes every event; `figures` may be asked at any time. */
export function createFigures(): { note(event: CallEvent): void; figures(): Figures } {
  const latencies: number[] = []
  let turns = 0
  let interruptions = 0
  let costUsd = 0
  return {
    note(event) {
      if (event.type === 'turn.ended') turns += 1
      else if (event.type === 'agent.interrupted') interruptions += 1
      else if (event.type === 'latency') latencies.push(event.responseMs)
      else if (event.type === 'usage') costUsd += event.estimatedCostUsd
    },
    figures: () => ({
      turns,
      interruptions,
      latencyP50Ms: percentile(latencies, 0.5),
      latencyP95Ms: percentile(latencies, 0.95),
      estimatedCostUsd: Math.round(costUsd * 1e6) / 1e6,
    }),
  }
}

/** The nearest-rank percentile, `share` in (0, 1]; null of nothing. */
export function percentile(values: readonly number[], share: number): number | null {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? null
}
