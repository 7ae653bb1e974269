/**
 * G.711 mu-law, the telephone network's codec: 16-bit samples to 8-bit codes and back by table.
 * Bit-exact with the reference code of ITU-T G.191 (`ulaw_compress`, `ulaw_expand`), which settles what the tables of G.711 leave
 * open: samples count in 14 bits, a negative sample is the one's complement of a positive one (so -1 is the code "-0", 0x7f), and
 * both zeros decode to 0.
 */

const BIAS = 33
const POSITIVE = 0xff
const NEGATIVE = 0x7f
const HALF = 0x2000
const INDEX_MASK = 0x3fff

const encodeTable = buildEncodeTable()
const decodeTable = buildDecodeTable()

/** Encodes PCM16 samples, one byte each. */
export function encodeMulaw(pcm: Int16Array): Uint8Array {
  const codes = new Uint8Array(pcm.length)
  for (let i = 0; i < pcm.length; i++) codes[i] = encodeTable[((pcm[i] ?? 0) >> 2) & INDEX_MASK] ?? 0
  return codes
}

/** Decodes mu-law bytes, one PCM16 sample each (peak +-32124). */
export function decodeMulaw(bytes: Uint8Array): Int16Array {
  const pcm = new Int16Array(bytes.length)
  for (let i = 0; i < bytes.length; i++) pcm[i] = decodeTable[bytes[i] ?? 0] ?? 0
  return pcm
}

/**
 * The smallest 14-bit amplitude that gets `magnitude` (0..127): three bits of segment, four of step. Each segment is twice as coarse
 * as the one below; the bias makes all of them start at a power of two. G.711 table 2a: 0, 1, 3, 5 .. 31, 35 .. 7903.
 */
function decisionValue(magnitude: number): number {
  return Math.max(0, ((16 + (magnitude & 15)) << ((magnitude >> 4) + 1)) - BIAS)
}

/** Codes by `sample >> 2` in 14-bit two's complement. */
function buildEncodeTable(): Uint8Array {
  const table = new Uint8Array(2 * HALF)
  for (let magnitude = 0; magnitude < 128; magnitude++) {
    const from = decisionValue(magnitude)
    const to = magnitude < 127 ? decisionValue(magnitude + 1) : HALF
    table.fill(POSITIVE - magnitude, from, to)
    table.fill(NEGATIVE - magnitude, 2 * HALF - to, 2 * HALF - from)
  }
  return table
}

/** Samples by code: the middle of the code's step, in 16 bits. */
function buildDecodeTable(): Int16Array {
  const table = new Int16Array(256)
  for (let magnitude = 0; magnitude < 128; magnitude++) {
    const middle = ((33 + 2 * (magnitude & 15)) << (magnitude >> 4)) - BIAS
    table[POSITIVE - magnitude] = 4 * middle
    table[NEGATIVE - magnitude] = -4 * middle
  }
  return table
}
