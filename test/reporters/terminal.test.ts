import { describe, expect, it } from 'vitest'
import type { JournalEvent } from '../../src/call/events.ts'
import { createTerminalView, type TerminalOptions } from '../../src/reporters/terminal.ts'
import { textWidth } from '../../src/reporters/text-width.ts'
import {
  acts,
  actsInWords,
  answered,
  cutTurn,
  ended,
  fakeScreen,
  stamped,
  turn,
  words,
} from './call-story.ts'
import { forbiddenIn, hostileTexts, splits } from './hostile.ts'

type Look = { columns?: number; colour?: 0 | 1; say?: string } & Partial<Pick<TerminalOptions, 'detail'>>

/** Shows `events` on a terminal that both streams share, and separately what went to each. */
async function show(events: readonly JournalEvent[], look: Look = {}) {
  const shape = { isTTY: true, columns: look.columns ?? 80 }
  const [stdout, stderr] = [fakeScreen(shape), fakeScreen(shape)]
  let screen = ''
  for (const stream of [stdout, stderr]) stream.on('data', (chunk: Buffer) => (screen += chunk.toString()))
  const colour = look.colour ?? 0
  const view = await createTerminalView({
    stdout,
    stderr,
    detail: look.detail ?? 'normal',
    keptIn: () => '/calls/one',
    colour: { stdout: colour, stderr: colour },
    spinner: false,
  })
  for (const event of stamped(events)) view.journal?.(event)
  if (look.say !== undefined) view.say(look.say)
  await view.close?.()
  return { stdout: stdout.seen, stderr: stderr.seen, screen }
}
const talk = (...events: JournalEvent[]) => [answered[6], ...events]

describe('the terminal view', () => {
  it('shows both speakers by label and shape with the time of the turn, words as they come', async () => {
    const { stdout } = await show(
      talk(
        words('agent', 1, 'Hello, this is An'),
        words('agent', 1, 'na.'),
        turn('agent', 1, 'Hello, this is Anna.'),
        words('person', 2, 'Hi!'),
        turn('person', 2, 'Hi!'),
      ),
    )
    expect(stdout).toBe('00:01  agent  ▸ Hello, this is Anna.\n00:04  person ◂ Hi!\n')
  })

  it('begins a new line when the other speaker cuts in, and continues the earlier turn with an ellipsis', async () => {
    const { stdout } = await show(
      talk(
        words('person', 1, 'Could we move it to'),
        words('agent', 2, 'Of course, '),
        words('person', 1, ' Friday?'),
        words('agent', 2, 'on Friday.'),
      ),
    )
    expect(stdout.split('\n').slice(0, 4)).toEqual([
      '00:01  person ◂ Could we move it to',
      '00:02  agent  ▸ Of course,',
      '00:03  person ◂ … Friday?',
      '00:04  agent  ▸ … on Friday.',
    ])
  })

  it('says what the program has to say on a line of its own', async () => {
    const { screen } = await show(talk(words('agent', 1, 'Hello, this ')), { say: 'Hanging up…' })
    expect(screen.trimStart()).toBe('00:01  agent  ▸ Hello, this\nHanging up…\n')
  })

  it('shows an interruption where the words were cut', async () => {
    const { stdout } = await show(
      talk(
        words('agent', 1, 'your order '),
        { type: 'agent.interrupted', turn: 1, heardMs: 2130 },
        cutTurn(1, 'your order', 2130),
        words('person', 2, 'Stop.'),
      ),
    )
    expect(stdout).toBe('00:01  agent  ▸ your order ▌ cut off after 2.1 s\n00:04  person ◂ Stop.\n')
  })

  it('shows an interruption of which only the end of the turn tells, or which comes after the other has begun to speak', async () => {
    const hungUp = await show(talk(words('agent', 1, 'your order'), cutTurn(1, 'your order', 900)))
    expect(hungUp.stdout).toBe('00:01  agent  ▸ your order ▌ cut off after 900 ms\n')
    const late = await show(
      talk(words('agent', 1, 'your'), words('person', 2, 'No.'), cutTurn(1, 'your', 900)),
    )
    expect(late.stdout).toBe(
      '00:01  agent  ▸ your\n00:02  person ◂ No.\n00:03  agent  ▸ … ▌ cut off after 900 ms\n',
    )
  })

  it('shows nothing of a turn in which nothing was heard', async () => {
    const { stdout } = await show(
      talk({ type: 'agent.interrupted', turn: 1, heardMs: 0 }, cutTurn(1, '', 0), words('person', 2, ' ')),
    )
    expect(stdout).toBe('')
  })

  it('shows at the end of a turn what of its text had not come before', async () => {
    const { stdout } = await show(
      talk(turn('person', 1, 'All of it.'), words('agent', 2, ' One '), turn('agent', 2, 'One two.')),
    )
    expect(stdout).toBe('00:01  person ◂ All of it.\n00:02  agent  ▸ One two.\n')
  })

  it.each([80, 40, 30, 20, 1, 0])(
    'wraps under the words on %i columns, every line marked by its speaker',
    async (columns) => {
      const text = 'Hello, this is Anna calling from the clinic about your appointment on Thursday.'
      const { stdout } = await show(talk(words('agent', 1, text), turn('agent', 1, text)), { columns })
      const lines = stdout.trimEnd().split('\n')
      const widest = Math.max(...lines.map(textWidth))
      if (columns >= 16) expect(widest).toBeLessThan(columns)
      const narrow = columns > 0 && columns < 37
      expect(lines[0]).toMatch(narrow ? /^00:01 {2}agent$/ : /^00:01 {2}agent {2}▸ Hello/)
      for (const line of lines.slice(1)) expect(line).toMatch(narrow ? /^▸ / : /^ {14}▸ /)
      const said = lines.map((line) => line.replace(/^.*▸ /, '')).slice(narrow ? 1 : 0)
      expect(said.join(' ').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''))
    },
  )

  it('A20 lets no text begin a line of its own or steer the terminal, wherever the deltas are split', async () => {
    const marked = /^(\d\d:\d\d {2}(agent {2}▸|person ◂) | {14}[▸◂] |! warning: | {2}→ |$)/
    for (const text of hostileTexts) {
      for (const [head, tail] of splits(text).filter((_, i) => i % 3 === 0)) {
        const { stdout, stderr } = await show(
          talk(
            words('person', 1, head),
            words('person', 1, tail),
            turn('person', 1, text),
            { type: 'dtmf.received', digit: text },
            { type: 'warning', code: 'x', message: text, hint: text },
            { type: 'tool.called', name: text, args: { [text]: text } },
            { type: 'tool.returned', name: text, ok: false },
            { type: 'dtmf.sent', digits: text },
          ),
          { columns: 40, detail: 'verbose' },
        )
        expect(forbiddenIn(stdout), JSON.stringify(text)).toEqual([])
        for (const line of stdout.split('\n')) expect(line).toMatch(marked)
        expect(forbiddenIn(stderr), JSON.stringify(text)).toEqual([])
        for (const line of stderr.split('\n')) expect(line).toMatch(/^(· | {2}[…→] |! warning: |$)/)
      }
    }
  })

  it('uses the 16 colours only, and only around labels', async () => {
    const { stdout, stderr } = await show(
      [...answered, words('agent', 1, 'Hi.'), turn('agent', 1, 'Hi.'), ended],
      {
        colour: 1,
      },
    )
    const codes = `${stdout}${stderr}`.split('\u001b').slice(1)
    expect(codes.length).toBeGreaterThan(4)
    for (const code of codes) expect(code).toMatch(/^\[[1-4]?\dm/)
    expect(stdout).toContain('\u001b[36m▸\u001b[39m Hi.\n')
  })

  it('writes the stages and the summary to stderr, the transcript alone to stdout', async () => {
    const { stdout, stderr } = await show([
      ...answered,
      words('agent', 1, 'Hi.'),
      turn('agent', 1, 'Hi.'),
      ended,
    ])
    expect(stdout).toBe('00:01  agent  ▸ Hi.\n')
    expect(stderr.split('\n')).toEqual([
      '  Preparing the call to +12025550123…',
      '✓ Public address open (ngrok tunnel)',
      '✓ Voice Kore ready (gemini-3.8-live)',
      '  Dialling…',
      '  Ringing…',
      '✓ Answered after 4.2 s',
      '',
      '',
      '✓ The person hung up.',
      '  duration  1 min 12 s',
      '  turns     5, 1 interruption',
      '  response  sent p50 480 ms, p95 910 ms; heard p50 530 ms, p95 1.0 s',
      '  cost      about $0.02 for the model',
      '  kept in   /calls/one',
      '',
    ])
  })

  it('ends the open line before a warning, with its hint below, and continues the turn after it', async () => {
    const { screen } = await show(
      talk(
        words('agent', 1, 'One '),
        { type: 'warning', code: 'x', message: 'slow', hint: 'wait' },
        words('agent', 1, 'two.'),
      ),
    )
    expect(screen).toBe('\n00:01  agent  ▸ One\n! warning: slow\n  → wait\n00:03  agent  ▸ … two.\n')
  })

  it('shows keys of the agent in the transcript, and notes what else it does beside it', async () => {
    const { stdout, stderr } = await show(talk(words('agent', 1, 'Hi.'), turn('agent', 1, 'Hi.'), ...acts))
    expect(stdout).toBe('00:01  agent  ▸ Hi.\n00:04  agent  ▸ [pressed 12#]\n')
    expect(
      stderr
        .trim()
        .split('\n')
        .map((line) => line.trim()),
    ).toEqual(actsInWords)
  })

  it('notes a function at once below what the person has said, and goes on with what they say', async () => {
    const { screen } = await show(
      talk(
        words('person', 1, 'A table for four'),
        acts[3],
        words('person', 1, ' please.'),
        words('agent', 2, 'Done.'),
      ),
    )
    expect(screen).toBe(
      [
        '\n00:01  person ◂ A table for four\n  … agent uses book_table\n',
        '00:03  person ◂ … please.\n00:04  agent  ▸ Done.\n',
      ].join(''),
    )
  })

  it('notes a function after what the agent is saying, whose line it leaves whole', async () => {
    const { screen } = await show(
      talk(words('agent', 1, 'One '), acts[3], words('agent', 1, 'moment.'), turn('agent', 1, 'One moment.')),
    )
    expect(screen).toBe('\n00:01  agent  ▸ One moment.\n  … agent uses book_table\n')
  })

  it('says what was waiting for the end of a line before the call is summed up', async () => {
    const { screen } = await show(talk(words('agent', 1, 'One '), acts[3], ended))
    expect(screen).toContain('▸ One\n  … agent uses book_table\n\n✓ The person hung up.')
  })

  it('goes on counting from the first sound when the sound is connected anew', async () => {
    const again = { type: 'media.started', streamSid: 'MZ2' } as const
    const { stdout } = await show(talk(acts[2], again, words('person', 1, 'Hi.')))
    expect(stdout).toBe('00:03  person ◂ Hi.\n')
  })

  it('says with --verbose ids, timings, latencies and usage, between the lines of the transcript', async () => {
    const { screen } = await show(
      talk(
        words('agent', 1, 'One '),
        { type: 'latency', turn: 1, responseMs: 480 },
        words('agent', 1, 'two.'),
        turn('agent', 1, 'One two.'),
      ),
      { detail: 'verbose' },
    )
    expect(screen).toContain('· media stream MZ00000000000000000000000000000001\n')
    expect(screen).toContain(
      '00:01  agent  ▸ One two.\n· turn 1: first sound after 480 ms\n· turn 1, agent: 00:03 to 00:05, 2.0 s heard\n',
    )
  })

  it('says with --quiet the transcript and errors only', async () => {
    const warning = { type: 'warning', code: 'x', message: 'slow' } as const
    const story = [...answered, warning, words('agent', 1, 'Hi.'), turn('agent', 1, 'Hi.')]
    const good = await show([...story, ended], { detail: 'quiet' })
    expect(good).toMatchObject({ stdout: '00:02  agent  ▸ Hi.\n', stderr: '' })
    const error = { message: 'The model is gone.', hint: 'Try again.' }
    const bad = await show([...story, { ...ended, exitCode: 7, reason: 'model-lost', error }], {
      detail: 'quiet',
    })
    expect(bad.stderr).toBe('✗ The model is gone.\n  → Try again.\n')
    expect(await show(talk(...acts), { detail: 'quiet' })).toMatchObject({
      stdout: '00:02  agent  ▸ [pressed 12#]\n',
      stderr: '',
    })
  })
})
