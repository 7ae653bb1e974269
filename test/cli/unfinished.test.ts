import { describe, expect, it } from 'vitest'
import type { JournalEvent } from '../../src/call/events.ts'
import { exitCodeOf } from '../../src/cli/exit-code.ts'
import { createUnfinished } from '../../src/cli/unfinished.ts'
import { createClock } from '../../src/flow/clock.ts'
import { answered, stamped, turn } from '../reporters/call-story.ts'

async function leaveAfter(events: readonly JournalEvent[]) {
  const unfinished = createUnfinished(createClock())
  for (const event of stamped(events)) unfinished.reporter.journal?.(event)
  const [stop, leave] = [new AbortController(), new AbortController()]
  const left = unfinished.left(stop.signal, leave.signal)
  stop.abort('sigint')
  leave.abort()
  const report = await left
  return { ...report, exitCode: exitCodeOf(report) }
}

describe('a call that is left before its end is proven', () => {
  it('was not dialled while the public address or the model was still missing', async () => {
    const quiet = { reason: 'sigint', callSid: null, dialled: 'no', hungUp: false, exitCode: 130 }
    expect(await leaveAfter(answered.slice(0, 1))).toMatchObject(quiet)
    const { error } = await leaveAfter(answered.slice(0, 2))
    expect(error).toBeUndefined()
  })

  it('may have been dialled once both were there', async () => {
    const report = await leaveAfter(answered.slice(0, 3))
    expect(report).toMatchObject({ dialled: 'unknown', hungUp: 'unknown', exitCode: 10 })
    expect(report.error?.hint).toContain('the newest call')
  })

  it('has the call to look up, its turns, and exit code 10', async () => {
    const report = await leaveAfter([...answered, turn('agent', 1, 'Hello.')])
    const callSid = 'CA00000000000000000000000000000001'
    expect(report).toMatchObject({ callSid, dialled: 'yes', hungUp: 'unknown', turns: 1, exitCode: 10 })
    expect(report.error?.hint).toContain(callSid)
  })

  it('is over when the carrier has said so', async () => {
    const report = await leaveAfter([...answered, { type: 'call.status', status: 'completed' }])
    expect(report).toMatchObject({ dialled: 'yes', hungUp: true, exitCode: 130 })
    expect(report.error).toBeUndefined()
  })
})
