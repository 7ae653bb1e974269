import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { OutboundCall } from '../../src/call/carrier.ts'
import { createClock } from '../../src/flow/clock.ts'
import { openCallDoors } from '../../src/twilio/call-doors.ts'
import { createLedger } from '../../src/twilio/ledger.ts'
import { createMoves } from '../../src/twilio/moves.ts'
import { createOutboundCall } from '../../src/twilio/outbound-call.ts'
import { connectRest } from '../../src/twilio/rest.ts'
import { createStatusWatch } from '../../src/twilio/status-watch.ts'
import { ACCOUNT_SID, AUTH_TOKEN, CALL_SID } from './fake-rest.ts'
import { openStage, postForm, type Stage, startMessage, statusForm } from './stage.ts'

let stage: Stage
beforeEach(async () => {
  stage = await openStage({ speed: 1 })
})
afterEach(() => stage.close())

async function closingMs(call: OutboundCall): Promise<number> {
  const startedAt = performance.now()
  await call.close()
  return performance.now() - startedAt
}

describe('the last callback of a call that was ended by REST', () => {
  it('is waited for, and the media stream is not kept open for it', async () => {
    const call = await stage.dial()
    const socket = await stage.openStream()
    const streamClosed = new Promise<number>((resolve) => socket.once('close', resolve))
    socket.send(startMessage(stage.told().token))
    await call.media
    await stage.callback('in-progress')
    expect(await call.hangUp()).toBe('ended')
    let closed = false
    const closing = call.close().then(() => {
      closed = true
    })
    expect(await streamClosed).toBe(1000)
    expect(await stage.callback('in-progress')).toBe(204)
    expect(closed).toBe(false)
    expect(await stage.callback('completed')).toBe(204)
    await closing
    expect(await stage.callback('completed')).toBe(404)
  })

  it('is waited for until 1.5 s after the end, by every closer', async () => {
    const call = await stage.dial()
    await stage.callback('ringing')
    await call.hangUp()
    const [once, again] = await Promise.all([closingMs(call), closingMs(call)])
    expect(once).toBeGreaterThan(1300)
    expect(once).toBeLessThan(2500)
    expect(again).toBeGreaterThan(1300)
    expect(await stage.callback('completed')).toBe(404)
  })

  it('is not waited for when the end is known for longer', async () => {
    const call = await stage.dial()
    await stage.callback('ringing')
    await call.hangUp()
    await new Promise((resolve) => setTimeout(resolve, 1600))
    expect(await closingMs(call)).toBeLessThan(1200)
  })

  it('is not waited for when no callback has ever come', async () => {
    const call = await stage.dial()
    await call.hangUp()
    expect(await closingMs(call)).toBeLessThan(1200)
  })

  it('is not waited for when it has come', async () => {
    const call = await stage.dial()
    await stage.callback('canceled')
    await call.hangUp()
    expect(await closingMs(call)).toBeLessThan(1200)
  })

  it('is not waited for when the call is not known to be over', async () => {
    const call = await stage.dial()
    await stage.callback('ringing')
    expect(await closingMs(call)).toBeLessThan(1200)
    expect(await stage.callback('canceled')).toBe(404)
  })

  it('holds no process that does not wait for it', async () => {
    const ledger = createLedger()
    const clock = createClock()
    const access = { accountSid: ACCOUNT_SID, authToken: AUTH_TOKEN, baseUrl: stage.rest.baseUrl }
    const rest = await connectRest(access)
    const watch = createStatusWatch({ ledger, rest, clock })
    const keys = { doors: stage.doors, accountSid: ACCOUNT_SID, isSigned: () => true, ledger }
    const doors = openCallDoors(keys, watch, false)
    const { streams, openTransfer } = doors
    const moves = createMoves(ledger, {
      ...{ callSid: CALL_SID, rest, watch, clock, streams, openTransfer },
      ...{ from: '+14155550100', sinceDialledMs: () => 0 },
    })
    await postForm(doors.status.url, statusForm('in-progress'))
    const call = createOutboundCall(CALL_SID, { ledger, rest, watch, doors, moves })
    const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length
    const before = timers()
    ledger.note({ status: 'completed' })
    let closed = false
    void call.close().then(() => {
      closed = true
    })
    for (let turn = 0; turn < 20; turn++) await Promise.resolve()
    expect(closed).toBe(false)
    expect(timers()).toBe(before)
  })
})
