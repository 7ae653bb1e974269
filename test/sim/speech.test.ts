import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { listScenarios, loadScenario } from '../../src/sim/load-scenario.ts'
import { babble } from '../../src/sim/speech/babble.ts'
import { changeRate } from '../../src/sim/speech/change-rate.ts'
import { clipName } from '../../src/sim/speech/clip-name.ts'
import { readWav } from '../../src/sim/speech/read-wav.ts'
import { createSpeech } from '../../src/sim/speech.ts'
import { agent, buzz, person } from './gemini-client.ts'

const CLIPS = new URL('../../src/sim/clips/', import.meta.url)

describe('the shipped clips', () => {
  it('are there for every sentence of the built-in scenarios, no more, and small', async () => {
    const wanted = new Set<string>()
    for (const { name } of await listScenarios())
      for (const { speaker, text } of (await loadScenario(name)).turns)
        if (text !== '') wanted.add(clipName(speaker, text))
    const files = await readdir(CLIPS)
    expect(files.sort()).toEqual([...wanted].sort())
    const sizes = await Promise.all(files.map(async (file) => (await stat(new URL(file, CLIPS))).size))
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(450_000)
  })
  it('are about as loud as phone speech', async () => {
    const pcm = await createSpeech().person(person('Yes, hello. One moment, please.'))
    expect(pcm.length / 8000).toBeGreaterThan(2)
    expect(dbfs(pcm)).toBeGreaterThan(-24)
    expect(dbfs(pcm)).toBeLessThan(-18)
  })
})

describe('speech', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'speech-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  it('is babble where there is no clip: the same for the same words, 65 ms a character, not too loud', async () => {
    const text = 'These words were never recorded.'
    const pcm = await createSpeech().person(person(text))
    expect(pcm).toEqual(babble(text, 'person'))
    expect(pcm.length).toBe(text.length * 8 * 65)
    expect(dbfs(pcm)).toBeCloseTo(-20, 0)
    expect(Math.abs(pcm[0] ?? 0)).toBeLessThan(500)
    expect(Math.abs(pcm.at(-1) ?? 0)).toBeLessThan(500)
    expect(babble(text, 'agent')).not.toEqual(pcm)
  })
  it('gives the agent 24 kHz and nothing for nothing', async () => {
    expect(await createSpeech().agent(agent('Hello you.'))).toHaveLength(10 * 65 * 24)
    expect(await createSpeech().agent(agent(''))).toHaveLength(0)
  })
  it("plays the scenario's own WAV file at the rate that is needed", async () => {
    const path = join(folder, 'tone.wav')
    await writeFile(path, wav(1, 16, 44100, 2, stereo(buzz(1000, 44100))))
    const pcm = await createSpeech().person(person('Any words.', { audio: path }))
    expect(pcm).toHaveLength(8000)
    expect(errorDb(pcm.subarray(400, 7600), buzz(1000, 8000).subarray(400, 7600))).toBeLessThan(-50)
  })
  it('rejects when that file is not there', async () => {
    await expect(createSpeech().person(person('', { audio: join(folder, 'none.wav') }))).rejects.toThrow(
      'ENOENT',
    )
  })
})

describe('resampling', () => {
  it('from 8 to 24 kHz keeps a tone and makes no image of it', () => {
    const made = changeRate(buzz(500, 8000), 8000, 24000)
    const wanted = buzz(500, 24000)
    expect(made).toHaveLength(12000)
    expect(errorDb(made.subarray(1200, 10800), wanted.subarray(1200, 10800))).toBeLessThan(-50)
  })
})

describe('reading WAV files', () => {
  it('takes mu-law, odd chunks before the sound, and the first of several channels', () => {
    const ulaw = wav(7, 8, 8000, 1, Buffer.from([0xff, 0x80, 0x00]))
    expect(readWav(ulaw)).toEqual({ pcm: Int16Array.from([0, 32124, -32124]), rate: 8000 })
    const pcm = wav(
      1,
      16,
      16000,
      2,
      stereo(Int16Array.from([1, -2])),
      Buffer.from('LIST\x03\0\0\0abc\0', 'latin1'),
    )
    expect(readWav(pcm)).toEqual({ pcm: Int16Array.from([1, -2]), rate: 16000 })
  })
  it('says what is wrong with a file', () => {
    expect(() => readWav(Buffer.from('hello'))).toThrow('not a WAV file')
    expect(() => readWav(wav(1, 16, 8000, 1, Buffer.alloc(0)).subarray(0, 20))).toThrow('no sound')
    expect(() => readWav(wav(3, 32, 8000, 1, Buffer.alloc(8)))).toThrow('only WAV files with')
    expect(() => readWav(wav(1, 16, 0, 1, Buffer.alloc(8)))).toThrow('broken header')
  })
})

function wav(
  code: number,
  bits: number,
  rate: number,
  channels: number,
  data: Buffer,
  extra = Buffer.alloc(0),
) {
  const head = Buffer.alloc(36)
  head.write('RIFF____WAVEfmt ', 'latin1')
  head.writeUInt32LE(16, 16)
  head.writeUInt16LE(code, 20)
  head.writeUInt16LE(channels, 22)
  head.writeUInt32LE(rate, 24)
  head.writeUInt16LE(bits, 34)
  const dataHead = Buffer.from('data____', 'latin1')
  dataHead.writeUInt32LE(data.length, 4)
  return Buffer.concat([head, extra, dataHead, data])
}

/** The samples left, silence right. */
function stereo(pcm: Int16Array): Buffer {
  const bytes = Buffer.alloc(pcm.length * 4)
  for (const [i, sample] of pcm.entries()) bytes.writeInt16LE(sample, i * 4)
  return bytes
}

function dbfs(pcm: Int16Array): number {
  return 10 * Math.log10(pcm.reduce((sum, sample) => sum + sample ** 2, 0) / pcm.length / 32768 ** 2)
}

/** Power of the difference relative to the wanted signal. */
function errorDb(made: Int16Array, wanted: Int16Array): number {
  const error = made.reduce((sum, sample, i) => sum + (sample - (wanted[i] ?? 0)) ** 2, 0)
  return 10 * Math.log10(error / wanted.reduce((sum, sample) => sum + sample ** 2, 0))
}
