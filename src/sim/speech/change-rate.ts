/** Whole recordings from one sample rate to another, by a windowed sinc. Not for streams: the simulators prepare their sound beforehand. */

/** Half the width of the filter, in zero crossings of the sinc. */
const HALF_WIDTH = 16

/** `pcm` (signed 16-bit mono at `fromRate` Hz) at `toRate` Hz; the same array when the rates are equal. */
export function changeRate(pcm: Int16Array, fromRate: number, toRate: number): Int16Array {
  if (fromRate === toRate) return pcm
  const out = new Int16Array(Math.floor((pcm.length * toRate) / fromRate))
  // Downwards the filter must cut at the lower of the two Nyquist frequencies, so it grows wider.
  const cutoff = Math.min(1, toRate / fromRate) * 0.96
  const reach = Math.ceil(HALF_WIDTH / cutoff)
  // Output samples fall on few different places between two input samples (8 to 24 kHz: three), each with its own weights.
  const weights = new Map<number, Float64Array>()
  for (let i = 0; i < out.length; i += 1) {
    const phase = (i * fromRate) % toRate
    const centre = (i * fromRate - phase) / toRate
    let taps = weights.get(phase)
    if (!taps) {
      taps = Float64Array.from({ length: 2 * reach + 1 }, (_, k) =>
        weight(k - reach - phase / toRate, cutoff),
      )
      weights.set(phase, taps)
    }
    let sum = 0
    for (let k = 0; k < taps.length; k += 1) sum += (pcm[centre + k - reach] ?? 0) * (taps[k] ?? 0)
    out[i] = Math.max(-32768, Math.min(32767, Math.round(sum)))
  }
  return out
}

/** A sinc of this cutoff under a Hann window, `distance` input samples away from its middle. */
function weight(distance: number, cutoff: number): number {
  const x = distance * cutoff
  if (Math.abs(x) >= HALF_WIDTH) return 0
  const sinc = x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x)
  return cutoff * sinc * (0.5 + 0.5 * Math.cos((Math.PI * x) / HALF_WIDTH))
}
