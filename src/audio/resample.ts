/**
 * Changes the sample rate of a stream: a polyphase FIR filter that keeps its state, so that any split of the stream gives the same
 * samples.
 */
import { designLowPass } from './low-pass.ts'

/** The rate change of one stream. Each direction of each call owns one. */
export type Resampler = {
  /**
   * Takes the stream's next samples, any number of them, and returns what they complete: 20 ms for 20 ms. The sound in it is late by
   * the filter's delay of 2.25 ms (between 16 and 24 kHz 1.125 ms).
   */
  push(pcm: Int16Array): Int16Array
  /** Ends the stream: returns the tail still held in the filter. The next `push` begins a new stream. */
  flush(): Int16Array
  /** Forgets the stream, tail included. */
  reset(): void
}

/** Part of the filter: what one input lane gives to one output phase. Taps stand oldest sample first; `newest` is the age, in steps, of the last. */
type Kernel = { taps: Float64Array; newest: number }

const MAX_FACTOR = 3
/** How many steps are filtered at once, to stay in the first-level cache: 20 ms at 24 kHz are 160. */
const BLOCK_STEPS = 320

/**
 * A resampler for PCM16 between rates in a ratio of whole numbers up to 3: 8000, 16000 and 24000 Hz are, in all pairs. Results are
 * rounded and saturate at full scale. Equal rates give a copy.
 * @throws RangeError for rates in any other ratio
 */
export function createResampler(fromRate: number, toRate: number): Resampler {
  const divisor = greatestCommonDivisor(fromRate, toRate)
  // In each step of 1/divisor seconds `down` samples come in, one to a lane, and `up` go out, one from a phase.
  const down = fromRate / divisor
  const up = toRate / divisor
  if (!(down >= 1 && down <= MAX_FACTOR && up >= 1 && up <= MAX_FACTOR)) {
    throw new RangeError(`cannot resample from ${fromRate} to ${toRate} Hz`)
  }
  if (up === down) return { push: (pcm) => pcm.slice(), flush: () => new Int16Array(0), reset: () => {} }

  const phases = splitIntoKernels(designLowPass(Math.max(down, up)), down, up)
  const historySteps = Math.max(...phases.flat().map(({ taps, newest }) => newest + taps.length - 1))
  // Each lane: the history, then the block to be filtered.
  const lanes = Array.from({ length: down }, () => new Float64Array(historySteps + BLOCK_STEPS))
  const sums = new Float64Array(BLOCK_STEPS)
  // Samples that wait in the lanes for the rest of their step.
  let waiting = 0

  /** Fills the lanes up to a block's end; returns how many samples went in. */
  const fillLanes = (pcm: Int16Array, start: number) => {
    const count = Math.min(pcm.length - start, BLOCK_STEPS * down - waiting)
    for (const [laneIndex, lane] of lanes.entries()) {
      const served = laneIndex < waiting
      const first = laneIndex - waiting + (served ? down : 0)
      let place = historySteps + (served ? 1 : 0)
      for (let i = first; i < count; i += down) lane[place++] = pcm[start + i] ?? 0
    }
    return count
  }
  const filterSteps = (steps: number, output: Int16Array, written: number) => {
    for (const [phase, kernels] of phases.entries()) {
      sums.fill(0)
      for (const [laneIndex, { taps, newest }] of kernels.entries()) {
        const lane = lanes[laneIndex]
        if (lane && taps.length > 0)
          addConvolution(taps, lane, historySteps - newest - taps.length + 1, sums, steps)
      }
      for (let i = 0, place = written + phase; i < steps; i++, place += up) {
        output[place] = Math.max(-32768, Math.min(32767, Math.floor((sums[i] ?? 0) + 0.5)))
      }
    }
  }
  const push = (pcm: Int16Array) => {
    const output = new Int16Array(Math.floor((waiting + pcm.length) / down) * up)
    for (let read = 0, written = 0; read < pcm.length; ) {
      const count = fillLanes(pcm, read)
      const steps = Math.floor((waiting + count) / down)
      filterSteps(steps, output, written)
      // One more than the history: the step that waits for the rest of its samples.
      for (const lane of lanes) lane.copyWithin(0, steps, steps + historySteps + 1)
      waiting += count - steps * down
      read += count
      written += steps * up
    }
    return output
  }
  const reset = () => {
    for (const lane of lanes) lane.fill(0)
    waiting = 0
  }
  return {
    push,
    flush() {
      const tail = push(new Int16Array(historySteps * down + ((down - waiting) % down)))
      reset()
      return tail
    },
    reset,
  }
}

/**
 * Adds to each of the first `count` sums the product of the taps with as many samples: from `start` for the first sum, one later for
 * each next. Four sums and four taps at a time share the loads of taps and samples; every sum is still added up tap by tap, so its
 * rounding does not depend on its neighbours. The number of taps is a multiple of four.
 */
function addConvolution(
  taps: Float64Array,
  samples: Float64Array,
  start: number,
  sums: Float64Array,
  count: number,
): void {
  const length = taps.length
  let n = 0
  for (; n < count - 3; n += 4) {
    let at = start + n
    let a = sums[n] ?? 0
    let b = sums[n + 1] ?? 0
    let c = sums[n + 2] ?? 0
    let d = sums[n + 3] ?? 0
    let s0 = samples[at] ?? 0
    let s1 = samples[at + 1] ?? 0
    let s2 = samples[at + 2] ?? 0
    for (let i = 0; i < length; i += 4, at += 4) {
      const s3 = samples[at + 3] ?? 0
      const s4 = samples[at + 4] ?? 0
      const s5 = samples[at + 5] ?? 0
      const s6 = samples[at + 6] ?? 0
      const t0 = taps[i] ?? 0
      const t1 = taps[i + 1] ?? 0
      const t2 = taps[i + 2] ?? 0
      const t3 = taps[i + 3] ?? 0
      a = a + t0 * s0 + t1 * s1 + t2 * s2 + t3 * s3
      b = b + t0 * s1 + t1 * s2 + t2 * s3 + t3 * s4
      c = c + t0 * s2 + t1 * s3 + t2 * s4 + t3 * s5
      d = d + t0 * s3 + t1 * s4 + t2 * s5 + t3 * s6
      s0 = s4
      s1 = s5
      s2 = s6
    }
    sums[n] = a
    sums[n + 1] = b
    sums[n + 2] = c
    sums[n + 3] = d
  }
  for (; n < count; n++) {
    let sum = sums[n] ?? 0
    for (let i = 0; i < length; i++) sum += (taps[i] ?? 0) * (samples[start + n + i] ?? 0)
    sums[n] = sum
  }
}

/**
 * Kernels by phase and lane. On the time grid common to both rates, a step is `down * up` long, the lanes' samples come `up` apart and
 * the phases' `down` apart. Each phase is scaled to pass a constant unchanged, or a constant would hum at the old rate.
 */
function splitIntoKernels(lowPass: readonly number[], down: number, up: number): Kernel[][] {
  return Array.from({ length: up }, (_, phase) => {
    const byLane = Array.from({ length: down }, (_, lane) => {
      const first = phase * down - lane * up
      const steps = Math.ceil((lowPass.length - first) / (down * up))
      return Array.from({ length: steps }, (_, age) => lowPass[first + age * down * up] ?? 0)
    })
    const gain = byLane.flat().reduce((sum, tap) => sum + tap, 0)
    return byLane.map((taps) => trimKernel(taps.map((tap) => tap / gain)))
  })
}

/** Drops the zeros at both ends, as far as the number of taps stays a multiple of four. */
function trimKernel(newestFirst: readonly number[]): Kernel {
  const newest = newestFirst.findIndex((tap) => tap !== 0)
  const used = newestFirst.slice(newest, newestFirst.findLastIndex((tap) => tap !== 0) + 1)
  const taps = new Float64Array(Math.ceil(used.length / 4) * 4)
  taps.set(used.reverse(), taps.length - used.length)
  return { taps, newest }
}

function greatestCommonDivisor(a: number, b: number): number {
  return b > 0 ? greatestCommonDivisor(b, a % b) : a
}
