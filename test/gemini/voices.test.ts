import { describe, expect, it } from 'vitest'
import { findVoice, VOICES } from '../../src/gemini/voices.ts'

describe('the voices', () => {
  it('are thirty, each named once, eight of them the original ones', () => {
    expect(new Set(VOICES.map((voice) => voice.name)).size).toBe(30)
    const original = VOICES.filter((voice) => voice.original).map((voice) => voice.name)
    expect(original.sort()).toEqual(['Aoede', 'Charon', 'Fenrir', 'Kore', 'Leda', 'Orus', 'Puck', 'Zephyr'])
  })

  it.each([
    ['Kore', 'Kore'],
    ['kORE', 'Kore'],
    [' zubenelgenubi ', 'Zubenelgenubi'],
  ])('are known in any case: %s', (name, expected) => {
    expect(findVoice(name)).toMatchObject({ type: 'known', voice: { name: expected } })
  })

  it.each([
    ['Kora', 'Kore'],
    ['Puk', 'Puck'],
    ['zub', 'Zubenelgenubi'],
    ['Vindemiatricks', 'Vindemiatrix'],
    ['Callirhoe', 'Callirrhoe'],
  ])('are suggested for a name close to theirs: %s', (name, expected) => {
    expect(findVoice(name)).toMatchObject({ type: 'unknown', nearest: { name: expected } })
  })

  it.each(['', 'a', 'Alloy', 'Siri', '\u001b[2J', 'x'.repeat(500)])(
    'are not suggested for anything else: %j',
    (name) => {
      expect(findVoice(name)).toEqual({ type: 'unknown', nearest: undefined })
    },
  )
})
