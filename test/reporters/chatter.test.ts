import { describe, expect, it } from 'vitest'
import type { JournalEvent } from '../../src/call/events.ts'
import { chatter } from '../../src/reporters/chatter.ts'
import { acts, actsInWords, answered, ended, turn, words } from './call-story.ts'
import { forbiddenIn, hostileTexts } from './hostile.ts'

describe('chatter', () => {
  it('names the stages on the way to the conversation', () => {
    expect(answered.map((event) => chatter(event)).map(({ done, waiting }) => done ?? waiting)).toEqual([
      'Preparing the call to +12025550123',
      'Public address open (ngrok tunnel)',
      'Voice Kore ready (gemini-3.8-live)',
      'Dialling',
      'Ringing',
      'Answered after 4.2 s',
      undefined,
    ])
  })

  it('keeps ids, timings, latency and usage for those who asked for more', () => {
    const usage = {
      type: 'usage',
      promptTokens: 1200,
      promptAudioTokens: 900,
      responseTokens: 300,
      responseAudioTokens: 280,
      thoughtTokens: 0,
      totalTokens: 1500,
      estimatedCostUsd: 0.0123,
    } as const
    expect(chatter(answered[3]).detail).toBe('call CA00000000000000000000000000000001')
    expect(chatter({ type: 'latency', turn: 3, responseMs: 480 })).toEqual({
      detail: 'turn 3: first sound after 480 ms',
    })
    expect(chatter(usage)).toEqual({ detail: '1200 tokens in, 300 out, about $0.01' })
    expect(chatter(turn('agent', 1, 'x'))).toEqual({ detail: 'turn 1, agent: 00:03 to 00:05, 2.0 s heard' })
    expect(chatter(acts[0]).detail).toBe('answered by machine_start')
    expect(chatter(acts[2])).toEqual({
      detail: 'sound back after 1.2 s, media stream MZ00000000000000000000000000000002',
    })
    expect(chatter(acts[3]).detail).toBe('tool book_table {"people":4}')
  })

  it('notes what the agent does besides talking, a machine, and a transfer', () => {
    expect(acts.flatMap((event) => chatter(event).note ?? [])).toEqual(actsInWords)
  })

  it.each(['end_call', 'press_digits', 'report_machine', 'transfer_call'])(
    'notes no use of %s, which shows by itself',
    (name) => {
      expect(chatter({ type: 'tool.called', name, args: {} })).toEqual({ detail: `tool ${name} {}` })
    },
  )

  it('notes that a function has failed, but for the end of the call', () => {
    const failed = (name: string) => chatter({ type: 'tool.returned', name, ok: false }).note
    expect(failed('press_digits')).toBe('… press_digits failed')
    expect(failed('end_call')).toBeUndefined()
    expect(chatter({ type: 'tool.returned', name: 'book_table', ok: true }).note).toBeUndefined()
  })

  it('says nothing of the transcript, of warnings and of the end, which have views of their own', () => {
    expect(chatter(words('agent', 1, 'x'))).toEqual({})
    expect(chatter({ type: 'warning', code: 'x', message: 'x' })).toEqual({})
    expect(chatter(ended)).toEqual({})
  })

  it('is one clean line whatever the vendors send', () => {
    for (const text of hostileTexts) {
      const said = [
        chatter({ type: 'call.created', callSid: text }),
        chatter({ type: 'call.answered', ringMs: 1, answeredBy: text }),
        chatter({ type: 'tool.called', name: text, args: { [text]: text } }),
        chatter({ type: 'tool.returned', name: text, ok: false }),
        chatter({ type: 'machine.detected', answeredBy: text, by: 'carrier' }),
        chatter({ type: 'media.reconnected', streamSid: text, gapMs: 1 }),
        chatter({ type: 'transfer.started', to: text }),
        chatter({ type: 'ingress.ready', publicUrl: text, via: 'own' }),
      ].flatMap((chat) => Object.values(chat))
      for (const line of said) {
        expect(forbiddenIn(line)).toEqual([])
        expect(line).not.toContain('\n')
      }
    }
  })

  it('shows of the name of a function only what a name can have', () => {
    const note = (name: string) => chatter({ type: 'tool.called', name, args: {} }).note
    expect(note('weather.of:Paris-2')).toBe('… agent uses weather.of:Paris-2')
    expect(note('x\n✓ The person hung up.')).toBe('… agent uses x_The_person_hung_up.')
    expect(note('\u202Eevil \u001b[2J')).toBe('… agent uses evil_2J')
  })

  it('is short and quick whatever the model writes', () => {
    const name = '\u202E x\n'.repeat(1_000_000)
    const blanks = ' '.repeat(1_000_000)
    const floods: JournalEvent[] = [
      { type: 'tool.called', name, args: { [name]: [name] } },
      { type: 'tool.returned', name, ok: false },
      { type: 'tool.called', name: blanks, args: { blanks } },
      { type: 'tool.called', name: 'book', args: { emoji: '😀'.repeat(1_000_000) } },
    ]
    const before = performance.now()
    for (const event of floods)
      for (const line of Object.values(chatter(event))) {
        expect([...line].length).toBeLessThan(340)
        expect(forbiddenIn(line)).toEqual([])
      }
    expect(performance.now() - before).toBeLessThan(2000)
  })
})
