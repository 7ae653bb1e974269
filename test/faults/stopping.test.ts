import { describe, expect, it } from 'vitest'
import type { StopReason } from '../../src/call/end-reason.ts'
import { agent, person, tell } from '../stories/story.ts'
import { at, expectNotDialled } from './expectations.ts'

const turns = [agent('Hello, I have a long message for you, so please stay on the line.'), person('Yes?')]
const EXITS = { sigint: 130, sigterm: 143, sighup: 129 } as const
const REASONS: StopReason[] = ['sigint', 'sigterm', 'sighup']
/** Each signal in turn, so that every one is seen early and late. */
const signal = (nth: number) => REASONS[nth % 3] ?? 'sigint'

describe('a signal', () => {
  it.each([
    ['before anything is open', at('call.requested'), signal(0)],
    ['when the public address is open', at('ingress.ready'), signal(1)],
    ['when the model is ready', at('model.ready'), signal(2)],
  ])('L2 %s: nobody is rung, or the ringing is canceled', async (_, event, reason) => {
    const story = await tell({ turns, stopAt: { event, reason } })
    expect(story.exitCode).toBe(EXITS[reason])
    expect(story.ended.reason).toBe(reason)
    // The request may already have been on its way; then the call was ended again.
    if (story.ended.dialled === 'no') expectNotDialled(story)
    else expect(story.ended.hungUp).toBe(true)
    expect(story.twilio.calls.every(({ status }) => status === 'canceled')).toBe(true)
  })

  it.each([
    ['when the call was just placed', at('call.created'), 'canceled', signal(0)],
    ['when it is on its way', at('call.status', 'initiated'), 'canceled', signal(1)],
    ['while it rings', at('call.status', 'ringing'), 'canceled', signal(2)],
    ['when it is answered', at('call.answered'), 'completed', signal(3)],
    ['when the sound begins', at('media.started'), 'completed', signal(4)],
    ['in the middle of a sentence', at('transcript.delta'), 'completed', signal(5)],
    ['between two turns', at('turn.ended'), 'completed', signal(6)],
    ['at the latency of an answer', at('latency'), 'completed', signal(7)],
    ['while a function is called', at('tool.called'), 'completed', signal(8)],
    ['when keys were pressed', at('dtmf.sent'), 'completed', signal(9)],
    ['when the sound is back after that', at('media.reconnected'), 'completed', signal(10)],
    ['when the person is being put through', at('transfer.started'), 'completed', signal(11)],
    ['when the two others talk', at('transfer.connected'), 'completed', signal(12)],
  ])('L2 %s: the call is ended first', async (_, event, status, reason) => {
    const story = await tell({
      turns: [
        agent('Hello.'),
        person('Press one, please.'),
        agent('I will.', { tools: [{ name: 'press_digits', args: { digits: '1' } }] }),
        person('And now give me Dana.', { afterDigits: '1', pauseMs: 1500 }),
        agent('Yes.', { tools: [{ name: 'transfer_call', args: { to: 'Dana' } }] }),
      ],
      flags: { transferTo: ['Dana=+12025550190'] },
      phone: { ringMs: 1000, transferTalkMs: 600_000 },
      stopAt: { event, reason },
    })
    expect(story.exitCode).toBe(EXITS[reason])
    expect(story.ended).toMatchObject({ reason, dialled: 'yes', hungUp: true })
    expect(story.twilio.calls[0]).toMatchObject({ status, endedBy: 'rest' })
  })

  it('L3 a second one: exit 130, the last line is still written and says what is not known', async () => {
    const story = await tell({
      turns,
      phone: { ringMs: 20_000 },
      faults: { hangUpErrors: 99 },
      stopAt: { event: at('call.status', 'ringing'), reason: 'sigint', leaveAfterMs: 300 },
    })
    expect(story.exitCode).toBe(130)
    expect(story.ended).toMatchObject({ reason: 'sigint', dialled: 'yes', hungUp: 'unknown' })
    expect(story.ended.error?.hint).toContain(story.ended.callSid)
  })
})
