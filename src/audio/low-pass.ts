/** The filter of all rate changes: a sinc under a Kaiser window. */

/** With 18 zeros on each side, this window is flattest and deepest for a transition from 0.85 to 1.15 of the edge. */
const KAISER_BETA = 8.4
const ZEROS_PER_SIDE = 18

/**
 * A symmetric low-pass that keeps 1/`factor` of the band: flat to 0.85 of that edge (3.4 kHz of 4 kHz, telephone speech) and 80 dB
 * down from 1.15 of it. It cuts at the edge itself, so that every `factor`-th tap from the middle is zero and costs nothing. Its delay
 * is half its length, nine periods of the edge: 2.25 ms at 4 kHz. The taps are not scaled; the middle one is 1.
 */
export function designLowPass(factor: number): number[] {
  const middle = ZEROS_PER_SIDE * factor
  return Array.from({ length: 2 * middle + 1 }, (_, i) => {
    const age = i - middle
    if (age === 0) return 1
    if (age % factor === 0) return 0
    const x = (Math.PI * age) / factor
    return (
      (besselI0(KAISER_BETA * Math.sqrt(1 - (age / middle) ** 2)) * Math.sin(x)) / (besselI0(KAISER_BETA) * x)
    )
  })
}

/** The modified Bessel function of the first kind and order zero, by its power series. */
function besselI0(x: number): number {
  let term = 1
  let sum = 1
  for (let k = 1; term > 1e-12 * sum; k++) {
    term *= (x / (2 * k)) ** 2
    sum += term
  }
  return sum
}
