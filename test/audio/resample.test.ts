import { describe, expect, it } from 'vitest'
import { decodeMulaw, encodeMulaw } from '../../src/audio/mulaw.ts'
import { createResampler } from '../../src/audio/resample.ts'
import { concat, decibels, fitTone, noise, splitAtRandom, tone } from './signals.ts'

const RATES = [8000, 16000, 24000]
const PAIRS = RATES.flatMap((from) => RATES.filter((to) => to !== from).map((to) => [from, to] as const))
const PASS_BAND = [300, 404, 697, 1004, 1702, 2303, 2801, 3104, 3400]

/** The stream's output in one piece, tail included. */
function resample(pcm: Int16Array, from: number, to: number): Int16Array {
  const resampler = createResampler(from, to)
  return concat([resampler.push(pcm), resampler.flush()])
}

/** Half a second of a tone after the rate change, without the filter's start and end. */
function steadyTone(frequency: number, from: number, to: number): Int16Array {
  return resample(tone(frequency, from, 0.6 * from), from, to).subarray(0.05 * to, 0.55 * to)
}

describe.each(PAIRS)('resampling from %i to %i Hz', (from, to) => {
  it('changes no level by more than 0.1 dB from 300 to 3400 Hz', () => {
    for (const frequency of PASS_BAND) {
      const { amplitude } = fitTone(steadyTone(frequency, from, to), frequency, to)
      expect(Math.abs(decibels(amplitude / 16000)), `${frequency} Hz`).toBeLessThan(0.1)
    }
  })

  it('adds nothing to a tone above -80 dB: no image, no alias, no distortion', () => {
    for (const frequency of PASS_BAND) {
      const { amplitude, restRms } = fitTone(steadyTone(frequency, from, to), frequency, to)
      expect(decibels(amplitude / Math.SQRT2 / restRms), `${frequency} Hz`).toBeGreaterThan(80)
    }
  })

  it('gives the same samples for any split of the stream', () => {
    const whole = noise(from / 4, 9000)
    const atOnce = createResampler(from, to).push(whole)
    for (const [seed, longest] of [1, 2, 7, 160, 481, 5000].entries()) {
      const resampler = createResampler(from, to)
      const pieces = splitAtRandom(whole, longest, seed).map((piece) => resampler.push(piece))
      expect(concat(pieces), `pieces up to ${longest}`).toEqual(atOnce)
    }
  })

  it('gives 20 ms for 20 ms from the first frame on', () => {
    const resampler = createResampler(from, to)
    const frame = noise(from / 50, 1000)
    expect([1, 2, 3].map(() => resampler.push(frame).length)).toEqual([to / 50, to / 50, to / 50])
  })

  it('delays sound by about two milliseconds', () => {
    const impulse = new Int16Array(from / 50)
    impulse[0] = 20000
    const output = createResampler(from, to).push(impulse)
    const loudest = output.reduce((best, sample, i) => (sample > (output[best] ?? 0) ? i : best), 0)
    expect((loudest * 1000) / to).toBeLessThan(2.3)
  })

  it('leaves a constant constant', () => {
    const output = createResampler(from, to).push(new Int16Array(from / 10).fill(12345))
    expect(new Set(output.subarray(to / 50))).toEqual(new Set([12345]))
  })

  it('saturates where the filter overshoots full scale', () => {
    const square = Int16Array.from({ length: from / 2 }, (_, i) =>
      ((i * 100) / from) % 1 < 0.5 ? 32767 : -32768,
    )
    const output = createResampler(from, to)
      .push(square)
      .subarray(to / 50)
    expect(Math.max(...output)).toBe(32767)
    expect(Math.min(...output)).toBe(-32768)
    // A sample that wrapped round would stand alone between neighbours of the other sign.
    const lonely = output.filter((sample, i) => {
      const sign = Math.sign(sample)
      return sign === -Math.sign(output[i - 1] ?? 0) && sign === -Math.sign(output[i + 1] ?? 0)
    })
    expect(lonely).toHaveLength(0)
  })

  it('flushes what silence would have pushed out, and begins anew', () => {
    const sound = noise(from / 10 + 1, 9000)
    const reference = createResampler(from, to)
    const padded = new Int16Array(sound.length + from / 10)
    padded.set(sound)
    const expected = reference.push(padded)

    const resampler = createResampler(from, to)
    const flushed = concat([resampler.push(sound), resampler.flush()])
    expect(flushed).toEqual(expected.subarray(0, flushed.length))
    expect(new Set(expected.subarray(flushed.length))).toEqual(new Set([0]))
    expect(concat([resampler.push(sound), resampler.flush()])).toEqual(flushed)
  })

  it('forgets everything on reset', () => {
    const resampler = createResampler(from, to)
    resampler.push(noise(1001, 9000))
    resampler.reset()
    expect(resampler.push(new Int16Array(from / 10))).toEqual(new Int16Array(to / 10))
  })
})

describe('resampling', () => {
  it.each([16000, 24000])(
    'from %i to 8000 Hz lets nothing above 4.6 kHz through at more than -80 dB',
    (from) => {
      for (let frequency = 4600; frequency < from / 2 - 900; frequency += 137) {
        const output = steadyTone(frequency, from, 8000)
        const power = output.reduce((sum, sample) => sum + sample * sample, 0) / output.length
        expect(decibels(Math.sqrt(power) / (16000 / Math.SQRT2)), `${frequency} Hz`).toBeLessThan(-80)
      }
    },
  )

  it('at equal rates returns a copy', () => {
    const resampler = createResampler(8000, 8000)
    const pcm = noise(100, 1000)
    const output = resampler.push(pcm)
    expect(output).toEqual(pcm)
    expect(output.buffer).not.toBe(pcm.buffer)
    expect(resampler.flush()).toHaveLength(0)
  })

  it.each([
    [44100, 8000],
    [0, 8000],
    [8000, Number.NaN],
    [8000, 64000],
  ])('refuses the pair %f and %f', (from, to) => {
    expect(() => createResampler(from, to)).toThrow(RangeError)
  })

  it.each([1004, 3104])(
    'of a model tone of %i Hz through the phone and back keeps a SINAD of 36 dB',
    (frequency) => {
      const phone = resample(tone(frequency, 24000, 24000, 20000), 24000, 8000)
      const heard = resample(decodeMulaw(encodeMulaw(phone)), 8000, 16000).subarray(1600, 14400)
      const { amplitude, restRms } = fitTone(heard, frequency, 16000)
      expect(decibels(amplitude / Math.SQRT2 / restRms)).toBeGreaterThan(36)
    },
  )
})
