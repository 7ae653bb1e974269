import { describe, expect, it } from 'vitest'
import { noise } from '../audio/signals.ts'
import { utterances, waitsInRecording } from './measure.ts'

/** Eight seconds with noise in these spans of ms. */
function side(...spans: [fromMs: number, toMs: number][]): Int16Array {
  const pcm = noise(8 * 8000, 5)
  for (const [fromMs, toMs] of spans) pcm.set(noise((toMs - fromMs) * 8, 2000, fromMs + 1), fromMs * 8)
  return pcm
}

describe('the measurement of a recording', () => {
  it('finds utterances, with their pauses and without clicks', () => {
    expect(utterances(side([1000, 1500], [1700, 2000], [3000, 3020], [4000, 4500]))).toEqual([
      { fromMs: 1000, toMs: 2000 },
      { fromMs: 4000, toMs: 4500 },
    ])
    expect(utterances(side())).toEqual([])
  })

  it('finds the wait for each answer', () => {
    const person = side([1000, 2000], [4000, 5000])
    expect(waitsInRecording({ person, agent: side([0, 500], [2800, 3500], [5600, 7000]) })).toEqual([
      800, 600,
    ])
  })

  it('finds none where the agent was not silent, nor where the person spoke again first', () => {
    expect(waitsInRecording({ person: side([1000, 2000]), agent: side([1500, 2500], [3000, 4000]) })).toEqual(
      [],
    )
    expect(waitsInRecording({ person: side([1000, 2000], [2500, 3000]), agent: side([3500, 4000]) })).toEqual(
      [500],
    )
    expect(waitsInRecording({ person: side([1000, 2000]), agent: side() })).toEqual([])
  })
})
