/** Events as lines of a transcript: speech and keys of both sides, and what became of the line. */
import type { JournalEvent, Speaker } from '../call/events.ts'
import { cleanLine, cleanStart } from './clean-text.ts'
import { noPaint, type Paint } from './paint.ts'
import { formatClock, formatTimeSpan } from './quantity.ts'

/** More keys than are ever pressed at once. */
const MAX_KEYS = 64

/** A finished turn or pressed keys as one clean line of a written transcript; undefined for all other events, and for empty turns. */
export function transcriptLine(
  event: JournalEvent,
  atMs: number,
  paint: Paint = noPaint,
): string | undefined {
  if (event.type === 'dtmf.received') return spoken('person', keysPressed(event.digit), atMs, paint)
  if (event.type === 'dtmf.sent') return spoken('agent', keysPressed(event.digits), atMs, paint)
  if (event.type !== 'turn.ended') return undefined
  const said = cleanLine(event.text).trim()
  if (said === '' && (!event.interrupted || event.heardMs === 0)) return undefined
  const cut = event.interrupted ? ' —[cut off]' : ''
  return spoken(event.speaker, `${said}${cut}`.trim(), event.startMs, paint)
}

/** A line of the transcript that is kept, with no chatter beside it: also says who was put through to whom. */
export function keptLine(event: JournalEvent, atMs: number): string | undefined {
  switch (event.type) {
    case 'transfer.started':
      return `${formatClock(atMs)} [transfer to ${cleanStart(event.to, MAX_KEYS)}]`
    case 'transfer.connected':
      return `${formatClock(atMs)} [transfer answered]`
    case 'transfer.failed':
      return `${formatClock(atMs)} [transfer failed: ${event.why}]`
    default:
      return transcriptLine(event, atMs)
  }
}

function spoken(speaker: Speaker, text: string, atMs: number, paint: Paint): string {
  return `${formatClock(atMs)} ${paint[speaker](speaker)}: ${text}`
}

/** Pressed keys, as they stand in a transcript. */
export function keysPressed(keys: string): string {
  return `[pressed ${cleanStart(keys, MAX_KEYS)}]`
}

/** Where the agent was cut off, as it stands in the live transcript. */
export function cutOff(heardMs: number): string {
  return `▌ cut off after ${formatTimeSpan(heardMs)}`
}
