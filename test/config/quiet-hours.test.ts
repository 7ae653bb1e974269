import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CallError } from '../../src/call/error.ts'
import { checkHour, type HourCheck, hourIn, refuseQuietHour } from '../../src/config/quiet-hours.ts'

const ALLOWED: HourCheck = { type: 'allowed' }
const UNKNOWN: HourCheck = { type: 'unknown' }

const quiet = (localTime: string, zone: string): HourCheck => ({ type: 'quiet', localTime, zone })

describe('quiet hours', () => {
  it.each([
    ['07:59:59.999', quiet('07:59', 'Africa/Abidjan')],
    ['08:00:00.000', ALLOWED],
    ['20:59:59.999', ALLOWED],
    ['21:00:00.000', quiet('21:00', 'Africa/Abidjan')],
    ['00:00:00.000', quiet('00:00', 'Africa/Abidjan')],
  ])('at %s the answer is %o', (time, check) => {
    expect(hourIn(['Africa/Abidjan'], new Date(`2025-06-01T${time}Z`))).toEqual(check)
  })

  it.each([
    // Where the hours begin and end, in winter and in summer; quarters of an hour count.
    ['+12125550123', '2025-01-15T12:59:59Z', quiet('07:59', 'America/New_York')],
    ['+12125550123', '2025-01-15T13:00:00Z', ALLOWED],
    ['+12125550123', '2025-07-15T12:00:00Z', ALLOWED],
    ['+12125550123', '2025-07-16T01:00:00Z', quiet('21:00', 'America/New_York')],
    ['+13105550123', '2025-01-15T15:59:59Z', quiet('07:59', 'America/Los_Angeles')],
    ['+13105550123', '2025-01-15T16:00:00Z', ALLOWED],
    ['+14165550123', '2025-01-15T12:30:00Z', quiet('07:30', 'America/Toronto')],
    ['+16025550123', '2025-07-15T14:59:00Z', quiet('07:59', 'America/Phoenix')],
    ['+16025550123', '2025-07-15T15:00:00Z', ALLOWED],
    ['+18085550123', '2025-07-15T07:00:00Z', quiet('21:00', 'Pacific/Honolulu')],
    ['+18085550123', '2025-07-15T06:59:59Z', ALLOWED],
    ['+442079460958', '2025-07-15T07:00:00Z', ALLOWED],
    ['+442079460958', '2025-01-15T07:00:00Z', quiet('07:00', 'Europe/London')],
    ['+493012345678', '2025-01-15T21:41:10Z', quiet('22:41', 'Europe/Berlin')],
    ['+911123456789', '2025-01-15T02:29:59Z', quiet('07:59', 'Asia/Calcutta')],
    ['+911123456789', '2025-01-15T02:30:00Z', ALLOWED],
    ['+97714123456', '2025-01-15T02:14:59Z', quiet('07:59', 'Asia/Katmandu')],
    ['+97714123456', '2025-01-15T02:15:00Z', ALLOWED],
    ['+61291234567', '2025-01-15T10:00:00Z', quiet('21:00', 'Australia/Sydney')],
    ['+61291234567', '2025-07-15T10:00:00Z', ALLOWED],
    ['+551131234567', '2025-07-15T11:00:00Z', ALLOWED],
    ['+74951234567', '2025-07-15T18:00:00Z', quiet('21:00', 'Europe/Moscow')],
    // It must be day wherever the phone may be.
    ['+61412345678', '2025-07-14T22:30:00Z', quiet('05:00', 'Indian/Cocos')],
    ['+79161234567', '2025-07-15T12:00:00Z', quiet('00:00', 'Asia/Anadyr')],
    ['+79161234567', '2025-07-15T07:00:00Z', ALLOWED],
    ['+18002255288', '2025-07-15T16:00:00Z', quiet('02:00', 'Pacific/Guam')],
    ['+18002255288', '2025-07-15T22:30:00Z', ALLOWED],
    // Nobody is assigned this one: as for a toll-free number, all of North America counts.
    ['+15550100123', '2025-07-15T16:00:00Z', quiet('02:00', 'Pacific/Guam')],
    ['+870773111632', '2025-07-15T12:00:00Z', UNKNOWN],
  ])('%s at %s: %o', async (e164, now, check) => {
    expect(await checkHour(e164, new Date(now))).toEqual(check)
  })

  it.each([
    ['2025-03-09T11:59:59Z', quiet('07:59', 'America/New_York')], // Spring forward, at 07:00 UTC.
    ['2025-03-09T12:00:00Z', ALLOWED],
    ['2025-03-09T06:59:59Z', quiet('01:59', 'America/New_York')],
    ['2025-03-09T07:00:00Z', quiet('03:00', 'America/New_York')],
    ['2025-11-02T05:30:00Z', quiet('01:30', 'America/New_York')], // Fall back, at 06:00 UTC: 01:30 comes twice.
    ['2025-11-02T06:30:00Z', quiet('01:30', 'America/New_York')],
    ['2025-11-02T12:59:59Z', quiet('07:59', 'America/New_York')],
    ['2025-11-02T13:00:00Z', ALLOWED],
  ])('on the days when clocks change the clock on the wall counts: %s', (now, check) => {
    expect(hourIn(['America/New_York'], new Date(now))).toEqual(check)
  })

  it('of several nights tell the deepest, whatever their order', () => {
    const now = new Date('2025-01-15T03:00:00Z')
    const zones = ['America/Los_Angeles', 'America/New_York', 'America/Halifax', 'Asia/Tokyo']
    expect(hourIn(zones, now)).toEqual(quiet('23:00', 'America/Halifax'))
    expect(hourIn(zones.toReversed(), now)).toEqual(quiet('23:00', 'America/Halifax'))
  })

  it('are unknown without a zone, and when one of the zones is not known', () => {
    const noon = new Date('2025-01-15T12:00:00Z')
    expect(hourIn([], noon)).toEqual(UNKNOWN)
    expect(hourIn(['Etc/Unknown'], noon)).toEqual(UNKNOWN)
    expect(hourIn(['Europe/London', 'Europe/Atlantis'], noon)).toEqual(UNKNOWN)
    expect(hourIn(['Europe/Atlantis', 'Asia/Tokyo'], noon)).toEqual(quiet('21:00', 'Asia/Tokyo'))
  })
})

describe('for every zone and instant', () => {
  const instants = fc.date({
    min: new Date('2024-01-01T00:00:00Z'),
    max: new Date('2036-01-01T00:00:00Z'),
    noInvalidDate: true,
  })
  const names = fc.constantFrom(...Intl.supportedValuesOf('timeZone'))

  it('quiet hours agree with the zone’s offset from UTC', () => {
    fc.assert(
      fc.property(names, instants, (zone, now) => {
        const wallMinutes = minutesOfDay(now, offsetMinutes(zone, now))
        expect(hourIn([zone], now).type).toBe(wallMinutes < 480 || wallMinutes >= 1260 ? 'quiet' : 'allowed')
      }),
    )
  })

  it('quiet hours agree with the calendar’s rules where clocks change', () => {
    const rules = fc.constantFrom(...Object.entries(RULES))
    fc.assert(
      fc.property(rules, instants, ([zone, offset], now) => {
        const wallMinutes = minutesOfDay(now, offset(now))
        const check = hourIn([zone], now)
        expect(check.type).toBe(wallMinutes < 480 || wallMinutes >= 1260 ? 'quiet' : 'allowed')
        if (check.type === 'quiet') expect(check.localTime).toBe(hhmm(wallMinutes))
      }),
      { numRuns: 500 },
    )
  })

  it('a number of several zones may be rung exactly when it may in each of them', () => {
    fc.assert(
      fc.property(fc.array(names, { minLength: 1, maxLength: 6 }), instants, (zones, now) => {
        const each = zones.map((zone) => hourIn([zone], now))
        const all = hourIn(zones, now)
        expect(all.type === 'allowed').toBe(each.every(({ type }) => type === 'allowed'))
        if (all.type === 'quiet') expect(each).toContainEqual(all)
      }),
    )
  })
})

describe('a number at a quiet hour', () => {
  const refused = (check: HourCheck) => {
    const error = refuseQuietHour(check)
    if (!(error instanceof CallError)) throw new Error('it was not refused')
    return error
  }

  it('A18 is refused with the local time and the remedy', () => {
    const error = refused(quiet('22:41', 'Europe/Berlin'))
    expect(error.code).toBe('number-refused')
    expect(error.message).toContain('22:41 in Europe/Berlin')
    expect(error.hint).toContain('--allow-any-hour')
  })

  it('is refused when the time zone is not known', () => {
    const error = refused(UNKNOWN)
    expect(error.code).toBe('number-refused')
    expect(error.message).toContain('time zone is not known')
    expect(error.hint).toContain('--allow-any-hour')
  })

  it('is rung in the daytime', () => {
    expect(refuseQuietHour(ALLOWED)).toBeUndefined()
  })
})

/** Minutes east of UTC by the rules in the law books, worked out without Intl. */
const RULES: Record<string, (now: Date) => number> = {
  'Asia/Kolkata': () => 330,
  'Asia/Kathmandu': () => 345,
  'America/Phoenix': () => -420,
  'Pacific/Honolulu': () => -600,
  // The second Sunday of March to the first of November, at 02:00 on the wall.
  'America/New_York': (now) => american(now, -300),
  'America/Los_Angeles': (now) => american(now, -480),
  // The last Sunday of March to the last of October, at 01:00 UTC everywhere.
  'Europe/London': (now) => european(now, 0),
  'Europe/Berlin': (now) => european(now, 60),
  // The first Sunday of October to the first of April, at 02:00 standard time.
  'Australia/Sydney': (now) => {
    const year = now.getUTCFullYear()
    const end = sunday(year, 3, 1, -8 * 60)
    const start = sunday(year, 9, 1, -8 * 60)
    return now < end || now >= start ? 660 : 600
  },
}

function american(now: Date, standard: number): number {
  const year = now.getUTCFullYear()
  const start = sunday(year, 2, 8, 120 - standard)
  const end = sunday(year, 10, 1, 60 - standard)
  return now >= start && now < end ? standard + 60 : standard
}

function european(now: Date, standard: number): number {
  const year = now.getUTCFullYear()
  return now >= sunday(year, 2, 25, 60) && now < sunday(year, 9, 25, 60) ? standard + 60 : standard
}

/** The first Sunday on or after a day of a month (0 to 11), so many minutes after its midnight in UTC. */
function sunday(year: number, month: number, from: number, minutes: number): Date {
  const weekday = new Date(Date.UTC(year, month, from)).getUTCDay()
  return new Date(Date.UTC(year, month, from + ((7 - weekday) % 7), 0, minutes))
}

/** By the name of the offset that belongs to the instant, such as GMT+05:45. */
function offsetMinutes(zone: string, now: Date): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    timeZoneName: 'longOffset',
  }).formatToParts(now)
  const name = parts.find(({ type }) => type === 'timeZoneName')?.value ?? ''
  const [, sign, hours = '0', minutes = '0'] = /^GMT(?:([+-])(\d\d):(\d\d))?$/.exec(name) ?? []
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes))
}

function minutesOfDay(now: Date, offset: number): number {
  const minutes = Math.floor(now.getTime() / 60_000) + offset
  return ((minutes % 1440) + 1440) % 1440
}

function hhmm(minutes: number): string {
  return [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, '0')).join(':')
}
