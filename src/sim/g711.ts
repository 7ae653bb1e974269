/** G.711 mu-law as the simulators understand it: straight from the formula of ITU-T G.711, no table, nothing shared with the product. */

/** Mu-law for a sample value of zero: what a silent phone line carries. */
export const ULAW_SILENCE = 0xff

/** Added to the magnitude so that every segment starts at a power of two. */
const BIAS = 132
/** The largest magnitude that still fits the top segment after the bias. */
const CLIP = 32635

/** Mu-law bytes of 16-bit samples, one byte a sample. Magnitudes above 32635 are clipped. */
export function encodeUlaw(pcm: Int16Array): Uint8Array {
  const ulaw = new Uint8Array(pcm.length)
  for (let i = 0; i < pcm.length; i += 1) ulaw[i] = encodeSample(pcm[i] ?? 0)
  return ulaw
}

/** 16-bit samples of mu-law bytes, one sample a byte. */
export function decodeUlaw(ulaw: Uint8Array): Int16Array {
  const pcm = new Int16Array(ulaw.length)
  for (let i = 0; i < ulaw.length; i += 1) pcm[i] = decodeByte(ulaw[i] ?? 0)
  return pcm
}

function encodeSample(sample: number): number {
  const biased = Math.min(Math.abs(sample), CLIP) + BIAS
  const segment = 24 - Math.clz32(biased)
  const step = (biased >> (segment + 3)) & 0x0f
  const sign = sample < 0 ? 0x80 : 0
  return ~(sign | (segment << 4) | step) & 0xff
}

function decodeByte(byte: number): number {
  const bits = ~byte & 0xff
  const segment = (bits >> 4) & 0x07
  const magnitude = ((((bits & 0x0f) << 3) + BIAS) << segment) - BIAS
  return bits & 0x80 ? -magnitude : magnitude
}
