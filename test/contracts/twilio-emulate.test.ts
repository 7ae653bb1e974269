/**
 * Our carrier against a Twilio that others wrote: `emulate` by Vercel Labs keeps calls, checks credentials and signs its callbacks by
 * its own code. It knows no media streams.
 */
import { once } from 'node:events'
import { createServer, request as httpRequest } from 'node:http'
import { type AddressInfo, createServer as createNetServer } from 'node:net'
import { createEmulator, type Emulator } from 'emulate'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { OutboundCall } from '../../src/call/carrier.ts'
import { createClock } from '../../src/flow/clock.ts'
import { createDoors } from '../../src/ingress/doors.ts'
import { type Listener, openListener } from '../../src/ingress/listener.ts'
import { createTwilioCarrier } from '../../src/twilio/carrier.ts'
import { allOf, reader } from '../twilio/stage.ts'

const ACCOUNT_SID = 'AC00000000000000000000000000000000'
const AUTH_TOKEN = 'twilio_test_auth_token'
const REQUEST = {
  ...{ to: '+14155550123', from: '+15551234567', ringTimeoutMs: 30_000, timeLimitMs: 60_000 },
  ...{ digits: undefined, detectMachine: false },
}

let emulator: Emulator
let listener: Listener
const calls: OutboundCall[] = []

beforeAll(async () => {
  emulator = await createEmulator({ service: 'twilio', port: await freePort() })
})
afterAll(() => emulator.close())
beforeEach(async () => {
  emulator.reset()
  listener = await openListener({ port: 0 })
})
afterEach(async () => {
  for (const call of calls.splice(0)) await call.close()
  await listener.close()
})

async function freePort(): Promise<number> {
  const server = createNetServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

function carrierOf(baseUrl = emulator.url, authToken = AUTH_TOKEN) {
  return createTwilioCarrier({ accountSid: ACCOUNT_SID, authToken, baseUrl, clock: createClock() })
}

async function dial(carrier = carrierOf(), request = REQUEST): Promise<OutboundCall> {
  const doors = createDoors(listener.doors, `ws://127.0.0.1:${listener.port}/ws`)
  const call = await carrier.dial(request, doors, new AbortController().signal)
  calls.push(call)
  return call
}

/** Tells the emulator what the callee does; it sends the signed callback. */
async function simulate(callSid: string, status: string): Promise<void> {
  const response = await fetch(`${emulator.url}/_twilio/simulate/call-status`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${ACCOUNT_SID}:${AUTH_TOKEN}`).toString('base64')}` },
    body: new URLSearchParams({ CallSid: callSid, Status: status }),
  })
  expect(response.status).toBe(200)
}

/** A proxy that lets every request through and loses the answer to the one that places the call. */
async function openLossyProxy() {
  const server = createServer((incoming, outgoing) => {
    const { method, url, headers } = incoming
    const onward = httpRequest(`${emulator.url}${url}`, { method, headers }, (answer) => {
      if (method === 'POST' && url?.endsWith('/Calls.json')) return incoming.socket.resetAndDestroy()
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      return answer.pipe(outgoing)
    })
    incoming.pipe(onward)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return { baseUrl: `http://127.0.0.1:${port}`, close: () => server.close() }
}

describe('the carrier against an independent Twilio', () => {
  it('passes its account check and is refused with a wrong token', async () => {
    const { signal } = new AbortController()
    await carrierOf().check(signal)
    await expect(carrierOf(emulator.url, 'wrong').check(signal)).rejects.toMatchObject({
      code: 'carrier-auth',
    })
  })

  it('follows a call by callbacks that somebody else has signed, to the hang-up', async () => {
    const call = await dial()
    const next = reader(call.statuses)
    expect(await next()).toEqual({ status: 'ringing' })
    await simulate(call.callId, 'in-progress')
    expect(await next()).toEqual({ status: 'in-progress' })
    expect(await call.hangUp()).toBe('ended')
    expect(await next()).toEqual({ status: 'completed' })
    expect(await next()).toBeUndefined()
  })

  it.each(['busy', 'no-answer', 'failed', 'canceled'])('hears that a call ends as %s', async (status) => {
    const call = await dial()
    await simulate(call.callId, status)
    expect((await allOf(call.statuses)).at(-1)).toEqual({ status })
    expect(await call.hangUp()).toBe('ended')
  })

  it('explains that a calling number does not belong to the account', async () => {
    await expect(dial(carrierOf(), { ...REQUEST, from: '+14155550199' })).rejects.toMatchObject({
      code: 'carrier-refused',
      message: expect.stringContaining('21210'),
    })
  })

  it('explains a wrong token when dialling', async () => {
    await expect(dial(carrierOf(emulator.url, 'wrong'))).rejects.toMatchObject({ code: 'carrier-auth' })
  })

  it('finds the one call that it has placed when the answer is lost, and ends it', async () => {
    const proxy = await openLossyProxy()
    const call = await dial(carrierOf(proxy.baseUrl))
    expect(await call.hangUp()).toBe('ended')
    const list = await fetch(`${emulator.url}/2010-04-01/Accounts/${ACCOUNT_SID}/Calls.json`, {
      headers: { authorization: `Basic ${Buffer.from(`${ACCOUNT_SID}:${AUTH_TOKEN}`).toString('base64')}` },
    })
    const { calls: kept } = (await list.json()) as { calls: { sid: string; status: string }[] }
    expect(kept.map(({ sid, status }) => [sid, status])).toEqual([[call.callId, 'completed']])
    proxy.close()
  })
})
