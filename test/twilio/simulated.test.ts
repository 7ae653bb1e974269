/** Our carrier and the simulated Twilio, which executes the TwiML that it is given and signs what it sends. */
import { describe, expect, it, onTestFinished } from 'vitest'
import type { PhoneEvent, PhoneLeg } from '../../src/call/carrier.ts'
import { createClock } from '../../src/flow/clock.ts'
import { createDoors } from '../../src/ingress/doors.ts'
import { openListener } from '../../src/ingress/listener.ts'
import type { Faults, PhoneScript } from '../../src/sim/scenario.ts'
import { startSimulatedTwilio } from '../../src/sim/twilio/simulated-twilio.ts'
import { createTwilioCarrier } from '../../src/twilio/carrier.ts'

const SPEED = 10
const CALLEE = '+12025550123'
const COLLEAGUE = '+12025550177'
const ORDER = { to: COLLEAGUE, ringTimeoutMs: 20_000, timeLimitMs: 600_000 }

/** A call in which nobody says anything; `dial` places it, once. */
async function openLine({ phone = {}, faults = {} }: { phone?: Partial<PhoneScript>; faults?: Faults } = {}) {
  const clock = createClock(SPEED)
  const twilio = await startSimulatedTwilio({
    scenario: {
      ...{ name: 'moves', speed: SPEED, turns: [], faults },
      phone: { ringMs: 400, outcome: 'answer', ...phone },
    },
    clock,
    speech: async () => new Int16Array(0),
  })
  onTestFinished(() => twilio.close())
  const listener = await openListener({ port: 0 })
  onTestFinished(() => listener.close())
  const carrier = createTwilioCarrier({
    ...{ accountSid: twilio.accountSid, authToken: twilio.authToken, baseUrl: twilio.baseUrl, clock },
  })
  const doors = createDoors(listener.doors, `ws://127.0.0.1:${listener.port}`)
  return {
    twilio,
    async dial(more: { digits?: string; detectMachine?: boolean } = {}) {
      const request = {
        ...{ to: CALLEE, from: twilio.phoneNumber, ringTimeoutMs: 30_000, timeLimitMs: 60_000 },
        ...{ digits: more.digits, detectMachine: more.detectMachine ?? false },
      }
      const call = await carrier.dial(request, doors, new AbortController().signal)
      onTestFinished(() => call.close())
      const leg = await call.media
      const seen = await twilio.waitFor(() => twilio.calls[0])
      return { call, leg, seen, events: collect(leg) }
    },
  }
}

function collect(leg: PhoneLeg): PhoneEvent[] {
  const events: PhoneEvent[] = []
  const read = async () => {
    for await (const event of leg.events) events.push(event)
  }
  void read()
  return events
}

const keysOf = (seen: { pressed: readonly { key: string }[] }) => seen.pressed.map(({ key }) => key).join('')

describe('the carrier on a simulated line', () => {
  it('presses keys at the answer, before the media, with machine detection at work', async () => {
    const { dial, twilio } = await openLine({ phone: { outcome: 'voicemail' } })
    const { call, seen } = await dial({ digits: 'w12#', detectMachine: true })
    expect(keysOf(seen)).toBe('12#')
    expect(await call.detected).toEqual({ answeredBy: 'machine_end_beep', isMachine: true, records: true })
    expect(await call.hangUp()).toBe('ended')
    expect(twilio.warnings).toEqual([])
  })

  it('presses keys twice in a conversation, and is on the line again each time', async () => {
    const { dial, twilio } = await openLine()
    const { call, seen, events } = await dial()
    const second = await call.pressDigits('w1')
    expect(events.at(-1)).toEqual({ type: 'closed', how: 'stopped' })
    const secondEvents = collect(second)
    const third = await call.pressDigits('2')
    expect(secondEvents.at(-1)).toEqual({ type: 'closed', how: 'stopped' })
    expect(keysOf(seen)).toBe('12')
    expect(seen.streams.map(({ sid }) => sid)).toEqual([expect.anything(), second.streamId, third.streamId])
    expect(seen.streams.slice(0, 2).map(({ closeCode }) => closeCode)).toEqual([1000, 1000])
    third.mark('still here')
    await twilio.waitFor(() => seen.stream?.marks.some(({ name }) => name === 'still here'))
    expect(await call.hangUp()).toBe('ended')
    expect(seen.status).toBe('completed')
    expect(twilio.warnings).toEqual([])
  })

  it('puts the person through, and Twilio ends the call when the two have done talking', async () => {
    const { dial, twilio } = await openLine()
    const { call, seen, events } = await dial()
    expect(await call.transfer(ORDER)).toEqual({ type: 'connected' })
    expect(events.at(-1)).toEqual({ type: 'closed', how: 'stopped' })
    await seen.until('completed')
    expect(seen.endedBy).toBe('twiml')
    expect(seen.transfers).toMatchObject([
      { to: COLLEAGUE, callerId: twilio.phoneNumber, status: 'completed' },
    ])
    expect(twilio.warnings).toEqual([])
  })

  it.each(['busy', 'no-answer', 'failed'] as const)(
    'has the person back when it is %s there, and can put them through again',
    async (transfer) => {
      const { dial, twilio } = await openLine({ phone: { transfer } })
      const { call, seen } = await dial()
      const result = await call.transfer(ORDER)
      expect(result).toMatchObject({ type: 'failed', why: transfer, leg: { streamId: seen.stream?.sid } })
      expect(await call.transfer(ORDER)).toMatchObject({ type: 'failed', why: transfer })
      expect(seen.streams).toHaveLength(3)
      expect(seen.status).toBe('in-progress')
      expect(await call.hangUp()).toBe('ended')
      expect(twilio.warnings).toEqual([])
    },
  )

  it('is put through with every callback doubled', async () => {
    const { dial, twilio } = await openLine({ faults: { callbacks: 'doubled' } })
    const { call, seen } = await dial()
    expect(await call.transfer(ORDER)).toEqual({ type: 'connected' })
    await seen.until('completed')
    expect(twilio.warnings).toEqual([])
  })

  it('hears of the connection from the end of <Dial> when status callbacks never come', async () => {
    const { dial } = await openLine({ faults: { callbacks: 'none' } })
    const { call } = await dial()
    expect(await call.transfer(ORDER)).toEqual({ type: 'connected' })
  })

  it('stays on the line when Twilio refuses', async () => {
    const redirectError = { status: 400, code: 20001, message: 'Invalid' }
    const { dial, twilio } = await openLine({ faults: { redirectError } })
    const { call, leg, seen } = await dial()
    await expect(call.pressDigits('1')).rejects.toMatchObject({ code: 'carrier-refused' })
    await expect(call.transfer(ORDER)).rejects.toMatchObject({ code: 'carrier-refused' })
    leg.mark('still here')
    await twilio.waitFor(() => seen.stream?.marks.some(({ name }) => name === 'still here'))
    expect(seen.streams).toHaveLength(1)
  })

  it('has pressed the keys, once, when only the answer was lost', async () => {
    const { dial } = await openLine({ faults: { redirectReset: 'lost' } })
    const { call, seen } = await dial()
    const back = await call.pressDigits('1')
    expect(back.streamId).toBe(seen.stream?.sid)
    expect(keysOf(seen)).toBe('1')
  })

  it('stays on the line when the request was lost', async () => {
    const { dial, twilio } = await openLine({ faults: { redirectReset: 'refused' } })
    const { call, leg, seen } = await dial()
    await expect(call.pressDigits('1')).rejects.toMatchObject({ code: 'carrier-unreachable' })
    leg.mark('still here')
    await twilio.waitFor(() => seen.stream?.marks.some(({ name }) => name === 'still here'))
  })

  it('says that the media is lost when no stream comes after the keys', async () => {
    const { dial } = await openLine({ faults: { redirectDropsMedia: true } })
    const { call } = await dial()
    await expect(call.pressDigits('1')).rejects.toMatchObject({ code: 'media-lost' })
    expect(await call.hangUp()).toBe('ended')
  })
})
