import { describe, expect, it } from 'vitest'
import { createPlayback } from '../../src/call/conversation/playback.ts'

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

  it('takes the time that an echo needs for the way there and back, not for delay', () => {
    const playback = createPlayback()
    playback.play(200, 0)
    const first = playback.mark()
    playback.play(1800, 0)
    playback.echoed(first, 440)
    // The person hears the sound 120 ms after it was sent; a `clear` sent now arrives 120 ms from now as well.
    expect(playback.heardMs(440)).toBe(440)
    expect(playback.heardMs(1000)).toBe(1000)
  })

  it('notices by later echoes that playback has fallen behind, and that it has caught up', () => {
    const playback = createPlayback()
    playback.play(200, 0)
    const first = playback.mark()
    playback.play(200, 0)
    const second = playback.mark()
    playback.play(200, 0)
    const third = playback.mark()
    playback.play(1400, 0)
    playback.echoed(first, 210)
    playback.echoed(second, 700)
    expect(playback.pendingMs(700)).toBe(1590)
    playback.echoed(third, 700)
    expect(playback.pendingMs(700)).toBe(1390)
  })

  it('does not believe an echo that comes before its sound can have been played', () => {
    const playback = createPlayback()
    playback.play(1000, 0)
    const mark = playback.mark()
    playback.echoed(mark, 5)
    expect(playback.heardMs(300)).toBe(300)
    expect(playback.pendingMs(300)).toBe(700)
  })

  it('M6 does not take sound for heard while its echo is overdue, until it is so late that it will not come', () => {
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
    const first = playback.mark()
    playback.play(200, 0)
    const second = playback.mark()
    playback.play(600, 0)
    playback.echoed(first, 210)
    expect(playback.heardMs(600)).toBe(600)
    playback.echoed(second, 700)
    expect(playback.heardMs(700)).toBe(600)
  })

  it('M6 takes echoes after a cut for what they are: no proof of hearing', () => {
    const playback = createPlayback()
    playback.play(1000, 0)
    const mark = playback.mark()
    playback.cut(300)
    expect(playback.awaitsEcho).toBe(false)
    playback.echoed(mark, 310)
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
    playback.echoed(second, 200)
    playback.echoed(first, 900)
    playback.echoed('somebody else', 900)
    expect(playback.pendingMs(200)).toBe(0)
    expect(playback.awaitsEcho).toBe(false)
  })
})
