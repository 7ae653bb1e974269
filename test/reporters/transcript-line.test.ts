import { describe, expect, it } from 'vitest'
import { keptLine, transcriptLine } from '../../src/reporters/transcript-line.ts'
import { acts, cutTurn, turn, words } from './call-story.ts'
import { forbiddenIn, hostileTexts } from './hostile.ts'

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
  it('shows pressed keys of both sides', () => {
    expect(transcriptLine({ type: 'dtmf.received', digit: '#' }, 61_000)).toBe('01:01 person: [pressed #]')
    expect(transcriptLine({ type: 'dtmf.sent', digits: '12w#' }, 61_000)).toBe('01:01 agent: [pressed 12w#]')
  })
  it('has none for a turn in which nothing was heard, nor for other events', () => {
    expect(transcriptLine(turn('person', 1, '  '), 0)).toBeUndefined()
    expect(transcriptLine(cutTurn(1, '', 0), 0)).toBeUndefined()
    expect(transcriptLine(words('agent', 1, 'x'), 0)).toBeUndefined()
  })
})

describe('a line of the transcript that is kept', () => {
  it('also says who was put through to whom', () => {
    expect(acts.flatMap((event) => keptLine(event, 62_000) ?? [])).toEqual([
      '01:02 agent: [pressed 12#]',
      '01:02 [transfer to +12025550188]',
      '01:02 [transfer failed: no-answer]',
      '01:02 [transfer to +12025550177]',
      '01:02 [transfer answered]',
    ])
    expect(keptLine(turn('agent', 1, 'Hello.'), 0)).toBe('00:03 agent: Hello.')
  })

  it('is one clean line whatever is in the event', () => {
    for (const text of [...hostileTexts, '9\n'.repeat(1_000_000)]) {
      const lines = [
        keptLine({ type: 'dtmf.sent', digits: text }, 0),
        keptLine({ type: 'dtmf.received', digit: text }, 0),
        keptLine({ type: 'transfer.started', to: text }, 0),
      ]
      for (const line of lines) {
        expect(forbiddenIn(line ?? '')).toEqual([])
        expect(line).toMatch(/^.{1,100}$/u)
      }
    }
  })
})
