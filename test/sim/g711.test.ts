import { describe, expect, it } from 'vitest'
import { decodeUlaw, encodeUlaw, ULAW_SILENCE } from '../../src/sim/g711.ts'

const ALL = Uint8Array.from({ length: 256 }, (_, byte) => byte)

describe('the simulators’ own G.711 codec', () => {
  it('decodes the landmarks of the recommendation', () => {
    const bytes = [0x00, 0x0f, 0x7e, 0x7f, 0x80, 0x8f, 0xfe, 0xff]
    const samples = [-32124, -16764, -8, 0, 32124, 16764, 8, 0]
    expect([...decodeUlaw(Uint8Array.from(bytes))]).toEqual(samples)
  })

  it('encodes silence as 0xFF and clips what is too loud', () => {
    expect([...encodeUlaw(Int16Array.of(0, 32767, -32768))]).toEqual([ULAW_SILENCE, 0x80, 0x00])
  })

  it('encodes every decoded byte back to itself, the two zeros to one', () => {
    const back = encodeUlaw(decodeUlaw(ALL))
    expect([...back]).toEqual([...ALL].map((byte) => (byte === 0x7f ? 0xff : byte)))
  })

  it('never errs by more than half a step of its segment', () => {
    const pcm = Int16Array.from({ length: 4000 }, (_, n) => (n - 2000) * 16)
    const decoded = decodeUlaw(encodeUlaw(pcm))
    for (const [n, sample] of pcm.entries()) {
      const step = 2 ** Math.max(3, Math.floor(Math.log2(Math.abs(sample) + 132)) - 4)
      expect(Math.abs((decoded[n] ?? 0) - sample)).toBeLessThanOrEqual(step / 2)
    }
  })
})
