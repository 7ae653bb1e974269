import { describe, expect, it } from 'vitest'
import { createSpeechDetector, rms, type SpeechChange } from '../../src/audio/level.ts'
import { noise, splitAtRandom } from './signals.ts'

const RATE = 8000
const samplesOf = (ms: number) => (ms * RATE) / 1000
const levelOf = (db: number) => 32768 * 10 ** (db / 20)

/** Background noise at `floorDb` with the sounds laid over it. */
function line(lengthMs: number, floorDb: number, sounds: { atMs: number; pcm: Int16Array }[]): Int16Array {
  const pcm = noise(samplesOf(lengthMs), levelOf(floorDb), 7)
  for (const sound of sounds) {
    for (const [i, sample] of sound.pcm.entries()) {
      const place = samplesOf(sound.atMs) + i
      pcm[place] = (pcm[place] ?? 0) + sample
    }
  }
  return pcm
}

/** A voice-like sound: harmonics of 140 Hz in syllables of 200 ms that begin and end loud and dip between. */
function speech(lengthMs: number, db: number): Int16Array {
  return Int16Array.from({ length: samplesOf(lengthMs) }, (_, i) => {
    const second = i / RATE
    const syllable = 0.55 + 0.45 * Math.cos(2 * Math.PI * 5 * second)
    const voice = [1, 2, 3, 4, 5, 6].reduce((sum, k) => sum + Math.sin(2 * Math.PI * 140 * k * second) / k, 0)
    return Math.round(levelOf(db) * 1.7 * syllable * voice)
  })
}

function detect(pcm: Int16Array, pieces = splitAtRandom(pcm, 160, 3)): SpeechChange[] {
  const detector = createSpeechDetector({ sampleRate: RATE })
  return pieces.map((piece) => detector.push(piece)).filter((change) => change !== undefined)
}

const timesOf = (changes: SpeechChange[]) => changes.map(({ type, atMs }) => ({ type, atMs }))
/** Within 25 ms. */
const closeTo = (ms: number) => expect.closeTo(ms, -1.7)

describe('the speech detector', () => {
  it.each([
    { voiceDb: -15, floorDb: -70 },
    { voiceDb: -25, floorDb: -60 },
    { voiceDb: -25, floorDb: -48 },
    { voiceDb: -38, floorDb: -65 },
  ])(
    'tells when speech of $voiceDb dBFS over noise of $floorDb dBFS began and ended',
    ({ voiceDb, floorDb }) => {
      const pcm = line(6000, floorDb, [
        { atMs: 1000, pcm: speech(1500, voiceDb) },
        { atMs: 4000, pcm: speech(800, voiceDb) },
      ])
      expect(timesOf(detect(pcm))).toEqual([
        { type: 'speech-started', atMs: closeTo(1000) },
        { type: 'speech-ended', atMs: closeTo(2500) },
        { type: 'speech-started', atMs: closeTo(4000) },
        { type: 'speech-ended', atMs: closeTo(4800) },
      ])
    },
  )

  it('counts back to the change from the end of the sound pushed so far', () => {
    const detector = createSpeechDetector({ sampleRate: RATE })
    const pcm = line(3000, -60, [{ atMs: 505, pcm: speech(1000, -25) }])
    let pushedMs = 0
    let seen = 0
    for (let start = 0; start < pcm.length; start += 200) {
      pushedMs += 25
      const change = detector.push(pcm.subarray(start, start + 200))
      if (!change) continue
      seen += 1
      expect(pushedMs - change.agoMs).toBe(change.atMs)
    }
    expect(seen).toBe(2)
  })

  it('decides an end only after the hang-over, and dates it back', () => {
    const pcm = line(3000, -60, [{ atMs: 500, pcm: speech(1000, -25) }])
    const ended = detect(pcm).at(-1)
    expect(ended).toMatchObject({ type: 'speech-ended', atMs: closeTo(1500) })
    expect(ended?.agoMs).toBeGreaterThanOrEqual(300)
    expect(ended?.agoMs).toBeLessThan(340)
  })

  it('bridges pauses shorter than the hang-over', () => {
    const pcm = line(4000, -60, [
      { atMs: 500, pcm: speech(600, -25) },
      { atMs: 1350, pcm: speech(600, -25) },
    ])
    expect(timesOf(detect(pcm))).toEqual([
      { type: 'speech-started', atMs: closeTo(500) },
      { type: 'speech-ended', atMs: closeTo(1950) },
    ])
  })

  it('finds the same for any split of the stream', () => {
    const pcm = line(3000, -55, [{ atMs: 700, pcm: speech(900, -25) }])
    const expected = timesOf(detect(pcm))
    expect(expected).toHaveLength(2)
    for (const longest of [1, 33, 159, 801]) {
      expect(timesOf(detect(pcm, splitAtRandom(pcm, longest, longest)))).toEqual(expected)
    }
  })

  it('hears no speech in silence, in steady noise, in clicks or in a constant offset', () => {
    expect(detect(new Int16Array(RATE * 2))).toEqual([])
    expect(detect(line(5000, -50, []))).toEqual([])
    const clicks = [1000, 1500, 2000].map((atMs) => ({ atMs, pcm: noise(samplesOf(30), levelOf(-10)) }))
    expect(detect(line(3000, -60, clicks))).toEqual([])
    expect(detect(new Int16Array(RATE * 2).fill(4000))).toEqual([])
  })

  it('gets used to noise that came to stay, and then hears speech over it', () => {
    const pcm = line(14000, -70, [
      { atMs: 1000, pcm: noise(samplesOf(13000), levelOf(-40)) },
      { atMs: 11000, pcm: speech(1000, -18) },
    ])
    const changes = timesOf(detect(pcm)).filter(({ atMs }) => atMs > 8000)
    expect(changes).toEqual([
      { type: 'speech-started', atMs: closeTo(11000) },
      { type: 'speech-ended', atMs: closeTo(12000) },
    ])
  })

  it('stays with a person who speaks for half a minute', () => {
    const pcm = line(34000, -55, [{ atMs: 1000, pcm: speech(30000, -25) }])
    expect(timesOf(detect(pcm))).toEqual([
      { type: 'speech-started', atMs: closeTo(1000) },
      { type: 'speech-ended', atMs: closeTo(31000) },
    ])
  })

  it('works at other rates', () => {
    const detector = createSpeechDetector({ sampleRate: 16000, hangOverMs: 100 })
    const pcm = new Int16Array(16000)
    pcm.set(noise(4800, levelOf(-20)), 3200)
    const changes: SpeechChange[] = []
    for (let start = 0; start < pcm.length; start += 320) {
      const change = detector.push(pcm.subarray(start, start + 320))
      if (change) changes.push(change)
    }
    expect(timesOf(changes)).toEqual([
      { type: 'speech-started', atMs: 200 },
      { type: 'speech-ended', atMs: 500 },
    ])
  })
})

describe('rms', () => {
  it('is the root of the mean square, and 0 of nothing', () => {
    expect(rms(Int16Array.of(3, -4))).toBeCloseTo(Math.sqrt(12.5))
    expect(rms(new Int16Array(5).fill(-32768))).toBe(32768)
    expect(rms(new Int16Array(0))).toBe(0)
  })
})
