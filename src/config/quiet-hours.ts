/** Quiet hours: from 21:00 to 08:00 where the phone rings, a call has to be asked for in so many words. */
import { CallError } from '../call/error.ts'
import { zonesOf } from './time-zones.ts'

/**
 * Whether a number may be rung at this hour. `quiet`: it is night in `zone`, where `localTime` is hh:mm; of several such zones the one
 * deepest in the night. `unknown`: it is night nowhere that we know of, but not every zone is known.
 */
export type HourCheck =
  | { type: 'allowed' }
  | { type: 'quiet'; localTime: string; zone: string }
  | { type: 'unknown' }

/** The hours of the United States' telemarketing rule, 47 CFR 64.1200(c)(1), kept for every call to every country. */
const QUIET_FROM = '21:00'
const QUIET_UNTIL = '08:00'

/** Looks up where the number may ring, and whether it is night there. */
export async function checkHour(e164: string, now: Date): Promise<HourCheck> {
  return hourIn(await zonesOf(e164), now)
}

/** Whether a phone that stands in one of these IANA zones may be rung now: it must be day in all of them. Pure. */
export function hourIn(zones: readonly string[], now: Date): HourCheck {
  const times = zones.map((zone) => ({ zone, localTime: localTime(zone, now) }))
  const nights = times.flatMap(({ zone, localTime }) =>
    localTime !== undefined && isQuiet(localTime) ? [{ zone, localTime }] : [],
  )
  const [deepest] = nights.sort((a, b) => minutesFromDay(b.localTime) - minutesFromDay(a.localTime))
  if (deepest) return { type: 'quiet', ...deepest }
  const allKnown = times.length > 0 && times.every(({ localTime }) => localTime !== undefined)
  return { type: allKnown ? 'allowed' : 'unknown' }
}

/** Why the call is not placed at this hour, code `number-refused`; undefined when it may be. */
export function refuseQuietHour(check: HourCheck): CallError | undefined {
  switch (check.type) {
    case 'allowed':
      return undefined
    case 'quiet':
      return refusal(`it is ${check.localTime} in ${check.zone}, where this number may ring`)
    case 'unknown':
      return refusal('it may be night where this number rings: its time zone is not known')
    default:
      return check satisfies never
  }
}

function refusal(why: string): CallError {
  const hint = `From ${QUIET_FROM} to ${QUIET_UNTIL} of the callee's time a call is placed with --allow-any-hour only.`
  return new CallError('number-refused', why, { hint })
}

/** The time of day as hh:mm, cut to the minute, which is enough as quiet hours begin and end on one; undefined for an unknown zone. */
function localTime(zone: string, now: Date): string | undefined {
  try {
    const format = { timeZone: zone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const
    return new Intl.DateTimeFormat('en-GB', format).format(now)
  } catch {
    return undefined // A name that this Node does not know: Etc/Unknown, or a zone younger than its tables.
  }
}

/** Times of day as hh:mm sort like their text. */
function isQuiet(localTime: string): boolean {
  return localTime >= QUIET_FROM || localTime < QUIET_UNTIL
}

/** How far a time in quiet hours is from the nearer end of them. */
function minutesFromDay(localTime: string): number {
  const dayMinutes = 24 * 60
  const between = (from: string, to: string) => (minutesOf(to) - minutesOf(from) + dayMinutes) % dayMinutes
  return Math.min(between(QUIET_FROM, localTime), between(localTime, QUIET_UNTIL))
}

function minutesOf(localTime: string): number {
  const [hours = 0, minutes = 0] = localTime.split(':').map(Number)
  return hours * 60 + minutes
}
