import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { parseWav } from '../../src/audio/wav.ts'

/** The limit on file sizes belongs to a process, so the recorder runs in one of its own, as built. */
const built = fileURLToPath(new URL('../../dist/reporters/recorder.js', import.meta.url))
const CHILD = `
const { createRecorder } = await import(process.argv[1])
const warnings = []
const recorder = createRecorder(process.argv[2], (code, message) => warnings.push(code + ': ' + message))
for (let atMs = 0; atMs < 60_000; atMs += 20) {
  recorder.sound({ type: 'sound.person', pcm: new Int16Array(160).fill(7), atMs })
  if (atMs % 1000 === 0) await new Promise((resolve) => setTimeout(resolve, 5))
}
await recorder.close()
console.log(JSON.stringify(warnings))
`

it.skipIf(!existsSync(built) || process.platform === 'win32')(
  'L6 a recording that runs into the end of the disk is readable to its last sample, with one warning',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'recorder-'))
    const path = join(folder, 'call.wav')
    const limited = `ulimit -f 200; exec "$0" --input-type=module -e "$1" "$2" "$3"`
    const child = spawnSync('sh', ['-c', limited, process.execPath, CHILD, built, path], { encoding: 'utf8' })
    expect(child.stderr).toBe('')
    const warnings: unknown = JSON.parse(child.stdout)
    expect(warnings).toEqual([expect.stringMatching(/^recording-stopped: .*EFBIG/)])
    const bytes = await readFile(path)
    const { pcm } = parseWav(bytes)
    expect(pcm.length).toBeGreaterThan(40_000)
    expect(bytes.readUInt32LE(40)).toBe(Math.floor((bytes.length - 44) / 4) * 4)
    expect(pcm.every((sample, i) => sample === (i % 2 === 0 ? 7 : 0))).toBe(true)
    await rm(folder, { recursive: true })
  },
)
