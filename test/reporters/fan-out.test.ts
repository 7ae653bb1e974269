import { describe, expect, it } from 'vitest'
import type { SoundEvent, Stamped } from '../../src/call/events.ts'
import { createClock } from '../../src/flow/clock.ts'
import { createFanOut } from '../../src/reporters/fan-out.ts'
import type { Reporter } from '../../src/reporters/reporter.ts'
import { ended } from './call-story.ts'

function listener(name: string): Reporter & { events: Stamped[]; sounds: SoundEvent[] } {
  const events: Stamped[] = []
  const sounds: SoundEvent[] = []
  return {
    name,
    events,
    sounds,
    journal: (event) => events.push(event),
    sound: (event) => sounds.push(event),
  }
}
const digit = { type: 'dtmf.received', digit: '1' } as const

describe('the fan-out', () => {
  it('stamps every journal event with an ISO time and a number without gaps from 1, the same for all', () => {
    const [one, two] = [listener('one'), listener('two')]
    const fan = createFanOut(createClock(), [one, two])
    for (let i = 0; i < 50; i++) fan.emit(digit)
    expect(one.events.map((event) => event.seq)).toEqual(Array.from({ length: 50 }, (_, i) => i + 1))
    expect(two.events).toEqual(one.events)
    for (const { at } of one.events) expect(at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  })

  it('hands sound on without a stamp and without a number', () => {
    const one = listener('one')
    const fan = createFanOut(createClock(), [one])
    const sound = { type: 'sound.cut', atMs: 5 } as const
    fan.emit(sound)
    fan.emit(digit)
    expect(one.sounds).toEqual([sound])
    expect(one.events.map((event) => event.seq)).toEqual([1])
  })

  it('drops a reporter that throws, with one warning to the others, and goes on', () => {
    const good = listener('good')
    let asked = 0
    const bad: Reporter = {
      name: 'bad',
      journal() {
        asked += 1
        throw new Error('no more paper')
      },
    }
    const fan = createFanOut(createClock(), [bad, good])
    fan.emit(digit)
    fan.emit(digit)
    expect(asked).toBe(1)
    expect(good.events.map((event) => event.type)).toEqual(['dtmf.received', 'warning', 'dtmf.received'])
    expect(good.events[1]).toMatchObject({ code: 'reporter-failed', seq: 2 })
    expect(JSON.stringify(good.events[1])).toContain('no more paper')
  })

  it('drops a reporter that throws at sound', () => {
    const good = listener('good')
    const bad: Reporter = {
      name: 'bad',
      sound() {
        throw new Error('deaf')
      },
    }
    const fan = createFanOut(createClock(), [bad, good])
    fan.emit({ type: 'sound.cut', atMs: 1 })
    fan.emit({ type: 'sound.cut', atMs: 2 })
    expect(good.sounds).toHaveLength(2)
    expect(good.events).toMatchObject([{ type: 'warning', code: 'reporter-failed' }])
  })

  it('keeps the order of events for everybody when a reporter warns while it takes one', () => {
    const late = listener('late')
    const fan = createFanOut(createClock(), [
      {
        name: 'warner',
        journal(event) {
          if (event.type === 'dtmf.received') fan.emit({ type: 'warning', code: 'x', message: 'x' })
        },
      },
      late,
    ])
    fan.emit(digit)
    expect(late.events.map((event) => [event.seq, event.type])).toEqual([
      [1, 'dtmf.received'],
      [2, 'warning'],
    ])
  })

  it('journals nothing after call.ended', () => {
    const one = listener('one')
    const fan = createFanOut(createClock(), [one])
    fan.emit(ended)
    fan.emit(digit)
    expect(one.events.map((event) => event.type)).toEqual(['call.ended'])
  })

  it('closes every reporter once, dropped and failing ones too, and never rejects', async () => {
    const closed: string[] = []
    const reporter = (name: string, close: () => Promise<void>): Reporter => ({
      name,
      journal() {
        if (name === 'dropped') throw new Error('dropped')
      },
      close: () => {
        closed.push(name)
        return close()
      },
    })
    const fan = createFanOut(createClock(), [
      reporter('dropped', async () => {}),
      reporter('rejects', () => Promise.reject(new Error('disk full'))),
      reporter('throws', () => {
        throw new Error('at once')
      }),
      listener('without close'),
    ])
    fan.emit(digit)
    await fan.close()
    await fan.close()
    expect(closed).toEqual(['dropped', 'rejects', 'throws'])
  })

  it('waits 2 s at most for a reporter that never finishes', async () => {
    const fan = createFanOut(createClock(), [{ name: 'stuck', close: () => new Promise(() => {}) }])
    const before = performance.now()
    await fan.close()
    expect(performance.now() - before).toBeLessThan(2500)
  })
})
