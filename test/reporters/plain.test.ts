import { describe, expect, it } from 'vitest'
import type { JournalEvent } from '../../src/call/events.ts'
import type { ColourLevel } from '../../src/reporters/paint.ts'
import { createPlainView } from '../../src/reporters/plain.ts'
import type { Detail } from '../../src/reporters/view.ts'
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
import { forbiddenIn, hostileTexts } from './hostile.ts'

async function show(events: readonly JournalEvent[], detail: Detail = 'normal', level: ColourLevel = 0) {
  const [stdout, stderr] = [fakeScreen(), fakeScreen()]
  const colour = { stdout: level, stderr: level }
  const view = await createPlainView({ stdout, stderr, colour, detail, keptIn: () => '/calls/one' })
  for (const event of stamped(events)) view.journal?.(event)
  await view.close?.()
  return { stdout: stdout.seen, stderr: stderr.seen }
}
const story = [
  ...answered,
  words('agent', 1, 'Hello'),
  turn('agent', 1, 'Hello.'),
  cutTurn(2, 'your order', 2100),
  { type: 'dtmf.received', digit: '5' },
] as const satisfies JournalEvent[]

describe('the plain view', () => {
  it('writes a line for each finished turn to stdout', async () => {
    const { stdout } = await show([...story, ended])
    expect(stdout).toBe(
      '00:03 agent: Hello.\n00:03 agent: your order —[cut off]\n00:04 person: [pressed 5]\n',
    )
  })

  it('colours the names of the speakers, and nothing else, when colour is forced', async () => {
    const { stdout, stderr } = await show([...story, ended], 'normal', 1)
    expect(stdout).toBe(
      [
        '00:03 \x1B[36magent\x1B[39m: Hello.\n',
        '00:03 \x1B[36magent\x1B[39m: your order —[cut off]\n',
        '00:04 \x1B[35mperson\x1B[39m: [pressed 5]\n',
      ].join(''),
    )
    expect(stderr).not.toContain('\x1B')
  })

  it('writes a line for each stage, warnings and the summary to stderr', async () => {
    const { stderr } = await show([
      ...story,
      { type: 'warning', code: 'x', message: 'slow', hint: 'wait' },
      ended,
    ])
    expect(stderr.trimEnd().split('\n')).toEqual([
      'Preparing the call to +12025550123',
      'Public address open (ngrok tunnel)',
      'Voice Kore ready (gemini-3.8-live)',
      'Dialling',
      'Ringing',
      'Answered after 4.2 s',
      'warning: slow',
      '  wait',
      'The person hung up.',
      '  duration  1 min 12 s',
      '  turns     5, 1 interruption',
      '  response  sent p50 480 ms, p95 910 ms; heard p50 530 ms, p95 1.0 s',
      '  cost      about $0.02 for the model',
      '  kept in   /calls/one',
    ])
  })

  it('writes keys of the agent to stdout, and what else the agent does to stderr', async () => {
    const { stdout, stderr } = await show([answered[6], ...acts])
    expect(stdout).toBe('00:02 agent: [pressed 12#]\n')
    expect(stderr.trimEnd().split('\n')).toEqual(actsInWords)
    expect(await show(acts, 'quiet')).toEqual({ stdout: '00:00 agent: [pressed 12#]\n', stderr: '' })
  })

  it('goes on counting from the first sound when the sound is connected anew', async () => {
    const again = { type: 'media.started', streamSid: 'MZ2' } as const
    const { stdout } = await show([answered[6], acts[2], again, { type: 'dtmf.received', digit: '5' }])
    expect(stdout).toBe('00:03 person: [pressed 5]\n')
  })

  it('writes with --quiet nothing but the transcript and errors', async () => {
    expect((await show([...story, ended], 'quiet')).stderr).toBe('')
    const bad = await show([{ ...ended, exitCode: 3, reason: 'busy' }], 'quiet')
    expect(bad).toEqual({ stdout: '', stderr: 'The line was busy.\n' })
  })

  it('marks what failed as an error, with its remedy below', async () => {
    const error = { message: 'port 80 is in use', hint: 'Choose another.' }
    const { stderr } = await show([{ ...ended, exitCode: 8, reason: 'listener-failed', error }], 'quiet')
    expect(stderr).toBe('error: port 80 is in use\n  Choose another.\n')
  })

  it('lets no text steer a terminal or begin a line of its own', async () => {
    for (const text of hostileTexts) {
      const { stdout, stderr } = await show([
        turn('person', 1, text),
        { type: 'warning', code: 'x', message: text, hint: text },
        { type: 'tool.called', name: text, args: { [text]: text } },
        { type: 'tool.returned', name: text, ok: false },
        { ...ended, exitCode: 1, error: { message: text, hint: text } },
      ])
      expect(forbiddenIn(stdout + stderr), JSON.stringify(text)).toEqual([])
      expect(stdout).toMatch(/^(00:03 person: .*\n)?$/)
    }
  })
})
