import { describe, expect, it } from 'vitest'
import { rms } from '../../src/audio/level.ts'
import { texts } from './outcome.ts'
import { agent, farewell, person, tell } from './story.ts'

const loudMs = (pcm: Int16Array, fromMs: number, toMs: number) => rms(pcm.subarray(fromMs * 8, toMs * 8))

describe('a call that is answered', () => {
  it('is a conversation in turns, ends after the farewell was heard whole, and is kept in sound', async () => {
    const story = await tell({
      turns: [
        agent('Hello, this is an AI assistant.'),
        person('Hello, who is there?'),
        farewell('Nobody of importance. Goodbye!'),
      ],
    })
    expect(story.exitCode).toBe(0)
    expect(story.ended).toMatchObject({ reason: 'agent-hung-up', dialled: 'yes', hungUp: true, turns: 3 })
    expect(texts(story)).toEqual([
      'agent: Hello, this is an AI assistant.',
      'person: Hello, who is there?',
      'agent: Nobody of importance. Goodbye!',
    ])
    const steps = [
      'call.requested',
      'call.created',
      'call.answered',
      'media.started',
      'transcript.delta',
      'turn.ended',
    ]
    const firsts = [...new Set(story.events.map(({ type }) => type as string))]
    expect(firsts.filter((type) => steps.includes(type))).toEqual(steps)
    const [call] = story.twilio.calls
    expect(call?.endedBy).toBe('rest')
    expect(story.twilio.calls).toHaveLength(1)
    // The farewell: no mark was thrown away, and none was outstanding when the call was ended.
    expect(call?.stream?.marks.filter(({ cleared }) => cleared)).toEqual([])
    expect(call?.stream?.bufferedMs).toBe(0)

    const sound = await story.recording()
    const [hello, question] = story.all('turn.ended')
    if (!sound || !hello || !question) throw new Error('nothing was recorded')
    expect(loudMs(sound.agent, hello.startMs, hello.startMs + hello.heardMs)).toBeGreaterThan(500)
    expect(loudMs(sound.person, question.startMs, question.endMs)).toBeGreaterThan(500)
    expect(loudMs(sound.agent, question.startMs + 100, question.endMs - 100)).toBe(0)
  })

  it('sends everything that the person says to the model, and nothing but what the model says to the person', async () => {
    const story = await tell({ turns: [agent('Yes?'), person('One two three four five.'), farewell('Six.')] })
    const [session] = story.gemini.sessions
    const stream = story.twilio.calls[0]?.stream
    if (!session || !stream) throw new Error('there was no conversation')
    expect(session.audio.rate).toBe(16000)
    expect(session.heard).toEqual(['One two three four five.'])
    expect(Math.abs(session.audio.ms - stream.said.length / 8)).toBeLessThan(150)
  })

  it('greets first, once, and in the words that were asked for', async () => {
    const story = await tell({ turns: [farewell('Good day!')], flags: { greeting: 'Good day!' } })
    expect(story.gemini.sessions[0]?.texts).toEqual([expect.stringContaining('"Good day!"')])
    expect(texts(story)).toEqual(['agent: Good day!'])
  })

  it('measures how long the person waited for each answer', async () => {
    const story = await tell({
      speed: 3,
      turns: [agent('Hi.'), person('How are you?'), farewell('Fine. Bye.')],
    })
    const [latency] = story.all('latency')
    // 500 ms of silence until the model's ear closes, and its 200 ms of thought.
    expect(latency?.responseMs).toBeGreaterThan(600)
    expect(latency?.responseMs).toBeLessThan(1000)
    expect(story.ended.latencyP50Ms).toBe(latency?.responseMs)
  })

  it('sums up what the model cost', async () => {
    const story = await tell({ turns: [agent('Hi.'), person('Hello?'), farewell('Bye.')] })
    const sum = story.all('usage').reduce((usd, usage) => usd + usage.estimatedCostUsd, 0)
    expect(sum).toBeGreaterThan(0)
    expect(story.ended.estimatedCostUsd).toBeCloseTo(sum, 5)
  })

  it('ends when the person hangs up, in the middle of a sentence too', async () => {
    const story = await tell({
      turns: [
        agent('Let me tell you a very long story about a dog.'),
        person('', { bargeInMs: 700, hangUp: true }),
      ],
    })
    expect(story.exitCode).toBe(0)
    expect(story.ended).toMatchObject({ reason: 'person-hung-up', hungUp: true })
    const [turn] = story.all('turn.ended')
    expect(turn).toMatchObject({ interrupted: true })
    expect(turn?.heardMs).toBeGreaterThan(600)
    expect(turn?.heardMs).toBeLessThan(1500)
    expect(`${turn?.text} ${turn?.unheardText}`).toBe('Let me tell you a very long story about a dog.')
    expect(story.twilio.calls[0]?.endedBy).toBe('person')
  })

  it('A9 ends at its time limit, which the carrier was given too', async () => {
    const story = await tell({ turns: [agent('Hello?')], flags: { maxDuration: '4s', ringTimeout: '20s' } })
    expect(story.exitCode).toBe(0)
    expect(story.ended.reason).toBe('time-limit')
    expect(story.ended.durationMs).toBeGreaterThan(3900)
    expect(story.twilio.calls[0]).toMatchObject({
      endedBy: 'rest',
      parameters: {
        Timeout: '20',
        TimeLimit: '19',
        StatusCallbackEvent: ['initiated', 'ringing', 'answered', 'completed'],
      },
    })
  })

  it('hears the keys that the person presses', async () => {
    const story = await tell({ turns: [agent('Press one.'), person('', { digits: '1#', hangUp: true })] })
    expect(story.all('dtmf.received').map(({ digit }) => digit)).toEqual(['1', '#'])
  })

  it('keeps no recording when told not to', async () => {
    const story = await tell({ turns: [farewell('Bye.')], flags: { record: false } })
    expect(await story.recording()).toBeUndefined()
  })
})

describe('a barge-in', () => {
  const turns = [
    agent('I would like to tell you everything about our wonderful new offer, which is this.'),
    person('Stop, please, stop.', { bargeInMs: 1500 }),
    farewell('All right. Goodbye!'),
  ]

  it('cuts the agent at once, and the transcript where it was cut', async () => {
    const story = await tell({ turns })
    const [interrupted] = story.all('agent.interrupted')
    const [first, , last] = story.all('turn.ended').sort((a, b) => a.turn - b.turn)
    const stream = story.twilio.calls[0]?.stream
    if (!interrupted || !first || !last || !stream) throw new Error('nobody was interrupted')
    expect(stream.clears).toHaveLength(1)
    expect(first).toMatchObject({ speaker: 'agent', interrupted: true, heardMs: interrupted.heardMs })
    expect(first.text.length).toBeGreaterThan(5)
    expect(first.unheardText?.length).toBeGreaterThan(5)
    expect(`${first.text} ${first.unheardText}`).toBe(turns[0]?.text)
    expect(
      story
        .all('transcript.delta')
        .filter(({ turn }) => turn === first.turn)
        .map(({ text }) => text)
        .join('')
        .trim(),
    ).toBe(first.text)
    // The answer to it comes whole.
    expect(last).toMatchObject({ text: 'All right. Goodbye!', interrupted: false })
    expect(story.ended.interruptions).toBe(1)
  })

  it('knows within 100 ms what was heard, by the playback of the carrier', async () => {
    const story = await tell({ turns, speed: 2 })
    const [interrupted] = story.all('agent.interrupted')
    const stream = story.twilio.calls[0]?.stream
    const clear = stream?.clears[0]
    if (!interrupted || !stream || !clear) throw new Error('nobody was interrupted')
    const onset = stream.heard.findIndex((sample) => sample !== 0) / 8
    expect(Math.abs(interrupted.heardMs - (clear.atMs - onset))).toBeLessThan(100)
  })

  it('lets nothing of the cut speech be heard after the cut, in the phone or in the recording', async () => {
    const story = await tell({ turns })
    const stream = story.twilio.calls[0]?.stream
    const cutMs = stream?.clears[0]?.atMs
    const last = story.all('turn.ended').find(({ text }) => text.startsWith('All right'))
    const sound = await story.recording()
    if (!stream || cutMs === undefined || !last || !sound) throw new Error('nobody was interrupted')
    expect(loudMs(stream.heard, cutMs + 20, last.startMs - 200)).toBe(0)
    expect(loudMs(sound.agent, cutMs + 150, last.startMs - 200)).toBe(0)
    expect(loudMs(sound.agent, last.startMs, last.startMs + last.heardMs)).toBeGreaterThan(500)
  })
})

describe('a call that nobody takes', () => {
  it.each([
    ['busy', 3],
    ['no-answer', 4],
    ['failed', 5],
  ] as const)('ends as %s with exit code %i', async (outcome, exitCode) => {
    const story = await tell({ phone: { outcome } })
    expect(story.exitCode).toBe(exitCode)
    expect(story.ended).toMatchObject({ reason: outcome, dialled: 'yes', hungUp: true, durationMs: 0 })
    expect(story.all('call.status').at(-1)?.status).toBe(outcome)
    expect(story.twilio.calls[0]?.endedBy).toBe('network')
  })

  it('stops ringing after the ring timeout', async () => {
    const story = await tell({ phone: { ringMs: 60_000 }, flags: { ringTimeout: '5s' } })
    expect(story.exitCode).toBe(4)
  })
})

describe('status callbacks', () => {
  it.each(['none', 'doubled', 'reversed'] as const)(
    'that come %s do not change the story',
    async (callbacks) => {
      const story = await tell({
        turns: [agent('Hi.'), person('Bye.', { hangUp: true })],
        faults: { callbacks },
      })
      expect(story.exitCode).toBe(0)
      expect(story.ended.reason).toBe('person-hung-up')
      const statuses = story.all('call.status').map(({ status }) => status)
      expect(new Set(statuses).size).toBe(statuses.length)
      expect(statuses.at(-1)).toBe('completed')
      expect(story.all('call.answered')).toHaveLength(1)
    },
  )

  it('C2 that never come leave busy to be found out by asking', async () => {
    const story = await tell({ phone: { outcome: 'busy' }, faults: { callbacks: 'none' } })
    expect(story.exitCode).toBe(3)
  })
})
