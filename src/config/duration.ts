/** Durations as people write them: `90s`, `5m`, `1h30m`, `500ms`. */
import { type Parsed, quoted } from './parsed.ts'

const UNITS = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 } as const

/** Each unit at most once, the largest first. */
const DURATION = /^(?:(\d{1,9})h)?(?:(\d{1,9})m(?!s))?(?:(\d{1,9})s)?(?:(\d{1,9})ms)?$/

/** Reads a duration in milliseconds; both limits are allowed values. */
export function parseDuration(text: string, limits: { minMs: number; maxMs: number }): Parsed<number> {
  const range = `from ${formatFlagDuration(limits.minMs)} to ${formatFlagDuration(limits.maxMs)}`
  const parts = DURATION.exec(text.trim())
  if (!parts || parts[0] === '') {
    return { wrong: `must be a duration such as 90s, 5m or 1h30m, ${range}, not ${quoted(text)}` }
  }
  const [, h, m, s, ms] = parts.map((part) => Number(part ?? 0))
  const totalMs = (h ?? 0) * UNITS.h + (m ?? 0) * UNITS.m + (s ?? 0) * UNITS.s + (ms ?? 0)
  if (totalMs < limits.minMs || totalMs > limits.maxMs) {
    return { wrong: `must be ${range}, not ${quoted(text)}` }
  }
  return { value: totalMs }
}

/** Writes whole milliseconds the way `parseDuration` reads them: 5400000 is `1h30m`. */
export function formatFlagDuration(totalMs: number): string {
  let restMs = totalMs
  let text = ''
  for (const [unit, unitMs] of Object.entries(UNITS)) {
    const count = Math.floor(restMs / unitMs)
    restMs -= count * unitMs
    if (count > 0) text += `${count}${unit}`
  }
  return text || '0s'
}
