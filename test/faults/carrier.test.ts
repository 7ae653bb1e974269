import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { farewell, tell } from '../stories/story.ts'
import { openStage, reader } from '../twilio/stage.ts'
import { expectNotDialled, expectPlainWords } from './expectations.ts'

describe('Twilio', () => {
  it('T1 refuses the credentials: exit 5, nobody is rung, the token is not told', async () => {
    const story = await tell({ settings: { TWILIO_AUTH_TOKEN: 'a-wrong-but-secret-token' } })
    expect(story.exitCode).toBe(5)
    expect(story.ended.reason).toBe('carrier-auth')
    expectNotDialled(story)
    expectPlainWords(story)
    expect(JSON.stringify(story.events)).not.toContain('a-wrong-but-secret-token')
  })

  it('T1 lets a trial account not stream: exit 5, the user is told to upgrade', async () => {
    const story = await tell({ faults: { trialAccount: true } })
    expect(story.exitCode).toBe(5)
    expect(`${story.ended.error?.message} ${story.ended.error?.hint}`).toMatch(/trial/i)
    expect(story.ended.error?.hint).toMatch(/upgrade/i)
    expectNotDialled(story)
  })

  it.each([
    [21211, 'The phone number you are attempting to call, +12025550123, is not valid.'],
    [21219, 'The number +12025550123 is unverified. Trial accounts may only make calls to verified numbers.'],
    [
      21215,
      'Account not authorized to call +12025550123. Perhaps you need to enable some international permissions',
    ],
    [20404, 'The requested resource was not found'],
  ])('T1 refuses the call with error %i: exit 5, asked once, a remedy of its own', async (code, message) => {
    const story = await tell({ faults: { dialError: { status: code === 20404 ? 404 : 400, code, message } } })
    expect(story.exitCode).toBe(5)
    expect(story.ended.reason).toBe('carrier-refused')
    expect(story.ended).toMatchObject({ dialled: 'no', hungUp: false })
    expect(
      story.twilio.requests.filter(({ method, path }) => method === 'POST' && path.endsWith('Calls.json')),
    ).toHaveLength(1)
    expectPlainWords(story)
  })

  it('T4 loses its answer to the call: exit 0, nobody is rung twice, the call is found and goes on', async () => {
    const story = await tell({ turns: [farewell('Hello and goodbye.')], faults: { dialReset: 'lost' } })
    expect(story.exitCode).toBe(0)
    expect(story.twilio.calls).toHaveLength(1)
    expect(story.ended).toMatchObject({ dialled: 'yes', hungUp: true })
  })

  it('T4 breaks the connection before the call is placed: exit 10, asked once, the user is told how to check', async () => {
    const story = await tell({ faults: { dialReset: 'refused' } })
    expect(story.exitCode).toBe(10)
    expect(story.ended).toMatchObject({ reason: 'dial-unknown', dialled: 'unknown', hungUp: 'unknown' })
    expect(story.twilio.calls).toEqual([])
    expectPlainWords(story)
  })

  it('T5 stumbles while hanging up: exit 0, it is asked again', async () => {
    const story = await tell({ turns: [farewell('Goodbye.')], faults: { hangUpErrors: 2 } })
    expect(story.exitCode).toBe(0)
    expect(story.ended.hungUp).toBe(true)
    expect(story.twilio.calls[0]?.status).toBe('completed')
  })

  it('T5 refuses to hang up: exit 0, the stream is closed, and the call runs out behind it', async () => {
    const story = await tell({ turns: [farewell('Goodbye.')], faults: { hangUpErrors: 99 } })
    expect(story.exitCode).toBe(0)
    expect(story.ended.hungUp).toBe(true)
    expect(story.twilio.calls[0]).toMatchObject({ status: 'completed', endedBy: 'twiml' })
  })

  it('T5 refuses to hang up while there is no stream: exit 10, and how to check', async () => {
    const story = await tell({ faults: { hangUpErrors: 99, mediaNever: true } })
    expect(story.exitCode).toBe(10)
    expect(story.ended.hungUp).toBe('unknown')
    expectPlainWords(story)
    expect(story.ended.error?.hint).toContain(story.ended.callSid)
  })

  it('gets an answer to every callback, the last one included', async () => {
    const story = await tell({ turns: [farewell('Hello and goodbye.')] })
    expect(story.twilio.calls[0]?.endedBy).toBe('rest')
    const answers = () => story.twilio.calls[0]?.callbacks.map(({ event, answer }) => [event, answer])
    const all = ['initiated', 'ringing', 'answered', 'completed'].map((event) => [event, 204])
    await expect.poll(answers).toEqual(all)
  })

  it('C1 sends callbacks in any order, some twice, some never: the same end, and no step back', async () => {
    const steps = ['queued', 'initiated', 'ringing', 'in-progress']
    const news = fc.array(fc.constantFrom(...steps), { maxLength: 8 })
    const last = fc.constantFrom('completed', 'busy', 'no-answer', 'failed', 'canceled')
    await fc.assert(
      fc.asyncProperty(news, last, news, async (before, end, late) => {
        const stage = await openStage()
        try {
          const next = reader((await stage.dial()).statuses)
          const answers = []
          for (const status of [...before, end, end, ...late]) answers.push(await stage.callback(status))
          expect(new Set(answers)).toEqual(new Set([204]))
          const told: string[] = []
          for (let one = await next(); one; one = await next()) told.push(one.status)
          expect(told.at(-1)).toBe(end)
          const ranks = told.slice(0, -1).map((status) => steps.indexOf(status))
          expect(ranks).toEqual([...new Set(ranks)].sort())
        } finally {
          await stage.close()
        }
      }),
      { numRuns: 30 },
    )
  })
})
