import { describe, expect, it } from 'vitest'
import { createChunker } from '../../src/audio/chunker.ts'
import { concat, noise, splitAtRandom } from './signals.ts'

describe('the chunker', () => {
  it('gives the same frames for any split of the stream', () => {
    const whole = noise(10 * 160 + 37, 5000)
    for (const [seed, longest] of [1, 3, 159, 160, 161, 700].entries()) {
      const chunker = createChunker(160)
      const frames = splitAtRandom(whole, longest, seed).flatMap((piece) => chunker.push(piece))
      expect(frames).toHaveLength(10)
      for (const frame of frames) expect(frame).toHaveLength(160)
      expect(concat(frames)).toEqual(whole.subarray(0, 1600))
    }
  })

  it('fills the last frame up with silence on flush, once', () => {
    const chunker = createChunker(4)
    expect(chunker.push(Int16Array.of(1, 2, 3, 4, 5, 6))).toEqual([Int16Array.of(1, 2, 3, 4)])
    expect(chunker.flush()).toEqual(Int16Array.of(5, 6, 0, 0))
    expect(chunker.flush()).toBeUndefined()
  })

  it('forgets what is left on reset, and leaves no trace of it in the next frame', () => {
    const chunker = createChunker(4)
    chunker.push(Int16Array.of(1, 2, 3))
    chunker.reset()
    expect(chunker.flush()).toBeUndefined()
    chunker.push(Int16Array.of(9))
    expect(chunker.flush()).toEqual(Int16Array.of(9, 0, 0, 0))
  })

  it('never shares memory with what was pushed', () => {
    const pcm = Int16Array.of(1, 2)
    const [frame] = createChunker(2).push(pcm)
    pcm.fill(7)
    expect(frame).toEqual(Int16Array.of(1, 2))
  })

  it.each([0, -1, 1.5, Number.NaN])('refuses frames of %f samples', (samples) => {
    expect(() => createChunker(samples)).toThrow(RangeError)
  })
})
