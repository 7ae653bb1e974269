import { describe, expect, it } from 'vitest'
import { chatter, transcriptLine } from '../../src/reporters/format.ts'
import { answered, cutTurn, ended, turn, words } from './call-story.ts'
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
    expect(chatter({ type: 'tool.returned', name: 'end_call', ok: false })).toEqual({
      detail: 'tool end_call failed',
    })
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
        chatter({ type: 'ingress.ready', publicUrl: text, via: 'own' }),
      ].flatMap((chat) => Object.values(chat))
      for (const line of said) {
        expect(forbiddenIn(line)).toEqual([])
        expect(line).not.toContain('\n')
      }
    }
  })
})

describe('a line of the written transcript', () => {
  it('gives time, speaker and words of a finished turn', () => {
    expect(transcriptLine(turn('agent', 1, ' Hello,\nthis is Anna. '), 0)).toBe(
      '00:03 agent: Hello, this is Anna.',
    )
  })
  it('shows where the agent was cut off', () => {
    expect(transcriptLine(cutTurn(3, 'your order', 2130), 0)).toBe('00:03 agent: your order —[cut off]')
    expect(transcriptLine(cutTurn(3, '', 400), 0)).toBe('00:03 agent: —[cut off]')
  })
  it('shows a pressed key', () => {
    expect(transcriptLine({ type: 'dtmf.received', digit: '#' }, 61_000)).toBe('01:01 person: [pressed #]')
  })
  it('has none for a turn in which nothing was heard, nor for other events', () => {
    expect(transcriptLine(turn('person', 1, '  '), 0)).toBeUndefined()
    expect(transcriptLine(cutTurn(1, '', 0), 0)).toBeUndefined()
    expect(transcriptLine(words('agent', 1, 'x'), 0)).toBeUndefined()
  })
})
