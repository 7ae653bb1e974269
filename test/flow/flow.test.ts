import { describe, expect, it } from 'vitest'
import { createClock } from '../../src/flow/clock.ts'
import { createCloseStack } from '../../src/flow/close-stack.ts'
import { settledWithin, withDeadline } from '../../src/flow/deadline.ts'
import { createQueue } from '../../src/flow/queue.ts'

describe('a queue', () => {
  it('gives every item in order, whether pushed before or after the reader came', async () => {
    const queue = createQueue<number>()
    queue.push(1)
    queue.push(2)
    const read: number[] = []
    const reading = (async () => {
      for await (const item of queue) read.push(item)
    })()
    queue.push(3)
    await Promise.resolve()
    queue.push(4)
    queue.end()
    queue.push(5)
    await reading
    expect(read).toEqual([1, 2, 3, 4])
  })

  it('gives the items of a burst that is larger than one reader can take at once', async () => {
    const queue = createQueue<number>()
    for (let i = 0; i < 10_000; i += 1) queue.push(i)
    queue.end()
    let sum = 0
    for await (const item of queue) sum += item
    expect(sum).toBe(49_995_000)
    expect(queue.size).toBe(0)
  })

  it('forgets what waits when its reader leaves', async () => {
    const queue = createQueue<number>()
    queue.push(1)
    queue.push(2)
    for await (const _ of queue) break
    queue.push(3)
    expect(queue.size).toBe(0)
  })
})

describe('a deadline', () => {
  it('gives the result of work that is in time', async () => {
    await expect(withDeadline(Promise.resolve(7), 1000, () => new Error('late'))).resolves.toBe(7)
  })

  it('rejects with its own error when the work never settles', async () => {
    await expect(withDeadline(new Promise(() => {}), 5, () => new Error('late'))).rejects.toThrow('late')
  })

  it('rejects with the reason of an abort, also one that came before', async () => {
    const stop = new AbortController()
    const waiting = withDeadline(new Promise(() => {}), 10_000, () => new Error('late'), stop.signal)
    stop.abort(new Error('stop'))
    await expect(waiting).rejects.toThrow('stop')
    const again = withDeadline(new Promise(() => {}), 10_000, () => new Error('late'), stop.signal)
    await expect(again).rejects.toThrow('stop')
  })

  it('says whether something settled, and counts a rejection as settled', async () => {
    await expect(settledWithin(Promise.reject(new Error('x')), 1000)).resolves.toBe(true)
    await expect(settledWithin(new Promise(() => {}), 5)).resolves.toBe(false)
  })
})

describe('a close stack', () => {
  it('closes in reverse order, once, and names what failed or hung', async () => {
    const stack = createCloseStack()
    const closed: string[] = []
    stack.push('first', () => closed.push('first'))
    stack.push('throws', () => {
      throw new Error('no')
    })
    stack.push('hangs', () => new Promise(() => {}), 5)
    stack.push('last', async () => closed.push('last'))
    const [once, twice] = await Promise.all([stack.close(), stack.close()])
    expect(once).toEqual(['hangs', 'throws'])
    expect(twice).toEqual(once)
    expect(closed).toEqual(['last', 'first'])
  })

  it('closes at once what is opened while it closes', async () => {
    const stack = createCloseStack()
    await stack.close()
    const closed = new Promise<void>((resolve) => stack.push('late', resolve))
    await closed
  })
})

describe('a clock', () => {
  it('runs faster, but never faster than it is told', async () => {
    const clock = createClock(50)
    const realMs = performance.now()
    const callMs = clock.nowMs()
    await clock.sleep(1000)
    const ratio = (clock.nowMs() - callMs) / (performance.now() - realMs)
    expect(ratio).toBeGreaterThan(1)
    expect(ratio).toBeLessThan(51)
  })

  it('wakes a sleeper when the signal aborts, and does not start one for an aborted signal', async () => {
    const clock = createClock()
    const stop = new AbortController()
    const sleeping = clock.sleep(60_000, stop.signal)
    stop.abort()
    await sleeping
    await clock.sleep(60_000, stop.signal)
  })

  it('refuses a speed that is no speed', () => {
    expect(() => createClock(0)).toThrow(RangeError)
    expect(() => createClock(Number.NaN)).toThrow(RangeError)
  })
})

describe('a fast clock', () => {
  it('calls back in order, each at its own time', async () => {
    const clock = createClock(100)
    const stop = clock.after(60_000, () => {}) // from here on time goes on in steps, and not within one
    const startMs = clock.nowMs()
    const calls: string[] = []
    const late: number[] = []
    const call = (name: string, dueMs: number) =>
      clock.after(dueMs, () => {
        calls.push(name)
        late.push(clock.nowMs() - startMs - dueMs)
      })
    call('c', 300)
    call('a', 100)
    call('b', 101)
    const cancel = clock.after(200, () => calls.push('never'))
    cancel()
    cancel()
    await clock.sleep(400)
    expect(calls).toEqual(['a', 'b', 'c'])
    for (const ms of late) expect(ms).toBeCloseTo(0)
    stop()
  })

  it('stands still while the program is busy', async () => {
    const clock = createClock(100)
    const stop = clock.after(60_000, () => {})
    const startMs = clock.nowMs()
    await clock.sleep(100)
    const busyUntil = performance.now() + 100
    while (performance.now() < busyUntil);
    await clock.sleep(100)
    expect(clock.nowMs() - startMs).toBeLessThan(300)
    stop()
  })
})
