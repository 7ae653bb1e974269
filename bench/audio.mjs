/** What sound costs per 20 ms frame, beside a naive version of the same: `npm run build && node bench/audio.mjs`. Compare ratios, not machines. */
import { decodeMulaw, encodeMulaw } from '../dist/audio/mulaw.js'
import { createResampler } from '../dist/audio/resample.js'

const FRAMES_PER_RUN = 100
const RUNS = 150

/** Microseconds per call: the best run, because other work on the machine can only add. */
function measure(work) {
  for (let i = 0; i < 3000; i++) work()
  let best = Number.POSITIVE_INFINITY
  for (let run = 0; run < RUNS; run++) {
    const start = process.hrtime.bigint()
    for (let i = 0; i < FRAMES_PER_RUN; i++) work()
    best = Math.min(best, Number(process.hrtime.bigint() - start) / FRAMES_PER_RUN / 1000)
  }
  return best
}

/** Mu-law by its formula, sample by sample. */
function naiveEncode(pcm) {
  return Uint8Array.from(pcm, (sample) => {
    const magnitude = Math.min((sample < 0 ? ~sample >> 2 : sample >> 2) + 33, 0x1fff)
    const exponent = Math.floor(Math.log2(magnitude)) - 5
    return (sample < 0 ? 0x7f : 0xff) - ((exponent << 4) | ((magnitude >> (exponent + 1)) & 15))
  })
}

function naiveDecode(codes) {
  return Int16Array.from(codes, (code) => {
    const magnitude = 4 * (((33 + 2 * (~code & 15)) << ((~code >> 4) & 7)) - 33)
    return code < 0x80 ? -magnitude : magnitude
  })
}

/** The textbook: stuff zeros, filter at the common rate with as long a filter, throw samples away. */
function naiveResampler(up, down) {
  const factor = Math.max(up, down)
  const taps = Float32Array.from(
    { length: 36 * factor + 1 },
    (_, i) => Math.cos((i / factor - 18) / 12) / factor,
  )
  let history = new Float32Array(taps.length - 1)
  return (pcm) => {
    const stuffed = new Float32Array(history.length + pcm.length * up)
    stuffed.set(history)
    for (let i = 0; i < pcm.length; i++) stuffed[history.length + i * up] = pcm[i] * up
    const output = new Int16Array((pcm.length * up) / down)
    for (let n = 0; n < output.length; n++) {
      let sum = 0
      for (let k = 0; k < taps.length; k++) sum += taps[k] * stuffed[n * down + k]
      output[n] = Math.max(-32768, Math.min(32767, Math.round(sum)))
    }
    history = stuffed.slice(-history.length)
    return output
  }
}

const frame = (rate) => Int16Array.from({ length: rate / 50 }, () => (Math.random() - 0.5) * 30000)
const pcm8 = frame(8000)
const codes = encodeMulaw(pcm8)
const rows = [
  ['mu-law encode', () => encodeMulaw(pcm8), () => naiveEncode(pcm8)],
  ['mu-law decode', () => decodeMulaw(codes), () => naiveDecode(codes)],
]
for (const pair of ['8000 -> 16000', '8000 -> 24000', '24000 -> 8000', '16000 -> 8000']) {
  const [from, to] = pair.split(' -> ').map(Number)
  const resampler = createResampler(from, to)
  const naive = naiveResampler(Math.max(1, to / from), Math.max(1, from / to))
  const pcm = frame(from)
  rows.push([`${pair} Hz`, () => resampler.push(pcm), () => naive(pcm)])
}
process.stdout.write('per 20 ms frame      ours us  naive us     ratio\n')
for (const [name, ours, naive] of rows) {
  const [oursUs, naiveUs] = [measure(ours), measure(naive)]
  const figures = [oursUs.toFixed(2), naiveUs.toFixed(2), (naiveUs / oursUs).toFixed(1)]
  process.stdout.write(`${name.padEnd(17)} ${figures.map((figure) => figure.padStart(10)).join('')}\n`)
}
