/**
 * Makes the speech clips of the built-in scenarios: `src/sim/clips/*.wav`, 8 kHz mu-law, about -20 dBFS.
 * Only for making them anew after the words of a scenario have changed. Needs espeak-ng and sox, and `npm run build` before it.
 *
 *     npm run build && node scripts/make-clips.mjs
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { loadScenario } from '../dist/sim/load-scenario.js'
import { clipName } from '../dist/sim/speech/clip-name.js'

const SCENARIOS = fileURLToPath(new URL('../src/sim/scenarios/', import.meta.url))
const CLIPS = fileURLToPath(new URL('../src/sim/clips/', import.meta.url))
/** espeak-ng voice, words a minute, pitch (0 to 99). */
const VOICES = { agent: ['en-us+f3', 165, 55], person: ['en-us', 165, 38] }
/** Loudness of the speech, without its pauses. */
const LEVEL_DBFS = -20
/** Bytes that all clips together may take in the package. */
const LIMIT = 450_000

const work = mkdtempSync(join(tmpdir(), 'clips-'))
const wanted = new Map()
for (const file of readdirSync(SCENARIOS)) {
  const { turns } = await loadScenario(join(SCENARIOS, file))
  for (const { speaker, text, audio } of turns)
    if (text !== '' && audio === undefined) wanted.set(clipName(speaker, text), { speaker, text })
}
for (const old of readdirSync(CLIPS)) if (!wanted.has(old)) rmSync(join(CLIPS, old))

for (const [name, { speaker, text }] of wanted) {
  const spoken = join(work, 'spoken.wav')
  const [voice, speed, pitch] = VOICES[speaker]
  execFileSync('espeak-ng', ['-v', voice, '-s', `${speed}`, '-p', `${pitch}`, '-w', spoken, text])
  // The band of a telephone, 8 kHz, and no silence at either end (the second is trimmed by turning the sound round).
  const trim = ['silence', '1', '0.01', '0.4%', 'reverse']
  const raw = ['-t', 'raw', '-r', '8000', '-c', '1', '-e', 'signed', '-b', '16']
  const pcm = execFileSync('sox', [
    '-D',
    spoken,
    ...raw,
    '-',
    'highpass',
    '120',
    'lowpass',
    '3400',
    ...trim,
    ...trim,
  ])
  const vol = ['vol', `${LEVEL_DBFS - speechLevel(pcm)}dB`]
  const fade = ['fade', 't', '0.005', 'reverse', 'fade', 't', '0.02', 'reverse']
  const clip = ['-e', 'mu-law', '-b', '8', join(CLIPS, name), ...vol, ...fade]
  execFileSync('sox', ['-D', ...raw, '-', ...clip], { input: pcm })
}
rmSync(work, { recursive: true })

const total = readdirSync(CLIPS).reduce((sum, name) => sum + statSync(join(CLIPS, name)).size, 0)
process.stdout.write(`${wanted.size} clips, ${total} bytes\n`)
if (total > LIMIT) throw new Error(`more than ${LIMIT} bytes`)

/** Loudness of 16-bit samples in dBFS, without the pauses: of all windows of 20 ms above -40 dBFS. */
function speechLevel(pcm) {
  const levels = []
  for (let start = 0; start + 320 <= pcm.length; start += 320) {
    let energy = 0
    for (let at = start; at < start + 320; at += 2) energy += pcm.readInt16LE(at) ** 2
    const power = energy / 160 / 32768 ** 2
    if (power > 1e-4) levels.push(power)
  }
  return 10 * Math.log10(levels.reduce((sum, power) => sum + power, 0) / levels.length)
}
