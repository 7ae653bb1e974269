import { describe, expect, it } from 'vitest'
import type { CallReport } from '../../src/call/report.ts'
import { rowLines, summarize } from '../../src/reporters/summary.ts'
import { ended } from './call-story.ts'
import { forbiddenIn } from './hostile.ts'

describe('the summary', () => {
  it('tells how the call went, with duration, turns, latency, cost and where it was kept', () => {
    expect(summarize(ended, '/calls/one')).toEqual({
      ok: true,
      headline: 'The person hung up.',
      hint: undefined,
      rows: [
        ['duration', '1 min 12 s'],
        ['turns', '5, 1 interruption'],
        ['response', 'sent p50 480 ms, p95 910 ms; heard p50 530 ms, p95 1.0 s'],
        ['cost', 'about $0.02 for the model'],
        ['kept in', '/calls/one'],
      ],
    })
  })

  it('leaves out figures that a call nobody answered does not have', () => {
    const busy = {
      ...ended,
      exitCode: 3,
      reason: 'busy',
      durationMs: 0,
      turns: 0,
      interruptions: 0,
      latencyP50Ms: null,
      latencyP95Ms: null,
      heardLatencyP50Ms: null,
      heardLatencyP95Ms: null,
      estimatedCostUsd: 0,
    } as const
    expect(summarize(busy, undefined)).toEqual({
      ok: false,
      headline: 'The line was busy.',
      hint: undefined,
      rows: [],
    })
  })

  it.each([
    ['machine_end_beep', 'a machine'],
    ['machine', 'a machine'],
    ['fax', 'a fax machine'],
  ])('says that %s was %s, with the values below each other', (answeredBy, words) => {
    const summary = summarize({ ...ended, exitCode: 6, reason: 'machine', answeredBy }, undefined)
    expect(summary.headline).toBe('A machine or voicemail answered.')
    expect(rowLines(summary).slice(0, 2)).toEqual([`  answered by  ${words}`, '  duration     1 min 12 s'])
  })

  it.each(['human', 'unknown'])('says nothing of who answered when that is %s', (answeredBy) => {
    expect(summarize({ ...ended, answeredBy }, undefined).rows[0]?.[0]).toBe('duration')
  })

  it('calls a call that was put through a good one', () => {
    const through = { ...ended, reason: 'transferred' } as const
    expect(summarize(through, undefined)).toMatchObject({ ok: true, headline: 'The person was put through.' })
  })

  it('says of each latency only what was measured', () => {
    const response = (figures: Partial<CallReport>) =>
      summarize({ ...ended, ...figures }, undefined).rows.find(([name]) => name === 'response')
    expect(response({ heardLatencyP50Ms: null, heardLatencyP95Ms: null })?.[1]).toBe(
      'sent p50 480 ms, p95 910 ms',
    )
    expect(response({ latencyP50Ms: null, latencyP95Ms: null })?.[1]).toBe('heard p50 530 ms, p95 1.0 s')
  })

  it('says the error and the remedy of a failed call, cleaned', () => {
    const error = { message: 'Twilio said\u001b[2J\nno.', hint: 'Look\u202E there.' }
    const failed = summarize({ ...ended, exitCode: 5, reason: 'carrier-refused', error }, undefined)
    expect(failed).toMatchObject({ ok: false, headline: 'Twilio said[2J no.', hint: 'Look there.' })
    expect(forbiddenIn(JSON.stringify(failed))).toEqual([])
  })

  it('says what could not be proved, and the call to ask the carrier about', () => {
    const unknown = { ...ended, exitCode: 10, dialled: 'unknown', hungUp: 'unknown' } as const
    const { rows } = summarize(unknown, undefined)
    expect(rows).toContainEqual(['dialled', 'unknown: a phone may have rung'])
    expect(rows).toContainEqual(['hung up', 'unknown: the call may still be running'])
    expect(rows).toContainEqual(['call', ended.callSid])
  })
})
