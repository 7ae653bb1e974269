import { describe, expect, it } from 'vitest'
import type { EndReason } from '../../src/call/end-reason.ts'
import { exitCodeOf } from '../../src/cli/exit-code.ts'
import { withoutSecrets } from '../../src/cli/failure.ts'

const TABLE: [number, EndReason[]][] = [
  [0, ['person-hung-up', 'agent-hung-up', 'time-limit', 'silence', 'max-turns', 'transferred']],
  [1, ['internal']],
  [2, ['usage', 'settings', 'number-refused', 'tools-failed']],
  [3, ['busy']],
  [4, ['no-answer']],
  [5, ['failed', 'canceled', 'carrier-auth', 'carrier-refused', 'carrier-unreachable']],
  [6, ['machine']],
  [
    7,
    [
      'model-key',
      'model-not-found',
      'model-quota',
      'model-refused',
      'model-unreachable',
      'model-silent',
      'model-lost',
      'model-stalled',
      'tool-loop',
    ],
  ],
  [
    8,
    [
      'listener-failed',
      'tunnel-failed',
      'tunnel-lost',
      'public-url-unreachable',
      'media-never-connected',
      'media-lost',
    ],
  ],
  [10, ['dial-unknown']],
  [129, ['sighup']],
  [130, ['sigint']],
  [143, ['sigterm']],
]

describe('the exit code', () => {
  for (const [code, reasons] of TABLE) {
    it.each(reasons)(`is ${code} for %s`, (reason) => {
      expect(exitCodeOf({ reason, dialled: 'yes', hungUp: true })).toBe(code)
      expect(exitCodeOf({ reason, dialled: 'no', hungUp: false })).toBe(code)
    })
  }

  it.each<EndReason>(['person-hung-up', 'sigint', 'model-lost', 'internal'])(
    'is 10 for %s when it is not proved that the call was placed, or that it is over',
    (reason) => {
      expect(exitCodeOf({ reason, dialled: 'yes', hungUp: 'unknown' })).toBe(10)
      expect(exitCodeOf({ reason, dialled: 'unknown', hungUp: false })).toBe(10)
    },
  )
})

describe('a failure that is told', () => {
  it('quotes no secret, however often it occurs', () => {
    expect(withoutSecrets('wss://x/?key=k3y and k3y, tok', ['k3y', 'tok'])).toBe(
      'wss://x/?key=*** and ***, ***',
    )
  })
})
