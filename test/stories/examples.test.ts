/** The examples do what they say, from the file to the phone. */
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { texts, theCall } from './outcome.ts'
import { agent, calls, farewell, person, type Story, serve, tell } from './story.ts'

const example = (name: string) => resolve(import.meta.dirname, '../../examples', name)
const told = (story: Story) => JSON.stringify(story.gemini.sessions[0]?.setup)
/** What the model was told to say first. */
const greeting = (story: Story) => story.gemini.sessions[0]?.texts[0]

describe('examples/restaurant-booking.yaml', () => {
  const flags = {
    script: example('restaurant-booking.yaml'),
    var: [
      'guest=Dana Smith',
      'guest_number=+14155550123',
      'party=four',
      'day=Friday',
      'time=half past seven',
    ],
  }
  const hello = agent(
    'Hello, I am an AI assistant calling for Dana Smith. I would like to book a table, please.',
  )
  const menu = person('Welcome to the Riverside. For reservations, press one.', { bargeInMs: 800 })
  const pressed = agent('', calls('press_digits', { digits: '1' }))

  it('finds its way through a phone menu, books the table and says goodbye', async () => {
    const story = await tell({
      flags,
      turns: [
        hello,
        menu,
        pressed,
        person('Reservations, how can I help?', { afterDigits: '1', pauseMs: 1200 }),
        agent('A table for four, please, on Friday at half past seven, for Dana Smith.'),
        person('Friday, half past seven, four people, Smith. Done.'),
        agent('Thank you. See you then!'),
      ],
    })
    expect(greeting(story)).toContain('I am an AI assistant calling for Dana Smith.')
    expect(told(story)).toContain('a table for four, Friday at half past seven')
    expect(told(story)).toContain('none, any table will do')
    expect(theCall(story).pressed.map(({ key }) => key)).toEqual(['1'])
    expect(texts(story).at(-1)).toBe('agent: Thank you. See you then!')
    // By its own phrase: the model has called no function.
    expect(story.ended).toMatchObject({ reason: 'agent-hung-up', exitCode: 0 })
    expect(story.all('tool.called').map(({ name }) => name)).toEqual(['press_digits'])
  })

  const forGuest = [
    hello,
    menu,
    pressed,
    person('I would rather speak to Dana herself.', { afterDigits: '1', pauseMs: 1200 }),
    agent('Of course, I will put you through.', calls('transfer_call', { to: 'the guest' })),
  ]

  it('puts the restaurant through to the guest, and to nobody else', async () => {
    const story = await tell({ flags, turns: forGuest, phone: { transferTalkMs: 3000 } })
    expect(theCall(story).transfers).toMatchObject([{ to: '+14155550123' }])
    expect(story.ended).toMatchObject({ reason: 'transferred', exitCode: 0 })
    expect(told(story)).toContain('"enum":["the guest"]')
  })

  it('comes back when the guest cannot be reached', async () => {
    const story = await tell({
      flags,
      turns: [
        ...forGuest,
        agent('I am sorry, her line is busy. She will call you.'),
        person('All right.', { pauseMs: 2500 }),
        farewell('Thank you and goodbye!'),
      ],
      phone: { transfer: 'busy' },
    })
    expect(story.all('transfer.failed')).toMatchObject([{ to: '+14155550123', why: 'busy' }])
    expect(texts(story).slice(-3)).toEqual([
      'agent: I am sorry, her line is busy. She will call you.',
      'person: All right.',
      'agent: Thank you and goodbye!',
    ])
    expect(story.exitCode).toBe(0)
  })

  it('hangs up on a machine', async () => {
    const story = await tell({
      flags,
      turns: [hello, person('We are closed.', { bargeInMs: 800 }), agent('', calls('report_machine'))],
    })
    expect(story.ended).toMatchObject({ reason: 'machine', exitCode: 6 })
  })
})

describe('examples/on-call-page.yaml', () => {
  type Request = { method: string | undefined; url: string | undefined; body: string }

  /** A pager that takes acknowledgements; `status`: what it answers. */
  async function startPager(status = 200): Promise<{ url: string; requests: Request[] }> {
    const requests: Request[] = []
    const url = await serve(async (request, response) => {
      let body = ''
      for await (const chunk of request) body += chunk
      requests.push({ method: request.method, url: request.url, body })
      response.writeHead(status, { 'content-type': 'application/json' }).end('{"state":"acknowledged"}')
    })
    return { url, requests }
  }
  const flagsFor = (pager: string) => ({
    script: example('on-call-page.yaml'),
    var: [
      ...['engineer=Dana', 'incident=4711', 'service=checkout', 'summary=one payment in five fails'],
      `pager_url=${pager}`,
    ],
  })
  const hello = agent('Hello, this is the AI assistant of the on-call pager. Am I speaking to Dana?')
  const page = [
    hello,
    person('Yes, speaking.'),
    agent('One payment in five fails. Do you acknowledge? Say yes, or press 1.'),
  ]

  it('acknowledges at the pager what the engineer has acknowledged by word, with the note', async () => {
    const pager = await startPager()
    const story = await tell({
      flags: flagsFor(pager.url),
      turns: [
        ...page,
        person('Yes, I take it. Tell them ten minutes.'),
        agent('', calls('acknowledge', { incident: '4711', note: 'ten minutes' })),
        farewell('Incident 4711 is acknowledged. Good luck, and goodbye!'),
      ],
    })
    expect(pager.requests).toEqual([
      { method: 'POST', url: '/incidents/4711/acknowledge', body: '{"note":"ten minutes"}' },
    ])
    expect(story.all('tool.returned')[0]).toMatchObject({ name: 'acknowledge', ok: true })
    expect(texts(story).at(-1)).toContain('Incident 4711 is acknowledged.')
    expect(story.exitCode).toBe(0)
  })

  it('takes the key 1 for an acknowledgement', async () => {
    const pager = await startPager()
    const story = await tell({
      flags: flagsFor(pager.url),
      turns: [
        ...page,
        person('', { digits: '1' }),
        agent('', calls('acknowledge', { incident: '4711' })),
        farewell('Incident 4711 is acknowledged. Good luck, and goodbye!'),
      ],
    })
    expect(story.gemini.sessions[0]?.texts.at(-1)).toContain('pressed these keys on their phone: 1')
    expect(pager.requests).toMatchObject([{ url: '/incidents/4711/acknowledge' }])
    expect(story.exitCode).toBe(0)
  })

  it('tells the agent when the pager did not take it', async () => {
    const pager = await startPager(503)
    const story = await tell({
      flags: flagsFor(pager.url),
      turns: [
        ...page,
        person('Yes.'),
        agent('', calls('acknowledge', { incident: '4711' })),
        farewell('That did not work. Please acknowledge it in the pager. Goodbye!'),
      ],
    })
    expect(story.gemini.sessions[0]?.toolResponses[0]?.response).toEqual({
      error: expect.stringContaining('503'),
    })
    expect(story.exitCode).toBe(0)
  })

  it('leaves the incident in a mailbox as not acknowledged, with exit code 6', async () => {
    const pager = await startPager()
    const message = 'This is the AI assistant of the on-call pager, with an incident for Dana.'
    const story = await tell({
      flags: flagsFor(pager.url),
      phone: { outcome: 'voicemail', detectionAfterMs: 2000 },
      turns: [hello, agent(message, { onText: 'recording.*The incident is not acknowledged' })],
    })
    expect(texts(story).at(-1)).toBe(`agent: ${message}`)
    expect(pager.requests).toEqual([])
    expect(story.ended).toMatchObject({ reason: 'machine', answeredBy: 'machine_end_beep', exitCode: 6 })
  })
})

describe('examples/appointment-reminder.md', () => {
  const flags = {
    script: example('appointment-reminder.md'),
    var: ['patient=Mr. Lee', 'day=Tuesday', 'time=ten in the morning'],
  }
  const hello = agent('Hello, this is the AI assistant of Elm Street Dental. Am I speaking to Mr. Lee?')

  it('reminds of the appointment and says goodbye', async () => {
    const story = await tell({
      flags,
      turns: [
        hello,
        person('Yes?'),
        agent('Your appointment is on Tuesday at ten in the morning. Will you come?'),
        person('I will.'),
        farewell('Then you are expected. Goodbye!'),
      ],
    })
    expect(story.all('call.requested')[0]?.voice).toBe('Aoede')
    expect(greeting(story)).toContain(
      'of Elm Street Dental, with a short reminder. Am I speaking to Mr. Lee?',
    )
    expect(told(story)).toContain('The appointment is on Tuesday at ten in the morning.')
    expect(story.exitCode).toBe(0)
  })

  it('notes that somebody does not want to be called again, so that nobody rings that number any more', async () => {
    const story = await tell({
      flags,
      turns: [
        hello,
        person('Never call me again.'),
        agent('', calls('do_not_call')),
        farewell('I promise it. Goodbye!'),
      ],
    })
    expect(story.exitCode).toBe(0)
    expect(await readFile(join(story.home, 'do-not-call.txt'), 'utf8')).toMatch(/^\+12025550123 /m)
  })

  it('leaves a mailbox its message, without a word of the treatment, and ends with exit code 6', async () => {
    const message =
      'Hello, this is the AI assistant of Elm Street Dental, with a message for Mr. Lee. Goodbye!'
    const story = await tell({
      flags,
      turns: [
        hello,
        person('Nobody is at home. Leave a message after the tone.', { bargeInMs: 400 }),
        agent('', calls('report_machine')),
        agent(message, { onText: 'recording.*We expect you on Tuesday at ten in the morning' }),
      ],
    })
    expect(story.all('turn.ended').at(-1)).toMatchObject({ text: message, interrupted: false })
    expect(story.ended).toMatchObject({ reason: 'machine', answeredBy: 'machine', exitCode: 6 })
  })
})
