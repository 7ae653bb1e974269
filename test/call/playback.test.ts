import { describe, expect, it } from 'vitest'
import { createPlayback } from '../../src/call/playback.ts'

describe('the playback ledger', () => {
  it('reckons by the clock what has been heard', () => {
    const playback = createPlayback()
    playback.play(1000, 100)
    expect(playback.heardMs(100)).toBe(0)
    expect(playback.heardMs(400)).toBe(300)
    expect(playback.pendingMs(400)).toBe(700)
    expect(playback.heardMs(5000)).toBe(1000)
    expect(playback.pendingMs(5000)).toBe(0)
  })

  it('lets a pause in the sound pass without counting it as heard', () => {
    const playback = createPlayback()
    playback.play(100, 0)
    playback.play(100, 500)
    expect(playback.heardMs(500)).toBe(100)
    expect(playback.heardMs(550)).toBe(150)
  })

  it('believes an echo more than its own reckoning, in both directions', () => {
    const playback = createPlayback()
    playback.play(200, 0)
    const early = playback.mark()
    playback.play(800, 0)
    expect(playback.echoed(early, 320)).toBe(true)
    expect(playback.heardMs(320)).toBe(200)
    expect(playback.pendingMs(320)).toBe(800)
    const late = playback.mark()
    expect(playback.echoed(late, 700)).toBe(true)
    expect(playback.heardMs(700)).toBe(1000)
    expect(playback.pendingMs(700)).toBe(0)
  })

  it('does not take sound for heard while its echo is overdue, until it is so late that it will not come', () => {
    const playback = createPlayback()
    playback.play(200, 0)
    playback.mark()
    playback.play(2800, 0)
    expect(playback.heardMs(500)).toBe(500)
    expect(playback.heardMs(1500)).toBe(600)
    expect(playback.pendingMs(1500)).toBe(2400)
    expect(playback.heardMs(2300)).toBe(2300)
  })

  it('never goes back', () => {
    const playback = createPlayback()
    playback.play(200, 0)
    const mark = playback.mark()
    playback.play(300, 0)
    expect(playback.heardMs(450)).toBe(450)
    playback.echoed(mark, 460)
    expect(playback.heardMs(460)).toBe(450)
  })

  it('takes echoes after a cut for what they are: no proof of hearing', () => {
    const playback = createPlayback()
    playback.play(1000, 0)
    const mark = playback.mark()
    playback.cut(300)
    expect(playback.awaitsEcho).toBe(false)
    expect(playback.echoed(mark, 310)).toBe(false)
    expect(playback.heardMs(310)).toBe(300)
    expect(playback.givenMs).toBe(300)
    playback.play(100, 400)
    expect(playback.heardMs(450)).toBe(350)
  })

  it('forgets older marks when a later one is echoed, and unknown ones always', () => {
    const playback = createPlayback()
    playback.play(100, 0)
    const first = playback.mark()
    playback.play(100, 0)
    const second = playback.mark()
    expect(playback.echoed(second, 200)).toBe(true)
    expect(playback.echoed(first, 200)).toBe(false)
    expect(playback.echoed('somebody else', 200)).toBe(false)
    expect(playback.awaitsEcho).toBe(false)
  })
})
