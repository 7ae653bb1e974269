/** Fingerprints of sound, so that a test can prove that none of it was lost, doubled or moved without keeping an hour of it. */

/** A stream of sound being printed: one number for each 20 ms. */
type SoundPrinter = {
  /** The next samples, `rate` a second. */
  add(pcm: Int16Array, rate: number): void
  /** Prints what is left, less than 20 ms. */
  end(): void
}

/** Start and prime of the 32-bit FNV hash. http://www.isthe.com/chongo/tech/comp/fnv/ */
const FNV_START = 0x811c9dc5
const FNV_PRIME = 0x01000193

/** Prints into `prints`. */
export function createSoundPrinter(prints: number[]): SoundPrinter {
  let hash = FNV_START
  let samples = 0
  const end = () => {
    if (samples > 0) prints.push(hash >>> 0)
    hash = FNV_START
    samples = 0
  }
  return {
    add(pcm, rate) {
      for (const sample of pcm) {
        hash = Math.imul(hash ^ sample, FNV_PRIME)
        samples += 1
        if (samples * 50 >= rate) end()
      }
    },
    end,
  }
}

/** The prints of sound that is there as a whole: equal to those of the same sound in whatever pieces. */
export function soundPrints(pcm: Int16Array, rate: number): number[] {
  const prints: number[] = []
  const printer = createSoundPrinter(prints)
  printer.add(pcm, rate)
  printer.end()
  return prints
}
