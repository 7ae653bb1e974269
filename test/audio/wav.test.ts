import { describe, expect, it } from 'vitest'
import { interleave, parseWav, wavHeader } from '../../src/audio/wav.ts'

const text = (words: string) => [...words].map((letter) => letter.charCodeAt(0))
const u16 = (value: number) => [value & 255, (value >> 8) & 255]
const u32 = (value: number) => [...u16(value & 0xffff), ...u16(value >>> 16)]
const chunk = (id: string, body: number[], size = body.length) => [...text(id), ...u32(size), ...body]
const FORMAT = chunk('fmt ', [...u16(1), ...u16(1), ...u32(8000), ...u32(16000), ...u16(2), ...u16(16)])
const SAMPLES = [1, 0, 255, 255, 0, 128]
const PCM = Int16Array.of(1, -1, -32768)

/** A WAV file of these chunks; the size in its head is right unless given. */
function file(chunks: number[][], size?: number): Uint8Array {
  const body = chunks.flat()
  return Uint8Array.from([...text('RIFF'), ...u32(size ?? body.length + 4), ...text('WAVE'), ...body])
}

describe('a WAV header', () => {
  it('has the 44 bytes of the format, sizes and rates in little-endian', () => {
    expect([...wavHeader({ sampleRate: 8000, channels: 2, dataBytes: 1000 })]).toEqual([
      ...text('RIFF'),
      ...u32(1036),
      ...text('WAVEfmt '),
      ...u32(16),
      ...u16(1),
      ...u16(2),
      ...u32(8000),
      ...u32(32000),
      ...u16(4),
      ...u16(16),
      ...text('data'),
      ...u32(1000),
    ])
  })

  it('states the largest size when 32 bits cannot hold the real one', () => {
    const header = wavHeader({ sampleRate: 8000, channels: 2, dataBytes: 2 ** 33 })
    expect([...header.subarray(4, 8)]).toEqual(u32(0xffffffff))
    expect([...header.subarray(40, 44)]).toEqual(u32(0xffffffff))
  })
})

describe('reading a WAV file', () => {
  it('gives back rate, channels and samples, at any offset of the buffer', () => {
    const whole = Uint8Array.from([
      9,
      ...wavHeader({ sampleRate: 8000, channels: 1, dataBytes: 6 }),
      ...SAMPLES,
      9,
    ])
    expect(parseWav(whole.subarray(1, -1))).toEqual({ sampleRate: 8000, channels: 1, pcm: PCM })
  })

  it('passes over other chunks, padded to even sizes, and ends with the data chunk', () => {
    const list = [...chunk('LIST', [1, 2, 3]), 0]
    expect(parseWav(file([list, FORMAT, list, chunk('data', SAMPLES), list])).pcm).toEqual(PCM)
  })

  it('never reads beyond its bytes into the buffer they lie in', () => {
    const whole = file([FORMAT, chunk('data', SAMPLES)])
    expect(() => parseWav(whole.subarray(0, 30))).toThrow(/cut off/)
    expect(parseWav(whole.subarray(0, 48)).pcm).toEqual(PCM.subarray(0, 2))
  })

  it('takes the extensible form of PCM', () => {
    const form = [
      ...u16(0xfffe),
      ...u16(1),
      ...u32(8000),
      ...u32(16000),
      ...u16(2),
      ...u16(16),
      ...u16(22),
      ...u16(16),
    ]
    const guid = [...u16(1), ...u16(0), ...u16(0), ...u16(16), 128, 0, 0, 170, 0, 56, 155, 113]
    const extensible = chunk('fmt ', [...form, ...u32(4), ...guid])
    expect(parseWav(file([extensible, chunk('data', SAMPLES)])).pcm).toEqual(PCM)
  })

  it.each([
    ['0', 0],
    ['0xffffffff', 0xffffffff],
    ['more than the file holds', 1000],
  ])('takes all there is when the writer died and the data size is %s', (_name, size) => {
    expect(parseWav(file([FORMAT, chunk('data', SAMPLES, size)], 36)).pcm).toEqual(PCM)
  })

  it('leaves out a sample group that was cut in the middle', () => {
    const stereo = wavHeader({ sampleRate: 8000, channels: 2, dataBytes: 0 })
    expect(parseWav(Uint8Array.from([...stereo, 1, 0, 2, 0, 3, 0, 4])).pcm).toEqual(Int16Array.of(1, 2))
  })

  it('believes a finished file that its data is empty', () => {
    expect(parseWav(file([FORMAT, chunk('data', []), chunk('LIST', [1, 2])])).pcm).toHaveLength(0)
    expect(parseWav(wavHeader({ sampleRate: 8000, channels: 1, dataBytes: 0 })).pcm).toHaveLength(0)
  })

  const badFormat = (tag: number, channels: number, rate: number, bits: number) =>
    file([
      chunk('fmt ', [...u16(tag), ...u16(channels), ...u32(rate), ...u32(0), ...u16(2), ...u16(bits)]),
      chunk('data', SAMPLES),
    ])
  it.each([
    ['nothing', new Uint8Array(0), /not a WAV file/],
    ['another format', Uint8Array.from(text('OggS0000000000000000')), /not a WAV file/],
    ['a file without data', file([FORMAT]), /no data/],
    ['data without a format', file([chunk('data', SAMPLES)]), /no format/],
    ['a short format', file([chunk('fmt ', [1, 0]), chunk('data', SAMPLES)]), /cut off/],
    ['a format cut off by the end', file([chunk('fmt ', [1, 0], 16)]), /cut off/],
    ['mu-law', badFormat(7, 1, 8000, 8), /format 7 with 8 bits/],
    ['24 bits', badFormat(1, 1, 8000, 24), /format 1 with 24 bits/],
    ['no channels', badFormat(1, 0, 8000, 16), /0 channels/],
    ['no rate', badFormat(1, 1, 0, 16), /0 Hz/],
  ])('refuses %s in words', (_name, bytes, words) => {
    expect(() => parseWav(bytes)).toThrow(words)
  })
})

describe('interleaving', () => {
  it('puts left before right and continues the shorter side with silence', () => {
    expect(interleave(Int16Array.of(1, 2, 3), Int16Array.of(7))).toEqual(Int16Array.of(1, 7, 2, 0, 3, 0))
    expect(interleave(new Int16Array(0), Int16Array.of(7))).toEqual(Int16Array.of(0, 7))
  })
})
