import { createServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import type { Stamped } from '../../src/call/events.ts'
import { agent, farewell, person, type Story, tell } from './story.ts'

/** True of every call that failed before anybody's phone rang. */
function expectNotDialled(story: Story) {
  expect(story.twilio.calls).toEqual([])
  expect(story.ended).toMatchObject({ dialled: 'no', hungUp: false, callSid: null })
  expect(story.events.some(({ type }) => type === 'call.created')).toBe(false)
}

/** True of every failure: one sentence, a remedy, and nothing that only a programmer understands. */
function expectPlainWords(story: Story) {
  const { message, hint } = story.ended.error ?? {}
  expect(message).toMatch(/^\S.{10,300}$/)
  expect(hint).toMatch(/^\S.{10,400}$/)
  expect(`${message} ${hint}`).not.toMatch(/undefined|\[object|\bat \S+:\d+|Error:/)
}

describe('the model', () => {
  it.each([
    ['a wrong key', { GOOGLE_API_KEY: 'AIzaWrong' }, {}, 'model-key'],
    ['HTTP 429 at the door', {}, { modelHttp: 429 }, 'model-quota'],
    ['HTTP 403 at the door', {}, { modelHttp: 403 }, 'model-key'],
    [
      'a full quota',
      {},
      {
        modelClose: {
          turn: 0,
          code: 1011,
          reason: 'You exceeded your current quota, please check your plan',
        },
      },
      'model-quota',
    ],
    [
      'a refused setup',
      {},
      { modelClose: { turn: 0, code: 1007, reason: 'Request contains an invalid argument.' } },
      'model-refused',
    ],
    ['an address where nobody is', { GOOGLE_GEMINI_BASE_URL: 'http://127.0.0.1:9' }, {}, 'model-unreachable'],
  ] as const)('that answers with %s costs nobody a ring', async (_, settings, faults, reason) => {
    const story = await tell({ settings, faults, refused: true })
    expect(story.exitCode).toBe(7)
    expect(story.ended.reason).toBe(reason)
    expectNotDialled(story)
    expectPlainWords(story)
    expect(JSON.stringify(story.events)).not.toContain('AIzaWrong')
  })

  it('of an unknown name is refused by its name', async () => {
    const story = await tell({ flags: { model: 'gemini-0-dead' }, refused: true })
    expect(story.exitCode).toBe(7)
    expect(story.ended.reason).toBe('model-not-found')
    expect(story.ended.error?.message).toContain('gemini-0-dead')
    expectNotDialled(story)
  })

  it('that never answers is given up after ten seconds', async () => {
    const story = await tell({ faults: { modelSilent: true } })
    expect(story.exitCode).toBe(7)
    expect(story.ended.reason).toBe('model-silent')
    expectNotDialled(story)
    expectPlainWords(story)
  })

  it('that is lost for good in the middle of the call ends it, and the phone is hung up', async () => {
    const story = await tell({
      turns: [
        agent('Hello.'),
        person('Tell me more.'),
        agent('This is a long answer which nobody will hear whole.'),
      ],
      faults: {
        modelClose: {
          turn: 2,
          code: 1011,
          reason: 'You exceeded your current quota, please check your plan',
        },
      },
    })
    expect(story.exitCode).toBe(7)
    expect(story.ended).toMatchObject({ reason: 'model-quota', dialled: 'yes', hungUp: true })
    expect(story.twilio.calls[0]).toMatchObject({ status: 'completed', endedBy: 'rest' })
    expectPlainWords(story)
  })
})

describe('Twilio', () => {
  it('that refuses the credentials is reported before anything rings, without the token', async () => {
    const story = await tell({ settings: { TWILIO_AUTH_TOKEN: 'a-wrong-but-secret-token' } })
    expect(story.exitCode).toBe(5)
    expect(story.ended.reason).toBe('carrier-auth')
    expectNotDialled(story)
    expectPlainWords(story)
    expect(JSON.stringify(story.events)).not.toContain('a-wrong-but-secret-token')
  })

  it('with a trial account cannot stream, and the user is told so plainly', async () => {
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
  ])('that refuses with error %i gets a sentence and a remedy of its own', async (code, message) => {
    const story = await tell({ faults: { dialError: { status: code === 20404 ? 404 : 400, code, message } } })
    expect(story.exitCode).toBe(5)
    expect(story.ended.reason).toBe('carrier-refused')
    expect(story.ended).toMatchObject({ dialled: 'no', hungUp: false })
    expect(
      story.twilio.requests.filter(({ method, path }) => method === 'POST' && path.endsWith('Calls.json')),
    ).toHaveLength(1)
    expectPlainWords(story)
  })

  it('whose answer to the call is lost is not asked to call again: the call is found and goes on', async () => {
    const story = await tell({ turns: [farewell('Hello and goodbye.')], faults: { dialReset: 'lost' } })
    expect(story.exitCode).toBe(0)
    expect(story.twilio.calls).toHaveLength(1)
    expect(story.ended).toMatchObject({ dialled: 'yes', hungUp: true })
  })

  it('that stumbles while hanging up is asked again', async () => {
    const story = await tell({ turns: [farewell('Goodbye.')], faults: { hangUpErrors: 2 } })
    expect(story.exitCode).toBe(0)
    expect(story.ended.hungUp).toBe(true)
    expect(story.twilio.calls[0]?.status).toBe('completed')
  })

  it('that refuses to hang up is left another way: the stream is closed, and the call runs out behind it', async () => {
    const story = await tell({ turns: [farewell('Goodbye.')], faults: { hangUpErrors: 99 } })
    expect(story.exitCode).toBe(0)
    expect(story.ended.hungUp).toBe(true)
    expect(story.twilio.calls[0]).toMatchObject({ status: 'completed', endedBy: 'twiml' })
  })

  it('that cannot be made to hang up leaves the doubt to the exit code and to the words', async () => {
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
})

describe('the way to the phone', () => {
  it('whose sound never connects ends the call', async () => {
    const story = await tell({ faults: { mediaNever: true } })
    expect(story.exitCode).toBe(8)
    expect(story.ended).toMatchObject({ reason: 'media-never-connected', hungUp: true })
    expectPlainWords(story)
  })

  it('that breaks in the middle ends the call, which would otherwise stay open', async () => {
    const story = await tell({
      turns: [agent('Hello. I have much to say about many things.')],
      faults: { mediaDropMs: 1500 },
    })
    expect(story.exitCode).toBe(8)
    expect(story.ended).toMatchObject({ reason: 'media-lost', hungUp: true })
    expect(story.twilio.calls[0]).toMatchObject({ status: 'completed', endedBy: 'rest' })
    expectPlainWords(story)
  })

  it('through a port that is taken is told with the port', async () => {
    const taken = createServer()
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
    const address = taken.address()
    const port = typeof address === 'object' && address ? String(address.port) : ''
    const story = await tell({ flags: { port } })
    await new Promise((resolve) => taken.close(resolve))
    expect(story.exitCode).toBe(8)
    expect(story.ended.reason).toBe('listener-failed')
    expect(story.ended.error?.message).toContain(port)
    expectNotDialled(story)
  })
})

describe('being told to stop', () => {
  const at = (type: Stamped['type'], status?: string) => (event: Stamped) =>
    event.type === type && (status === undefined || ('status' in event && event.status === status))
  const turns = [agent('Hello, I have a long message for you, so please stay on the line.'), person('Yes?')]

  it.each([
    ['before anything is open', at('call.requested')],
    ['when the public address is open', at('ingress.ready')],
    ['when the model is ready', at('model.ready')],
  ])('%s: nobody is rung', async (_, event) => {
    const story = await tell({ turns, stopAt: { event, reason: 'sigint' } })
    expect(story.exitCode).toBe(130)
    expect(story.ended.reason).toBe('sigint')
    // The request may already have been on its way; then the call was ended again.
    if (story.ended.dialled === 'no') expectNotDialled(story)
    else expect(story.ended.hungUp).toBe(true)
    expect(story.twilio.calls.every(({ status }) => status === 'canceled')).toBe(true)
  })

  it.each([
    ['when the call was just placed', at('call.created'), 'canceled'],
    ['while it rings', at('call.status', 'ringing'), 'canceled'],
    ['when it is answered', at('call.answered'), 'completed'],
    ['when the sound begins', at('media.started'), 'completed'],
    ['in the middle of a sentence', at('transcript.delta'), 'completed'],
  ])('%s: the call is ended first', async (_, event, status) => {
    const story = await tell({ turns, phone: { ringMs: 1000 }, stopAt: { event, reason: 'sigterm' } })
    expect(story.exitCode).toBe(143)
    expect(story.ended).toMatchObject({ reason: 'sigterm', dialled: 'yes', hungUp: true })
    expect(story.twilio.calls[0]).toMatchObject({ status, endedBy: 'rest' })
  })

  it('twice: the last line is still written, and says what is not known', async () => {
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
