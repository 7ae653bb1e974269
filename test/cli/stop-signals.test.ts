import { EventEmitter, once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { listenForStop } from '../../src/cli/stop-signals.ts'

function listen() {
  const source = new EventEmitter()
  const told = new EventEmitter()
  const reasons: string[] = []
  listenForStop({
    source,
    abort: (reason) => reasons.push(reason),
    leave: (reason) => told.emit('leave', reason),
  })
  return { source, told, reasons }
}

describe('a signal', () => {
  it.concurrent.each([
    ['SIGINT', 'sigint'],
    ['SIGTERM', 'sigterm'],
    ['SIGHUP', 'sighup'],
  ])('%s asks to stop once, and a second one leaves within a second', async (signal, reason) => {
    const { source, told, reasons } = listen()
    source.emit(signal)
    expect(reasons).toEqual([reason])
    let leaves = 0
    told.on('leave', () => leaves++)

    source.emit(signal) // The same press, passed on by npm.
    await sleep(120)
    expect(leaves).toBe(0)

    const startedAtMs = performance.now()
    const left = once(told, 'leave')
    source.emit(signal)
    source.emit(signal)
    expect(await left).toEqual([reason])
    expect(performance.now() - startedAtMs).toBeLessThan(1500)
    expect(reasons).toHaveLength(1)
    await sleep(20)
    expect(leaves).toBe(1)
  })
})
