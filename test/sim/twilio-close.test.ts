import { describe, expect, it } from 'vitest'
import { createPerson } from '../../src/sim/twilio/person.ts'
import { createPhoneLine, type PhoneLine } from '../../src/sim/twilio/phone-line.ts'
import { startSimulatedTwilio } from '../../src/sim/twilio/simulated-twilio.ts'
import { startCustomer } from './customer.ts'
import { CALLEE, countingClock, sdkFor, tone } from './twilio-bench.ts'

describe('the line to the simulated person', () => {
  it('leaves no timer behind when it is cut', async () => {
    const { clock, pending } = countingClock()
    const line = await new Promise<PhoneLine>((resolve) => {
      const starting = createPhoneLine(clock, createPerson([]), {
        hangsUp() {},
        // A line that is late waits on no timer; on a busy machine it may be.
        beaten: () => queueMicrotask(() => pending() === 1 && resolve(starting)),
      })
      starting.start()
    })
    expect(pending()).toBe(1)
    line.cut()
    line.start()
    expect(pending()).toBe(0)
  })
})

describe('closing the simulated Twilio', () => {
  it('leaves no socket and no timer behind, whatever is going on', async () => {
    const customer = await startCustomer({ answer: () => undefined })
    const counting = countingClock()
    const twilio = await startSimulatedTwilio({
      scenario: { name: 'x', speed: 10, phone: { ringMs: 100, outcome: 'answer' }, turns: [], faults: {} },
      clock: counting.clock,
      speech: async () => tone(100),
    })
    const client = sdkFor(twilio)
    const order = { to: CALLEE, from: twilio.phoneNumber, statusCallback: customer.httpUrl }
    const place = (twiml: string) =>
      client.calls.create({ ...order, twiml, statusCallbackEvent: ['answered'], timeLimit: 600 })
    await place(customer.twiml())
    await place('<Response><Say>A long speech without an end.</Say></Response>')
    const socket = await customer.stream()
    await customer.until(() => customer.posts.length)
    await place(customer.twiml())
    expect(counting.pending()).toBeGreaterThan(0)
    const waiting = twilio.waitFor(() => false)

    await Promise.all([twilio.close(), expect(waiting).rejects.toThrow('closed')])
    await twilio.close()
    await customer.until(() => socket.closeCode)
    expect(socket.closeCode).toBe(1006)
    await customer.until(() => customer.connections() === 0)
    expect(counting.pending()).toBe(0)
    await expect(fetch(twilio.baseUrl)).rejects.toThrow()
  })
})
