import { describe, expect, it } from 'vitest'
import { waitsInRecording } from './measure.ts'
import { framesLost, texts, warnings } from './outcome.ts'
import { agent, farewell, person, type Story, tell } from './story.ts'

/** The longest stretch of the conversation in which nobody spoke, in ms: by the sound that was really exchanged. */
function longestSilenceMs(story: Story): number {
  const stream = story.twilio.calls[0]?.stream
  if (!stream) throw new Error('there was no conversation')
  const { heard, said } = stream
  let longest = 0
  let quietFrom = 0
  for (let i = 0; i < Math.max(heard.length, said.length); i += 1) {
    if (Math.abs(heard[i] ?? 0) < 100 && Math.abs(said[i] ?? 0) < 100)
      longest = Math.max(longest, i - quietFrom)
    else quietFrom = i
  }
  return longest / 8
}

describe('the greeting', () => {
  it('is neither cut nor begun anew by a lone hello in the first moments', async () => {
    const story = await tell({
      turns: [
        person('Hello?', { pauseMs: 50 }),
        agent('Good day, this is an AI assistant with a question.'),
        farewell('Goodbye!'),
      ],
    })
    const first = story.all('turn.ended').find(({ speaker }) => speaker === 'agent')
    expect(first).toMatchObject({
      text: 'Good day, this is an AI assistant with a question.',
      interrupted: false,
    })
    expect(story.ended.interruptions).toBe(0)
    expect(story.gemini.sessions[0]?.texts[0]).toContain('picked up')
  })

  it('that is short leaves a quick answer to the model', async () => {
    const story = await tell({ speed: 3, turns: [agent('Hello?'), person('Yes.'), farewell('Goodbye.')] })
    expect(texts(story)).toEqual(['agent: Hello?', 'person: Yes.', 'agent: Goodbye.'])
    expect(warnings(story)).toEqual([])
  })

  it('that its trigger does not bring is asked for by the other channel within 4 s', async () => {
    const story = await tell({
      turns: [farewell('Good day and goodbye!')],
      faults: { stalls: [{ turn: 1, kind: 'greeting-text-ignored' }] },
    })
    expect(story.exitCode).toBe(0)
    expect(warnings(story)).toEqual(['model-no-greeting'])
    const [turn] = story.all('turn.ended')
    expect(turn).toMatchObject({ text: 'Good day and goodbye!', interrupted: false })
    expect(turn?.startMs).toBeLessThan(4500)
    expect(story.gemini.sessions[0]?.texts).toHaveLength(2)
  })

  it('can be left to the callee', async () => {
    const story = await tell({
      turns: [person('Pizza palace, good evening!'), farewell('Sorry, wrong number. Goodbye!')],
      flags: { greeting: 'none' },
    })
    expect(texts(story)).toEqual([
      'person: Pizza palace, good evening!',
      'agent: Sorry, wrong number. Goodbye!',
    ])
    expect(story.gemini.sessions[0]?.texts).toEqual([])
  })
})

describe('silence', () => {
  it('G10 of the person: they are asked once, then bidden goodbye, and the call ends politely', async () => {
    const story = await tell({
      turns: [
        agent('Hello, is this a good moment?'),
        agent('Are you still there?', { onText: 'still there' }),
        agent('I will try another time. Goodbye!', {
          onText: 'goodbye',
          tools: [{ name: 'end_call', args: {} }],
        }),
      ],
    })
    expect(story.exitCode).toBe(0)
    expect(story.ended.reason).toBe('silence')
    expect(texts(story)).toEqual([
      'agent: Hello, is this a good moment?',
      'agent: Are you still there?',
      'agent: I will try another time. Goodbye!',
    ])
    expect(longestSilenceMs(story)).toBeLessThan(10_000)
    expect(warnings(story)).toEqual([])
  })

  it('is over when the person speaks up', async () => {
    const story = await tell({
      turns: [
        agent('Hello, is this a good moment?'),
        agent('Are you still there?', { onText: 'still there' }),
        person('Yes, yes, I am here.', { pauseMs: 9500 }),
        farewell('Then goodbye.'),
      ],
      flags: { silenceTimeout: '30s' },
    })
    expect(story.ended.reason).toBe('agent-hung-up')
    expect(texts(story)).toEqual([
      'agent: Hello, is this a good moment?',
      'agent: Are you still there?',
      'person: Yes, yes, I am here.',
      'agent: Then goodbye.',
    ])
  })

  it('can be shorter', async () => {
    const story = await tell({
      turns: [
        agent('Hello?'),
        agent('Hello?', { onText: 'still there' }),
        agent('Goodbye!', { onText: 'goodbye', tools: [{ name: 'end_call', args: {} }] }),
      ],
      flags: { silenceTimeout: '5s' },
    })
    expect(story.ended.reason).toBe('silence')
    expect(story.ended.durationMs).toBeLessThan(12_000)
  })

  it('that the carrier makes by sending nothing still ends the turn of the person', async () => {
    const story = await tell({
      turns: [agent('Yes?'), person('One two three.'), farewell('I heard three. Goodbye!')],
      faults: { mediaGaps: [{ atMs: 3200, forMs: 2500 }] },
    })
    expect(story.exitCode).toBe(0)
    expect(story.ended.reason).toBe('agent-hung-up')
    expect(warnings(story)).toEqual([])
  })
})

describe('a model that stalls', () => {
  const turns = [
    agent('Hello, who is there?'),
    person('It is me, your friend.'),
    agent('Good to hear you.'),
    person('Bye now.'),
    farewell('Goodbye!'),
  ]

  it.each([
    ['empty-turn', 'model-empty-turn'],
    ['no-answer', 'model-no-answer'],
    ['silent-audio', 'model-silent-audio'],
  ] as const)('with %s is nudged once and answers', async (kind, code) => {
    const story = await tell({ turns, faults: { stalls: [{ turn: 2, kind }] } })
    expect(story.exitCode).toBe(0)
    expect(warnings(story)).toEqual([code])
    expect(texts(story).filter((text) => text === 'agent: Good to hear you.').length).toBeGreaterThan(0)
    expect(story.all('model.reconnected')).toEqual([])
    expect(longestSilenceMs(story)).toBeLessThan(10_000)
  })

  it('after an interruption is nudged', async () => {
    const story = await tell({
      turns: [
        agent('Let me tell you all about our offer of the month.'),
        person('Wait, wait.', { bargeInMs: 1200 }),
        farewell('Yes? Goodbye!'),
      ],
      faults: { stalls: [{ turn: 1, kind: 'freeze-after-interruption' }] },
    })
    expect(story.exitCode).toBe(0)
    expect(warnings(story)).toEqual(['model-frozen-after-interruption'])
    expect(longestSilenceMs(story)).toBeLessThan(10_000)
  })

  it('that does not say when its turn is over holds nothing up', async () => {
    const slowly = turns.map((turn) => (turn.speaker === 'person' ? { ...turn, pauseMs: 3000 } : turn))
    const story = await tell({ turns: slowly, faults: { stalls: [{ turn: 2, kind: 'no-turn-complete' }] } })
    expect(story.exitCode).toBe(0)
    expect(warnings(story)).toEqual(['model-turn-unfinished'])
    expect(texts(story)).toContain('agent: Good to hear you.')
    expect(texts(story)).toContain('person: Bye now.')
  })

  it('G7 and does not wake up by a nudge gets a new connection', async () => {
    const story = await tell({ turns, faults: { stalls: [{ turn: 2, kind: 'no-answer', nudges: 99 }] } })
    expect(story.exitCode).toBe(0)
    expect(story.all('model.reconnected')).toMatchObject([{ reason: 'stalled' }])
    expect(texts(story)).toContain('agent: Good to hear you.')
    expect(longestSilenceMs(story)).toBeLessThan(10_000)
  })

  it('G7 and does not wake up at all ends the call with exit code 7', async () => {
    const stall = { turn: 2, kind: 'no-answer', nudges: 99 } as const
    const story = await tell({ turns, faults: { stalls: [stall, stall, stall] } })
    expect(story.exitCode).toBe(7)
    expect(story.ended).toMatchObject({ reason: 'model-stalled', hungUp: true })
    expect(longestSilenceMs(story)).toBeLessThan(14_000)
  })
})

describe('the end', () => {
  it('comes without the tool when the agent says goodbye and the person has nothing to add', async () => {
    const story = await tell({
      turns: [agent('Hello.'), person('Thank you.'), agent('Thank you too, goodbye!')],
    })
    expect(story.exitCode).toBe(0)
    expect(story.ended.reason).toBe('agent-hung-up')
    expect(story.all('tool.called')).toEqual([])
  })

  it('comes when the person only says goodbye too', async () => {
    const story = await tell({
      turns: [
        agent('Hello.'),
        person('Thank you.'),
        agent('Thank you too, goodbye!'),
        person('Bye bye.', { pauseMs: 300 }),
      ],
    })
    expect(story.exitCode).toBe(0)
    expect(story.ended.reason).toBe('agent-hung-up')
    expect(texts(story).at(-1)).toBe('person: Bye bye.')
  })

  it('is put off by a person who has something to add', async () => {
    const story = await tell({
      turns: [
        agent('That is all, goodbye!'),
        person('Wait, one more question.', { pauseMs: 400 }),
        farewell('Ask another time. Goodbye!'),
      ],
    })
    expect(texts(story)).toContain('person: Wait, one more question.')
    expect(story.ended.reason).toBe('agent-hung-up')
  })

  it('A9 comes after the number of turns that was asked for, with a goodbye', async () => {
    const story = await tell({
      turns: [
        agent('First question?'),
        person('First answer.'),
        agent('Second question?'),
        agent('That was all, goodbye!', { onText: 'long enough', tools: [{ name: 'end_call', args: {} }] }),
      ],
      flags: { maxTurns: '2' },
    })
    expect(story.exitCode).toBe(0)
    expect(story.ended.reason).toBe('max-turns')
    expect(texts(story).at(-1)).toBe('agent: That was all, goodbye!')
  })

  it('is announced twenty seconds before the time is up', async () => {
    const story = await tell({
      turns: [
        agent('Tell me everything.'),
        person('Well, it all began a long time ago, when I was very young and the world was wide.', {
          pauseMs: 18_000,
        }),
        agent('I see.'),
        agent('Our time is up, goodbye!', {
          onText: 'twenty seconds',
          tools: [{ name: 'end_call', args: {} }],
        }),
      ],
      flags: { maxDuration: '45s', silenceTimeout: '60s' },
    })
    expect(story.exitCode).toBe(0)
    expect(story.ended.reason).toBe('time-limit')
    expect(texts(story).at(-1)).toBe('agent: Our time is up, goodbye!')
    expect(story.ended.durationMs).toBeLessThan(45_000)
  })

  it('comes once, with the farewell heard, however often the agent asks for it', async () => {
    const again = { name: 'end_call', args: {} }
    const story = await tell({
      turns: [agent('Goodbye, and thank you.', { tools: Array.from({ length: 50 }, () => again) })],
    })
    expect(story.exitCode).toBe(0)
    expect(story.ended.reason).toBe('agent-hung-up')
    expect(texts(story)).toEqual(['agent: Goodbye, and thank you.'])
    expect(story.all('tool.called')).toHaveLength(5)
  })
})

describe('a long call', () => {
  const turns = [
    agent('And what happened then?'),
    person('Then we went on, and on, and on.'),
    agent('I see, I see. Goodbye!', { tools: [{ name: 'end_call', args: {} }] }),
  ]

  it.each(['ok', 'refused-while-open', 'refused'] as const)(
    'G5 outlives the connections of the model (resuming is %s)',
    async (resume) => {
      const story = await tell({
        turns: [
          ...turns.slice(0, 2),
          ...turns.slice(0, 2),
          ...turns.slice(0, 2),
          ...turns.slice(0, 2),
          turns[2] ?? agent(''),
        ],
        faults: { goAways: { afterMs: 9000, timeLeftMs: 20_000 }, resume },
      })
      expect(story.exitCode).toBe(0)
      const moves = story.all('model.reconnected')
      expect(moves.length).toBeGreaterThan(0)
      expect(new Set(moves.map(({ reason }) => reason))).toEqual(new Set(['going-away']))
      expect(texts(story)).toEqual([
        ...Array.from({ length: 4 }, () => [
          'agent: And what happened then?',
          'person: Then we went on, and on, and on.',
        ]).flat(),
        'agent: I see, I see. Goodbye!',
      ])
      expect(story.gemini.sessions.length).toBeGreaterThan(1)
      expect(story.ended.interruptions).toBe(0)
      expect(framesLost(story)).toBe(0)
    },
  )

  it('G3 outlives a connection that breaks without a word', async () => {
    const story = await tell({
      turns: [...turns.slice(0, 2), ...turns.slice(0, 2), turns[2] ?? agent('')],
      faults: { modelDropsMs: [6500] },
    })
    expect(story.exitCode).toBe(0)
    expect(story.all('model.reconnected')).toMatchObject([{ reason: 'lost' }])
    expect(framesLost(story)).toBeLessThan(50)
    expect(texts(story).at(-1)).toBe('agent: I see, I see. Goodbye!')
  })
})

describe('latency', () => {
  it('is told twice, as sent and as heard, and the recording agrees', async () => {
    const story = await tell({
      speed: 2,
      turns: [
        agent('Hi.'),
        person('How are you today?'),
        agent('Fine.'),
        person('Good to hear.'),
        farewell('Goodbye.'),
      ],
    })
    const sound = await story.recording()
    if (!sound) throw new Error('nothing was recorded')
    const waits = waitsInRecording(sound)
    expect(waits).toHaveLength(2)
    const { latencyP95Ms, heardLatencyP95Ms } = story.ended
    expect(Math.abs((heardLatencyP95Ms ?? 0) - Math.max(...waits))).toBeLessThan(60)
    expect((heardLatencyP95Ms ?? 0) - (latencyP95Ms ?? 0)).toBeGreaterThan(-60)
  })
})

describe('the ear of the model', () => {
  it('is set as the options say', async () => {
    const story = await tell({
      turns: [farewell('Bye.')],
      flags: {
        startSensitivity: 'low',
        endSensitivity: 'high',
        prefixPadding: '100ms',
        silenceDuration: '800ms',
        language: 'de-DE',
      },
    })
    expect(story.gemini.sessions[0]?.setup).toMatchObject({
      realtimeInputConfig: {
        automaticActivityDetection: {
          startOfSpeechSensitivity: 'START_SENSITIVITY_LOW',
          endOfSpeechSensitivity: 'END_SENSITIVITY_HIGH',
          prefixPaddingMs: 100,
          silenceDurationMs: 800,
        },
      },
      inputAudioTranscription: { languageCodes: ['de-DE'] },
    })
    expect(JSON.stringify(story.gemini.sessions[0]?.setup)).toContain('UNMISTAKABLY IN GERMAN')
  })
})
