import { describe, expect, it } from 'vitest'
import { createSampleJoiner } from '../../src/audio/sample-joiner.ts'
import { concat, noise, splitAtRandom } from './signals.ts'

/** Little-endian bytes, at an odd offset of their buffer. */
function bytesOf(pcm: Int16Array): Uint8Array {
  const bytes = new Uint8Array(1 + pcm.length * 2)
  const view = new DataView(bytes.buffer)
  for (const [i, sample] of pcm.entries()) view.setInt16(1 + 2 * i, sample, true)
  return bytes.subarray(1)
}

describe('the sample joiner', () => {
  it('reads little-endian samples at an odd offset of their buffer', () => {
    expect(createSampleJoiner().push(bytesOf(Int16Array.of(1, -2, 32767)))).toEqual(
      Int16Array.of(1, -2, 32767),
    )
  })

  it('gives the same samples wherever the bytes were split', () => {
    const pcm = noise(2000, 9000)
    for (const [seed, longest] of [1, 2, 3, 17, 960, 5000].entries()) {
      const joiner = createSampleJoiner()
      const pieces = splitAtRandom(bytesOf(pcm), longest, seed).map((piece) => joiner.push(piece))
      expect(concat(pieces)).toEqual(pcm)
    }
  })

  it('keeps a half sample through empty pieces', () => {
    const joiner = createSampleJoiner()
    expect(joiner.push(Uint8Array.of(0x34))).toHaveLength(0)
    expect(joiner.push(new Uint8Array(0))).toHaveLength(0)
    expect(joiner.push(Uint8Array.of(0x12))).toEqual(Int16Array.of(0x1234))
  })

  it('forgets the half sample on reset', () => {
    const joiner = createSampleJoiner()
    joiner.push(Uint8Array.of(1, 0, 99))
    joiner.reset()
    expect(joiner.push(Uint8Array.of(2, 0))).toEqual(Int16Array.of(2))
  })
})
