import { describe, expect, it } from 'vitest'
import type { CallStatus } from '../../src/call/status.ts'
import { createLedger } from '../../src/twilio/ledger.ts'
import { allOf } from './stage.ts'

/** Every order of the items, and of all their subsets. */
function orders<T>(items: readonly T[]): T[][] {
  return [[], ...items.flatMap((item, at) => orders(items.toSpliced(at, 1)).map((rest) => [item, ...rest]))]
}

describe('the ledger of a call', () => {
  it('C1 comes to the same end in whatever order callbacks arrive, doubled or missing', async () => {
    const words: CallStatus[] = ['queued', 'initiated', 'ringing', 'in-progress', 'in-progress']
    for (const order of orders(words)) {
      const ledger = createLedger()
      for (const status of [...order, ...order, 'busy' as const, ...order, 'completed' as const])
        ledger.note({ status })
      const told = (await allOf(ledger.statuses)).map(({ status }) => status)
      const climbing = order.filter((word, at) =>
        order.slice(0, at).every((before) => words.indexOf(before) < words.indexOf(word)),
      )
      expect(told).toEqual([...climbing, 'busy'])
      expect(ledger.isOver).toBe(true)
      await ledger.over
    }
  })

  it('learns the SID once and refuses another', async () => {
    const ledger = createLedger()
    expect(ledger.callSid).toBeUndefined()
    expect(ledger.learn('CA1')).toBe(true)
    expect(ledger.learn('CA1')).toBe(true)
    expect(ledger.learn('CA2')).toBe(false)
    expect(await ledger.known).toBe('CA1')
  })
})
