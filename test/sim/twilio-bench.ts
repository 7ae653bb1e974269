/** What the tests of the simulated Twilio share: a scenario, the vendor's SDK pointed at the simulator, and sound. */
import twilioSdk from 'twilio'
import { onTestFinished } from 'vitest'
import { type Clock, createClock } from '../../src/flow/clock.ts'
import type { AgentTurn, Faults, PersonTurn, PhoneScript, ScenarioTurn } from '../../src/sim/scenario.ts'
import type { SimulatedCall, SimulatedTwilio } from '../../src/sim/twilio/observations.ts'
import { startSimulatedTwilio } from '../../src/sim/twilio/simulated-twilio.ts'

export const CALLEE = '+12025550123'

/** How a test wants its simulator; speed 10 unless told. */
export type BenchOptions = {
  phone?: Partial<PhoneScript>
  turns?: readonly ScenarioTurn[]
  faults?: Faults
  speed?: number
}

/** Starts a simulator that is closed with the test. A person's words are a tone of 100 ms a character. */
export async function startBench({ phone, turns = [], faults = {}, speed = 10 }: BenchOptions = {}) {
  const twilio = await startSimulatedTwilio({
    scenario: { name: 'bench', speed, phone: { ringMs: 400, outcome: 'answer', ...phone }, turns, faults },
    clock: createClock(speed),
    speech: async (turn) => tone(turn.text.length * 100),
  })
  onTestFinished(() => twilio.close())
  const client = sdkFor(twilio)
  const dial = async (options: Record<string, unknown> = {}): Promise<SimulatedCall> => {
    const twiml = '<Response><Pause length="60"/></Response>'
    const { sid } = await client.calls.create({
      to: CALLEE,
      from: twilio.phoneNumber,
      ...('url' in options ? {} : { twiml }),
      ...options,
    })
    return twilio.waitFor(() => twilio.calls.find((call) => call.sid === sid))
  }
  return { twilio, client, dial }
}

/** The real SDK, with its REST requests going to the simulator. */
export function sdkFor(twilio: SimulatedTwilio, authToken = twilio.authToken) {
  const client = twilioSdk(twilio.accountSid, authToken)
  client.api.baseUrl = twilio.baseUrl
  return client
}

/** POSTs a form to `Calls.json`, past the SDK's own checks. */
export function postCall(twilio: SimulatedTwilio, form: Record<string, string>): Promise<Response> {
  return fetch(`${twilio.baseUrl}/2010-04-01/Accounts/${twilio.accountSid}/Calls.json`, {
    method: 'POST',
    body: new URLSearchParams({ To: CALLEE, From: twilio.phoneNumber, Twiml: '<Response/>', ...form }),
    headers: { authorization: `Basic ${btoa(`${twilio.accountSid}:${twilio.authToken}`)}` },
  })
}

export function person(text: string, more: Partial<PersonTurn> = {}): PersonTurn {
  return { speaker: 'person', text, pauseMs: 100, hangUp: false, ...more }
}

export function agent(text: string): AgentTurn {
  return { speaker: 'agent', text, delayMs: 0, tools: [] }
}

/** 440 Hz at 8 kHz, loud enough to be heard. */
export function tone(ms: number): Int16Array {
  return Int16Array.from({ length: ms * 8 }, (_, n) => 8000 * Math.sin((2 * Math.PI * 440 * n) / 8000))
}

/** The stretches of sound in a recording, as [from, to] in ms, rounded to frames of 20 ms; a gap of `gapMs` separates two. */
export function soundings(pcm: Int16Array, gapMs = 100): [number, number][] {
  const found: [number, number][] = []
  for (let at = 0; at < pcm.length; at += 160) {
    if (!pcm.subarray(at, at + 160).some((sample) => Math.abs(sample) > 1000)) continue
    const fromMs = at / 8
    const last = found.at(-1)
    if (last && fromMs - last[1] < gapMs) last[1] = fromMs + 20
    else found.push([fromMs, fromMs + 20])
  }
  return found
}

/** A clock that knows how many waits are open. */
export function countingClock(): { clock: Clock; pending: () => number } {
  const clock = createClock(10)
  const waits = new Set<symbol>()
  const counted: Clock = {
    ...clock,
    after(ms, fn) {
      const wait = Symbol()
      waits.add(wait)
      const cancel = clock.after(ms, () => {
        waits.delete(wait)
        fn()
      })
      return () => {
        waits.delete(wait)
        cancel()
      }
    },
    async sleep(ms, signal) {
      const wait = Symbol()
      waits.add(wait)
      await clock.sleep(ms, signal)
      waits.delete(wait)
    },
  }
  return { clock: counted, pending: () => waits.size }
}
