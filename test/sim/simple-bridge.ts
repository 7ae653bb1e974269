/** The simplest bridge that can hold a conversation: no product code, only the two simulators' own words. */
import type { FunctionCall } from '@google/genai'
import { onTestFinished } from 'vitest'
import { createClock } from '../../src/flow/clock.ts'
import { decodeUlaw, encodeUlaw } from '../../src/sim/g711.ts'
import type { Scenario } from '../../src/sim/scenario.ts'
import { startSimulation } from '../../src/sim/simulation.ts'
import { type CustomerSocket, startCustomer } from './customer.ts'
import { connectSdk, sendSound } from './gemini-client.ts'
import { CALLEE, sdkFor } from './twilio-bench.ts'

const SPEED = 5
const NAMES = ['end_call', 'press_digits', 'transfer_call', 'report_machine']
const TOOLS = {
  tools: [
    {
      functionDeclarations: NAMES.map((name) => ({ name, parametersJsonSchema: { type: 'object' } })),
    },
  ],
}
/** Whom `transfer_call` rings. */
export const DANA = '+12025550177'

/** Lives through a whole call, from the request to its end. */
export async function converse(scenario: Scenario) {
  const simulation = await startSimulation(scenario, createClock(SPEED))
  onTestFinished(() => simulation.close())
  const { twilio, gemini } = simulation
  const { session, messages, next } = await connectSdk(gemini, TOOLS)
  onTestFinished(() => session.close())
  const update = (change: { twiml: string } | { status: 'completed' }) =>
    sdkFor(twilio)
      .calls(twilio.calls[0]?.sid ?? '')
      .update(change)

  let phone: CustomerSocket | undefined
  const act = async ({ name, args }: FunctionCall) => {
    const back = customer.twiml().slice('<Response>'.length)
    if (name === 'end_call') phone?.mark('farewell')
    if (name === 'report_machine') await update({ status: 'completed' })
    if (name === 'press_digits') await update({ twiml: `<Response><Play digits="${args?.digits}"/>${back}` })
    if (name === 'transfer_call') await update({ twiml: `<Response><Dial>${DANA}</Dial></Response>` })
  }
  const bridge = async () => {
    for (;;) {
      const { serverContent, toolCall } = await next(() => true)
      for (const part of serverContent?.modelTurn?.parts ?? [])
        phone?.play(encodeUlaw(everyThird(Buffer.from(part.inlineData?.data ?? '', 'base64'))))
      if (serverContent?.interrupted) phone?.clear()
      for (const call of toolCall?.functionCalls ?? []) {
        await act(call)
        const { id = '', name = '' } = call
        const answer = { id, name, response: { output: 'ok' }, scheduling: 'SILENT' as never }
        session.sendToolResponse({ functionResponses: [answer] })
      }
    }
  }
  const customer = await startCustomer({
    started(socket) {
      if (!phone) {
        session.sendRealtimeInput({ text: 'Greet the person.' })
        void bridge()
      }
      phone = socket
      socket.socket.on('message', (data) => {
        const { event, media } = JSON.parse(String(data))
        if (event === 'media') sendSound(session, decodeUlaw(Buffer.from(media.payload, 'base64')), 8000)
        if (event === 'mark') void update({ status: 'completed' })
      })
    },
  })
  await sdkFor(twilio).calls.create({ to: CALLEE, from: twilio.phoneNumber, twiml: customer.twiml() })
  const call = await twilio.waitFor(() => twilio.calls[0])
  await call.until('completed', 20_000)
  return { simulation, call, messages, record: gemini.sessions[0] }
}

/** Every third sample of 24 kHz: good enough for a test. Chunks that are no multiple of three only click. */
function everyThird(bytes: Buffer): Int16Array {
  return Int16Array.from({ length: Math.floor(bytes.length / 6) }, (_, i) => bytes.readInt16LE(i * 6))
}
