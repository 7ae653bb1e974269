import { describe, expect, it } from 'vitest'
import { decodeMulaw, encodeMulaw } from '../../src/audio/mulaw.ts'

const everySample = Int16Array.from({ length: 65536 }, (_, i) => i - 32768)
const everyCode = Uint8Array.from({ length: 256 }, (_, i) => i)

/** The encoder as ITU-T G.191 describes it: 14-bit one's complement magnitude, bias 33, clip, count the segment, invert the bits. */
function referenceCode(sample: number): number {
  const magnitude = Math.min((sample < 0 ? ~sample >> 2 : sample >> 2) + 33, 0x1fff)
  let segment = 1
  for (let rest = magnitude >> 6; rest > 0; rest >>= 1) segment += 1
  const code = ((8 - segment) << 4) | (15 - ((magnitude >> segment) & 15))
  return sample < 0 ? code : code | 0x80
}

/** The decoder as ITU-T G.191 describes it: sign, exponent, mantissa and half a step, less the bias, in 16 bits. */
function referenceSample(code: number): number {
  const exponent = (~code >> 4) & 7
  const step = 8 << exponent
  const magnitude = (0x80 << exponent) + step * (~code & 15) + step / 2 - 4 * 33
  return code < 0x80 ? 0 - magnitude : magnitude
}

/** Table 2a of ITU-T G.711: where each segment begins (14 bits), its step, and the code of its first step. */
const TABLE_2A = [
  { start: 31, step: 4, code: 0b11101111 },
  { start: 95, step: 8, code: 0b11011111 },
  { start: 223, step: 16, code: 0b11001111 },
  { start: 479, step: 32, code: 0b10111111 },
  { start: 991, step: 64, code: 0b10101111 },
  { start: 2015, step: 128, code: 0b10011111 },
  { start: 4063, step: 256, code: 0b10001111 },
]

describe('mu-law', () => {
  it('encodes all 65,536 samples as ITU-T G.191 does', () => {
    expect(encodeMulaw(everySample)).toEqual(Uint8Array.from(everySample, referenceCode))
  })

  it('decodes all 256 codes as ITU-T G.191 does', () => {
    expect(decodeMulaw(everyCode)).toEqual(Int16Array.from(everyCode, referenceSample))
  })

  it('has the decision values and output values of table 2a in ITU-T G.711', () => {
    for (const { start, step, code } of TABLE_2A) {
      for (let i = 0; i < 16; i++) {
        const low = 4 * (start + i * step)
        expect([...encodeMulaw(Int16Array.of(low - 1, low, low + 4 * step - 1))].slice(1)).toEqual([
          code - i,
          code - i,
        ])
        expect(encodeMulaw(Int16Array.of(low - 1))[0]).toBe(code - i + 1)
        expect(decodeMulaw(Uint8Array.of(code - i))[0]).toBe(low + 2 * step)
      }
    }
  })

  it('knows two zeros, and both decode to 0', () => {
    expect([...encodeMulaw(Int16Array.of(0, 3, -1, -4))]).toEqual([0xff, 0xff, 0x7f, 0x7f])
    expect([...decodeMulaw(Uint8Array.of(0xff, 0x7f))]).toEqual([0, 0])
  })

  it('clips at the ends of the scale', () => {
    expect([...encodeMulaw(Int16Array.of(32767, -32768))]).toEqual([0x80, 0x00])
    expect([...decodeMulaw(Uint8Array.of(0x80, 0x00))]).toEqual([32124, -32124])
  })

  it('gives every code back after decoding and encoding, but for the negative zero', () => {
    expect(encodeMulaw(decodeMulaw(everyCode))).toEqual(
      everyCode.map((code) => (code === 0x7f ? 0xff : code)),
    )
  })

  it('reads bytes and samples at any offset of their buffers', () => {
    expect(decodeMulaw(everyCode.subarray(3, 6))).toEqual(decodeMulaw(Uint8Array.of(3, 4, 5)))
    expect(encodeMulaw(everySample.subarray(7, 9))).toEqual(Uint8Array.of(0x00, 0x00))
    expect(encodeMulaw(new Int16Array(0))).toHaveLength(0)
  })
})
