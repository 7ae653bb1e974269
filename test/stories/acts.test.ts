import { readFile } from 'node:fs/promises'
import type { RequestListener } from 'node:http'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { answers, framesLost, texts, theCall, warnings } from './outcome.ts'
import { agent, calls, farewell, person, serve, tell } from './story.ts'

/** A script with one function, `look_up`, of this server. */
const withTool = (base: string, more = '') => `
prompt: Be kind.
tools:
  - name: look_up
    description: Looks something up.
    parameters: { type: object, properties: { day: { type: string } } }
    http: { method: POST, url: ${base}/slots, allow_private: true${more} }
`

describe('a script', () => {
  it('decides who speaks, what is said first, and when it is over; variables are filled in', async () => {
    const story = await tell({
      script: `
voice: Puck
greeting: Hello {{name}}, this is an AI assistant.
prompt: You call {{name}}.
farewell_phrases: [Over and out]
variables: { name: Dana, unused: null }
`,
      flags: { var: ['unused=x'] },
      turns: [agent('Hello Dana, this is an AI assistant. Over and out!')],
    })
    expect(story.exitCode).toBe(0)
    expect(story.ended.reason).toBe('agent-hung-up')
    expect(story.all('call.requested')[0]?.voice).toBe('Puck')
    expect(story.gemini.sessions[0]?.texts[0]).toContain('Hello Dana, this is')
    expect(JSON.stringify(story.gemini.sessions[0]?.setup)).toContain('You call Dana.')
  })
})

describe('a function of the user', () => {
  it('by HTTP is really called, with its secret header, and its result is spoken', async () => {
    const asked: unknown[] = []
    const base = await serve(async (request, response) => {
      let body = ''
      for await (const chunk of request) body += chunk
      asked.push({ method: request.method, url: request.url, key: request.headers['x-key'], body })
      response.setHeader('content-type', 'application/json').end('{"free":["10:30"]}')
    })
    const story = await tell({
      script: withTool(base, ', headers: { X-Key: "token $SLOTS_KEY" }'),
      environment: { SLOTS_KEY: 'sesame-secret' },
      turns: [
        agent('I will look.', calls('look_up', { day: 'Monday' })),
        farewell('At half past ten. Goodbye!'),
      ],
    })
    expect(asked).toEqual([
      { method: 'POST', url: '/slots', key: 'token sesame-secret', body: '{"day":"Monday"}' },
    ])
    expect(answers(story)[0]).toEqual({
      name: 'look_up',
      response: { output: { free: ['10:30'] } },
      silent: false,
    })
    expect(texts(story)).toEqual(['agent: I will look.', 'agent: At half past ten. Goodbye!'])
    expect(story.all('tool.called')[0]).toMatchObject({ name: 'look_up', args: { day: 'Monday' } })
    expect(story.all('tool.returned')[0]).toMatchObject({ name: 'look_up', ok: true })
    expect(JSON.stringify(story.events)).not.toContain('sesame-secret')
    expect(story.exitCode).toBe(0)
  })

  it('that takes long leaves no dead air, and ends no call by its silence', async () => {
    let answer = () => {}
    const base = await serve((_, response) => {
      answer = () => response.end('at last')
    })
    const story = await tell({
      script: `${withTool(base)}silence_timeout: 4s\n`,
      turns: [
        agent('I will look.', calls('look_up')),
        agent('One moment, please.', { onText: 'hold on' }),
        farewell('There it is. Goodbye!'),
      ],
      stopAt: {
        reason: 'sigint',
        event(event) {
          if (event.type === 'turn.ended' && event.text === 'One moment, please.')
            setTimeout(() => answer(), 400)
          return false
        },
      },
    })
    expect(texts(story)).toEqual([
      'agent: I will look.',
      'agent: One moment, please.',
      'agent: There it is. Goodbye!',
    ])
    expect(warnings(story)).toEqual([])
    expect(story.exitCode).toBe(0)
  })

  it.each<[what: string, listener: RequestListener, error: RegExp]>([
    ['fails', (_, response) => response.writeHead(500).end('out of order'), /500/],
    ['hangs', () => {}, /long|time/i],
    ['breaks the connection', (request) => request.socket.destroy(), /./],
    [
      'returns megabytes',
      (_, response) => {
        response.on('error', () => {})
        for (let i = 0; i < 100; i += 1) response.write(Buffer.alloc(65_536, 'x'))
        response.end()
      },
      /larger|64|too/i,
    ],
  ])('G9 that %s becomes an error for the model, and the talk goes on', async (_what, listener, error) => {
    const base = await serve(listener)
    const story = await tell({
      script: withTool(base, ', timeout: 1s'),
      turns: [agent('I will look.', calls('look_up')), farewell('It did not work. Goodbye!')],
    })
    expect(answers(story)[0]?.response).toEqual({ error: expect.stringMatching(error) })
    expect(story.all('tool.returned')[0]).toMatchObject({ name: 'look_up', ok: false })
    expect(texts(story).at(-1)).toBe('agent: It did not work. Goodbye!')
    expect(story.exitCode).toBe(0)
  })

  it('G9 that the model takes back is not answered', async () => {
    const base = await serve(() => {})
    const story = await tell({
      script: withTool(base),
      turns: [
        agent('I will look.', { ...calls('look_up'), cancelToolsMs: 300 }),
        person('Never mind, thank you.', { pauseMs: 1500 }),
        farewell('Then goodbye!'),
      ],
    })
    expect(answers(story).map(({ name }) => name)).toEqual(['end_call'])
    expect(story.all('tool.returned')[0]).toMatchObject({ name: 'look_up', ok: false })
    expect(story.exitCode).toBe(0)
  })

  it('whose result is followed by nothing is a stall, and the model is asked to go on', async () => {
    const base = await serve((_, response) => response.end('x'))
    const story = await tell({
      script: withTool(base),
      turns: [agent('I will look.', calls('look_up')), farewell('Found it. Goodbye!')],
      faults: { stalls: [{ turn: 1, kind: 'deaf-after-tool' }] },
    })
    expect(warnings(story)).toContain('model-deaf-after-tool')
    expect(texts(story).at(-1)).toBe('agent: Found it. Goodbye!')
    expect(story.exitCode).toBe(0)
  })

  it('of an MCP server, started over stdio, is really called', async () => {
    const server = resolve('test/tools/fixtures/mcp-server.mjs')
    const story = await tell({
      script: `
prompt: Be kind.
mcp_servers:
  calendar: { command: node, args: [${JSON.stringify(server)}], tools: [find_slot] }
`,
      turns: [
        agent('I will look.', calls('calendar_find_slot', { day: 'Monday' })),
        farewell('At half past ten. Goodbye!'),
      ],
    })
    expect(answers(story)[0]?.response).toEqual({ output: { day: 'Monday', slot: '10:30' } })
    expect(story.exitCode).toBe(0)
  })

  it('whose MCP server does not start stops everything before anybody is rung', async () => {
    const story = await tell({
      script:
        'prompt: Be kind.\nmcp_servers:\n  calendar: { command: node, args: ["-e", "process.exit(3)"] }\n',
      turns: [farewell('Goodbye!')],
    })
    expect(story.exitCode).toBe(2)
    expect(story.ended).toMatchObject({ reason: 'tools-failed', dialled: 'no' })
    expect(story.ended.error?.message).toContain('calendar')
    expect(story.twilio.calls).toEqual([])
  })
})

describe('keys', () => {
  it('of the person reach the model as text, together, and the events one by one', async () => {
    const story = await tell({
      turns: [
        agent('Please enter your number.'),
        person('', { digits: '42#' }),
        farewell('Thank you and goodbye!'),
      ],
    })
    expect(story.all('dtmf.received').map(({ digit }) => digit)).toEqual(['4', '2', '#'])
    expect(story.gemini.sessions[0]?.texts.slice(1)).toEqual([expect.stringContaining('42#')])
    expect(texts(story).at(-1)).toBe('agent: Thank you and goodbye!')
    expect(story.exitCode).toBe(0)
  })

  it('are pressed by the agent while the model session stays open; nothing is lost but their own time', async () => {
    const story = await tell({
      turns: [
        agent('Hello, I am calling about a table.'),
        person('Welcome. For reservations press one.'),
        agent('', calls('press_digits', { digits: '1' })),
        person('And your customer number, please.', { afterDigits: '1', pauseMs: 1200 }),
        agent('Just a moment.', calls('press_digits', { digits: '4071#' })),
        person('Your table is confirmed.', { afterDigits: '4071#', pauseMs: 2000 }),
        farewell('Thank you and goodbye!'),
      ],
    })
    expect(texts(story)).toEqual([
      'agent: Hello, I am calling about a table.',
      'person: Welcome. For reservations press one.',
      'person: And your customer number, please.',
      'agent: Just a moment.',
      'person: Your table is confirmed.',
      'agent: Thank you and goodbye!',
    ])
    const call = theCall(story)
    expect(call.pressed.map(({ key }) => key).join('')).toBe('14071#')
    expect(story.all('dtmf.sent').map(({ digits }) => digits)).toEqual(['1', '4071#'])
    expect(call.streams).toHaveLength(3)
    expect(story.gemini.sessions).toHaveLength(1)
    expect(framesLost(story)).toBe(0)
    expect(story.all('turn.ended').every(({ interrupted }) => !interrupted)).toBe(true)
    // What lies between two streams is the keys' own time: the way of the request, the tones, and the new connection.
    for (const [index, keys] of ['1', '4071#'].entries()) {
      const [before, after] = call.streams.slice(index)
      const gapMs = (after?.fromMs ?? 0) - (before?.fromMs ?? 0) - (before?.said.length ?? 0) / 8
      expect(gapMs).toBeGreaterThanOrEqual(keys.length * 200)
      expect(gapMs).toBeLessThan(keys.length * 200 + 700)
    }
    expect(warnings(story)).toEqual([])
    expect(story.exitCode).toBe(0)
  })

  it('that the carrier refuses to press are an error for the model, and the talk goes on', async () => {
    const story = await tell({
      turns: [
        agent('One moment.', calls('press_digits', { digits: '1' })),
        farewell('That did not work. Goodbye!'),
      ],
      faults: { redirectError: { status: 400, code: 21218, message: 'Invalid Twiml' } },
    })
    expect(answers(story)[0]?.response).toHaveProperty('error')
    expect(texts(story).at(-1)).toBe('agent: That did not work. Goodbye!')
    expect(story.exitCode).toBe(0)
  })

  it('after which the sound does not come back end the call, and say so', async () => {
    const story = await tell({
      turns: [agent('One moment.', calls('press_digits', { digits: '1' })), person('Hello?')],
      faults: { redirectDropsMedia: true },
    })
    expect(story.exitCode).toBe(8)
    expect(story.ended).toMatchObject({ reason: 'media-lost', hungUp: true })
  })

  it('can be pressed right at the answer', async () => {
    const story = await tell({ flags: { digits: 'ww12#' }, turns: [farewell('Hello and goodbye!')] })
    const call = theCall(story)
    expect(call.pressed.map(({ key }) => key).join('')).toBe('12#')
    expect(call.streams).toHaveLength(1)
    expect(story.exitCode).toBe(0)
  })
})

describe('a machine that answers', () => {
  const greeting = person('Nobody can take your call. Leave a message after the tone.', { bargeInMs: 400 })
  const pitch = agent('Hello, this is an AI assistant with a question about your order.')
  const reported = agent('', calls('report_machine'))

  it('and is reported by the agent, is hung up on, with exit code 6', async () => {
    const story = await tell({ turns: [pitch, greeting, reported] })
    expect(story.exitCode).toBe(6)
    expect(story.ended).toMatchObject({ reason: 'machine', answeredBy: 'machine', hungUp: true })
    expect(story.all('machine.detected')).toMatchObject([{ answeredBy: 'machine', by: 'agent' }])
  })

  it('and is found out by the carrier, is hung up on; the greeting did not wait for that', async () => {
    const story = await tell({
      phone: { outcome: 'voicemail', detectionAfterMs: 2500 },
      turns: [pitch, greeting],
      flags: { detectMachine: true },
    })
    expect(story.exitCode).toBe(6)
    expect(story.ended).toMatchObject({ reason: 'machine', answeredBy: 'machine_end_beep' })
    const started = story.all('transcript.delta')[0]
    const detected = story.all('machine.detected')[0]
    expect(started && detected && started.seq < detected.seq).toBe(true)
    expect(theCall(story).parameters.AsyncAmd).toBe('true')
  })

  it('gets the message after its greeting, whole, and then the call ends', async () => {
    const message = 'This is a message from an AI assistant. Please call back. Goodbye!'
    const story = await tell({
      turns: [pitch, greeting, reported, agent(message, { onText: 'recording' })],
      flags: { onMachine: 'leave-message', voicemailMessage: message },
    })
    expect(story.exitCode).toBe(6)
    const last = story.all('turn.ended').at(-1)
    expect(last).toMatchObject({ speaker: 'agent', text: message, interrupted: false })
    const spoken = story.all('turn.ended').find(({ speaker }) => speaker === 'person')
    expect(last && spoken && last.startMs > spoken.endMs).toBe(true)
    expect(story.ended.messageLeft).toBe(true)
  })

  it('that hangs up first is a machine all the same, and the message is known not to be left', async () => {
    const story = await tell({
      turns: [pitch, { ...greeting, hangUp: true }, reported],
      phone: { outcome: 'voicemail', detectionAfterMs: 1500 },
      flags: {
        detectMachine: true,
        onMachine: 'leave-message',
        voicemailMessage: 'Please call back, thank you.',
      },
    })
    expect(story.exitCode).toBe(6)
    expect(story.ended).toMatchObject({ reason: 'machine', messageLeft: false })
    expect(warnings(story)).toContain('message-not-left')
  })

  it('gets its message although the agent wants to hang up at once', async () => {
    const message = 'Please call back, thank you.'
    const both = {
      tools: [
        { name: 'report_machine', args: {} },
        { name: 'end_call', args: {} },
      ],
    }
    const story = await tell({
      turns: [pitch, greeting, agent('', both), agent(message, { onText: 'recording' })],
      flags: { onMachine: 'leave-message', voicemailMessage: message },
    })
    expect(story.exitCode).toBe(6)
    expect(story.ended.messageLeft).toBe(true)
    expect(texts(story).at(-1)).toBe(`agent: ${message}`)
  })

  it('gets its message whole although it goes on making noise', async () => {
    const message =
      'This is a message from an AI assistant that takes some time to be said. Please call back.'
    const story = await tell({
      phone: { outcome: 'voicemail', detectionAfterMs: 2000 },
      turns: [
        pitch,
        person('And now some music for you to hear while you speak.', { bargeInMs: 3500 }),
        agent(message, { onText: 'recording' }),
      ],
      flags: { detectMachine: true, onMachine: 'leave-message', voicemailMessage: message },
    })
    expect(story.exitCode).toBe(6)
    expect(story.all('turn.ended').at(-1)).toMatchObject({ text: message, interrupted: false })
  })

  it('gets the message at once when the carrier has heard the tone', async () => {
    const message = 'Please call back. Goodbye!'
    const story = await tell({
      phone: { outcome: 'voicemail', detectionAfterMs: 2000 },
      turns: [pitch, agent(message, { onText: 'recording' })],
      flags: { detectMachine: true, onMachine: 'leave-message', voicemailMessage: message },
    })
    expect(story.exitCode).toBe(6)
    expect(texts(story).at(-1)).toBe(`agent: ${message}`)
  })

  it('is talked to when the user wants that', async () => {
    const story = await tell({
      turns: [pitch, greeting, reported, person('You have reached the operator.'), farewell('Oh. Goodbye!')],
      flags: { onMachine: 'continue' },
    })
    expect(story.exitCode).toBe(0)
    expect(story.ended.answeredBy).toBe('machine')
  })

  it('and turns out to be a person, changes nothing', async () => {
    const story = await tell({
      turns: [pitch, person('Yes?'), farewell('It is on its way. Goodbye!')],
      flags: { detectMachine: true },
    })
    expect(story.exitCode).toBe(0)
    expect(story.ended).toMatchObject({ answeredBy: 'human', reason: 'agent-hung-up' })
  })
})

describe('a transfer', () => {
  const asked = [
    agent('Hello, this is an AI assistant.'),
    person('Can I speak to Dana?'),
    agent('I will put you through.', calls('transfer_call', { to: 'Dana' })),
  ]
  const flags = { transferTo: ['Dana=+12025550190'] }

  it('puts the person through after the agent has said so, and lasts until they have done talking', async () => {
    const story = await tell({ turns: asked, flags, phone: { transferTalkMs: 5000 } })
    expect(story.exitCode).toBe(0)
    expect(story.ended).toMatchObject({ reason: 'transferred', hungUp: true })
    expect(theCall(story).transfers).toMatchObject([{ to: '+12025550190' }])
    expect(texts(story)).toContain('agent: I will put you through.')
    expect(story.all('transfer.connected')).toHaveLength(1)
    expect(story.ended.durationMs).toBeGreaterThan(5000)
    expect(theCall(story).endedBy).not.toBe('rest')
  })

  it('that nobody answers brings the person back to the agent, who is told why', async () => {
    const story = await tell({
      turns: [
        ...asked,
        agent('Dana is busy.'),
        person('Never mind.', { pauseMs: 2500 }),
        farewell('Goodbye!'),
      ],
      flags,
      phone: { transfer: 'busy' },
    })
    expect(story.all('transfer.failed')).toMatchObject([{ to: '+12025550190', why: 'busy' }])
    expect(answers(story)[0]?.response).toEqual({ error: expect.stringContaining('busy') })
    expect(texts(story).slice(-3)).toEqual(['agent: Dana is busy.', 'person: Never mind.', 'agent: Goodbye!'])
    expect(story.gemini.sessions).toHaveLength(1)
    expect(framesLost(story)).toBe(0)
    expect(story.exitCode).toBe(0)
  })

  it('A8 to anybody who was not named is refused', async () => {
    const story = await tell({
      turns: [agent('One moment.', calls('transfer_call', { to: '+19005550190' })), farewell('No. Goodbye!')],
      flags,
    })
    expect(answers(story)[0]?.response).toHaveProperty('error')
    expect(theCall(story).transfers).toEqual([])
    expect(story.exitCode).toBe(0)
  })

  it('is ended by Ctrl-C with the call', async () => {
    const story = await tell({
      turns: asked,
      flags,
      phone: { transferTalkMs: 600_000 },
      stopAt: { event: ({ type }) => type === 'transfer.connected', reason: 'sigint' },
    })
    expect(story.exitCode).toBe(130)
    expect(story.ended).toMatchObject({ reason: 'sigint', hungUp: true })
    expect(theCall(story).status).toBe('completed')
  })
})

describe('a person who does not want to be called again', () => {
  it('is put on the list, and never rung again', async () => {
    const story = await tell({
      turns: [
        agent('Hello, this is an AI assistant.'),
        person('Do not call me again.'),
        agent('', calls('do_not_call')),
        farewell('I will not. Goodbye!'),
      ],
    })
    expect(story.exitCode).toBe(0)
    expect(await readFile(join(story.home, 'do-not-call.txt'), 'utf8')).toMatch(/^\+12025550123 /m)
  })
})
