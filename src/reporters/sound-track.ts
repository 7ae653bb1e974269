/** One voice of a recording as pieces on a time line: silence wherever nobody put anything. Positions are samples since media start. */

/** Pieces wait here until their time is taken. */
type SoundTrack = {
  /** Position after the last piece. */
  readonly end: number
  /**
   * Puts a piece, which is not to be changed any more, at a position; where pieces overlap, the later call wins. What lies before the last
   * `take` is lost.
   */
  put(pcm: Int16Array, at: number): void
  /** Removes everything from this position on; sound that is cut short fades out before it. */
  cut(at: number): void
  /** The sound up to this position, from where the last `take` ended; to be called with rising positions. */
  take(upTo: number): Int16Array
}

/** Pieces whose times differ from an unbroken line by no more than rounding are laid end to end: a missing sample is a click. */
const ROUNDING_SAMPLES = 2
/** Sound that stops in the middle of a wave is a click; these 5 ms at 8 kHz take it away. */
const FADE_SAMPLES = 40

/** An empty track that begins at position 0. */
export function createSoundTrack(): SoundTrack {
  let pieces: { at: number; pcm: Int16Array }[] = []
  let taken = 0
  let end = 0
  return {
    get end() {
      return end
    },
    put(pcm, at) {
      const start = Math.abs(at - end) <= ROUNDING_SAMPLES ? end : at
      pieces.push({ at: start, pcm })
      end = Math.max(end, start + pcm.length)
    },
    cut(at) {
      const isCutShort = pieces.some((piece) => piece.at <= at && piece.at + piece.pcm.length > at)
      pieces = pieces
        .filter((piece) => piece.at < at)
        .map((piece) => ({ at: piece.at, pcm: piece.pcm.slice(0, at - piece.at) }))
      if (isCutShort) fadeOut(pieces, at)
      end = Math.min(end, at)
    },
    take(upTo) {
      const sound = new Int16Array(Math.max(0, upTo - taken))
      for (const { at, pcm } of pieces) {
        const from = Math.max(0, taken - at)
        const part = pcm.subarray(from, Math.max(from, upTo - at))
        if (part.length > 0) sound.set(part, at + from - taken)
      }
      taken = Math.max(taken, upTo)
      pieces = pieces.filter((piece) => piece.at + piece.pcm.length > taken)
      return sound
    },
  }
}

/** Changes the pieces, which must be copies. */
function fadeOut(pieces: readonly { at: number; pcm: Int16Array }[], end: number): void {
  for (const { at, pcm } of pieces) {
    for (let i = Math.max(0, end - FADE_SAMPLES - at); i < Math.min(pcm.length, end - at); i++) {
      pcm[i] = Math.round(((pcm[i] ?? 0) * (end - at - i)) / FADE_SAMPLES)
    }
  }
}
