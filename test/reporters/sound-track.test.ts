import { describe, expect, it } from 'vitest'
import { createSoundTrack } from '../../src/reporters/sound-track.ts'

const piece = (value: number, length: number) => new Int16Array(length).fill(value)

describe('a sound track', () => {
  it('has silence where nobody put anything', () => {
    const track = createSoundTrack()
    track.put(piece(7, 2), 6)
    expect([...track.take(10)]).toEqual([0, 0, 0, 0, 0, 0, 7, 7, 0, 0])
  })

  it('gives the same sound however it is taken', () => {
    const build = () => {
      const track = createSoundTrack()
      for (let i = 0; i < 5; i++) track.put(piece(i + 1, 7), i * 11)
      return track
    }
    const whole = [...build().take(60)]
    for (let step = 1; step < 60; step++) {
      const track = build()
      const parts: number[] = []
      for (let to = step; to < 60 + step; to += step) parts.push(...track.take(Math.min(to, 60)))
      expect(parts).toEqual(whole)
    }
  })

  it('has nothing after a cut, until something is put there anew', () => {
    const track = createSoundTrack()
    track.put(piece(1, 4), 0)
    track.put(piece(2, 4), 4)
    track.put(piece(3, 4), 8)
    track.cut(6)
    expect(track.end).toBe(6)
    track.put(piece(9, 2), 10)
    expect([...track.take(12)].slice(6)).toEqual([0, 0, 0, 0, 9, 9])
  })

  it('fades out also where the cut falls between two pieces', () => {
    const track = createSoundTrack()
    track.put(piece(8000, 80), 0)
    track.put(piece(8000, 80), 80)
    track.cut(80)
    expect([...track.take(80)].slice(38, 42)).toEqual([8000, 8000, 8000, 7800])
  })

  it('fades out what is cut in the middle, over pieces, and leaves alone what had ended by itself', () => {
    const track = createSoundTrack()
    for (let i = 0; i < 5; i++) track.put(piece(8000, 20), i * 20)
    track.cut(90)
    track.put(piece(8000, 20), 100)
    track.cut(120)
    const sound = [...track.take(120)]
    expect(sound.slice(0, 51)).toEqual([...piece(8000, 51)])
    for (let i = 51; i < 90; i++) expect(sound[i]).toBe(8000 - (i - 50) * 200)
    expect(sound.slice(90)).toEqual([...piece(0, 10), ...piece(8000, 20)])
  })

  it('lays pieces end to end whose times differ by rounding only, and keeps real gaps', () => {
    const track = createSoundTrack()
    track.put(piece(1, 4), 0)
    track.put(piece(2, 4), 5)
    track.put(piece(3, 2), 11)
    expect([...track.take(13)]).toEqual([1, 1, 1, 1, 2, 2, 2, 2, 0, 0, 0, 3, 3])
  })

  it('leaves the pieces as they are, also where their sound fades out', () => {
    const track = createSoundTrack()
    const sound = piece(100, 160)
    track.put(sound, 0)
    track.cut(80)
    expect(track.take(80).at(-1)).toBeLessThan(10)
    expect(sound).toEqual(piece(100, 160))
  })

  it('loses what comes too late', () => {
    const track = createSoundTrack()
    track.take(40)
    track.put(piece(1, 40), 20)
    expect([...track.take(80)]).toEqual([...piece(1, 20), ...piece(0, 20)])
  })
})
