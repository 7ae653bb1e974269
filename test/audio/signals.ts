/** Test signals and measurements, free of the product's code. */

/** A sine of peak `amplitude`, rounded to PCM16. */
export function tone(frequency: number, sampleRate: number, samples: number, amplitude = 16000): Int16Array {
  return Int16Array.from({ length: samples }, (_, i) =>
    Math.round(amplitude * Math.sin((2 * Math.PI * frequency * i) / sampleRate)),
  )
}

/** Pseudo-random numbers in 0..1, the same in every run (a linear congruential generator). */
export function randomNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

/** White noise of this root mean square. */
export function noise(samples: number, rmsLevel: number, seed = 1): Int16Array {
  const random = randomNumbers(seed)
  return Int16Array.from({ length: samples }, () => Math.round((random() * 2 - 1) * rmsLevel * Math.sqrt(3)))
}

/** Cuts at random places into pieces of 0 to `longest` items. */
export function splitAtRandom<T extends Int16Array | Uint8Array>(
  whole: T,
  longest: number,
  seed: number,
): T[] {
  const random = randomNumbers(seed)
  const pieces: T[] = []
  for (let at = 0; at < whole.length; ) {
    const length = Math.floor(random() * (longest + 1))
    // Typed arrays forget their own kind in the type of subarray.
    pieces.push(whole.subarray(at, at + length) as T)
    at += length
  }
  return pieces
}

/** Joins pieces of sound. */
export function concat(pieces: readonly Int16Array[]): Int16Array {
  return Int16Array.from(pieces.flatMap((piece) => [...piece]))
}

/** Peak amplitude of the sine at `frequency` that fits best, and the rms of everything else, by least squares. */
export function fitTone(pcm: Int16Array, frequency: number, sampleRate: number) {
  let [ss, sc, cc, ys, yc] = [0, 0, 0, 0, 0]
  const at = (i: number) => (2 * Math.PI * frequency * i) / sampleRate
  for (const [i, y] of pcm.entries()) {
    const s = Math.sin(at(i))
    const c = Math.cos(at(i))
    ss += s * s
    sc += s * c
    cc += c * c
    ys += y * s
    yc += y * c
  }
  const determinant = ss * cc - sc * sc
  const a = (ys * cc - yc * sc) / determinant
  const b = (yc * ss - ys * sc) / determinant
  let rest = 0
  for (const [i, y] of pcm.entries()) rest += (y - a * Math.sin(at(i)) - b * Math.cos(at(i))) ** 2
  return { amplitude: Math.hypot(a, b), restRms: Math.sqrt(rest / pcm.length) }
}

export function decibels(ratio: number): number {
  return 20 * Math.log10(ratio)
}
