import { EventEmitter, once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { listenForStop } from '../../src/cli/stop-signals.ts'

function listen() {
  const source = new EventEmitter()
  const told = new EventEmitter()
  const said: string[] = []
  const reasons: string[] = []
  listenForStop({
    source,
    say: (line) => said.push(line),
    abort: (reason) => reasons.push(reason),
    leave: (exitCode) => told.emit('leave', exitCode),
  })
  return { source, told, said, reasons }
}

describe('a signal', () => {
  it.concurrent.each([
    ['SIGINT', 'sigint', 130],
    ['SIGTERM', 'sigterm', 143],
    ['SIGHUP', 'sighup', 129],
  ])(
    '%s asks to stop once, and a second one leaves within a second with its exit code',
    async (signal, reason, code) => {
      const { source, told, said, reasons } = listen()
      source.emit(signal)
      expect(reasons).toEqual([reason])
      expect(said).toEqual([expect.stringMatching(/^Hanging up… .*again/)])

      source.emit(signal) // The same press, passed on by npm.
      expect(said).toHaveLength(1)
      await sleep(120)

      const startedAtMs = performance.now()
      const left = once(told, 'leave')
      source.emit(signal)
      source.emit(signal)
      expect(await left).toEqual([code])
      expect(performance.now() - startedAtMs).toBeLessThan(1500)
      expect(reasons).toHaveLength(1)
      expect(said).toHaveLength(2)
    },
  )
})
