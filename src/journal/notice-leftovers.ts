/** What the start of a call says of calls that earlier runs may have left running. */
import { toCallError } from '../call/error.ts'
import { notesFolder } from './entry-file.ts'
import { type NotedCall, readLeftovers } from './leftovers.ts'

/** More are told by their number only. */
const TELL_EACH = 3

/** A warning in words. */
export type Notice = {
  code: 'call-left-behind' | 'call-elsewhere' | 'journal-unreadable'
  message: string
  hint: string
}

/** Looks into the journal below `home`. Nothing is asked of the carrier: a call told here may be over by now. Never rejects. */
export async function noticeLeftovers(home: string, now = new Date()): Promise<Notice[]> {
  try {
    const { leftovers, ignored } = await readLeftovers(home, now.getTime())
    return [...leftBehind(leftovers, now), ...noticeIgnored(home, ignored)]
  } catch (error) {
    const { message, hint = '' } = toCallError(error)
    return [{ code: 'journal-unreadable', message, hint }]
  }
}

/** One warning for all files in the journal's folder that are no notes. */
export function noticeIgnored(home: string, ignored: readonly string[]): Notice[] {
  const [first] = ignored
  if (first === undefined) return []
  const others = ignored.length > 1 ? ` and ${ignored.length - 1} more` : ''
  const message = `${shown(first)}${others} in ${notesFolder(home)} cannot be read as a note of a call`
  return [{ code: 'journal-unreadable', message, hint: 'Remove what does not belong there.' }]
}

/** One warning for all calls of which nothing can be known here; `--all` leaves them alone. */
export function noticeElsewhere(calls: readonly NotedCall[]): Notice[] {
  if (calls.length === 0) return []
  const sids = calls.map(({ callSid, to }) => callSid ?? `a call to ${to}`).join(', ')
  const message = `left alone, because another machine or container may be having them: ${sids}`
  return [{ code: 'call-elsewhere', message, hint: "'ai-caller hangup <call>' ends one all the same." }]
}

/** "10:41" today, "2026-11-21 10:41" on another day; local time. */
export function whenOf(date: Date, now: Date): string {
  const two = (number: number) => String(number).padStart(2, '0')
  const day = (of: Date) => [of.getFullYear(), two(of.getMonth() + 1), two(of.getDate())].join('-')
  const time = `${two(date.getHours())}:${two(date.getMinutes())}`
  return day(date) === day(now) ? time : `${day(date)} ${time}`
}

function leftBehind(calls: readonly NotedCall[], now: Date): Notice[] {
  const messages =
    calls.length > TELL_EACH
      ? [`${calls.length} calls of earlier runs may still be running`]
      : calls.map(({ to, startedAt }) => `a call to ${to} of ${whenOf(startedAt, now)} may still be running`)
  return messages.map((message) => ({
    code: 'call-left-behind',
    message: `${message}: the program ended before it could hang up`,
    hint: `'ai-caller hangup --all' ends ${calls.length > 1 ? 'them' : 'it'}.`,
  }))
}

/** A file's name fit to be shown. */
function shown(name: string): string {
  return `'${name.slice(0, 60).replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '?')}'`
}
