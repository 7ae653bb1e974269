import { describe, expect, it } from 'vitest'
import { encodeUlaw } from '../../src/sim/g711.ts'
import { startCustomer } from './customer.ts'
import { agent, person, soundings, startBench, tone } from './twilio-bench.ts'

const speech = (ms: number) => encodeUlaw(tone(ms))

describe('a conversation with the simulated Twilio', () => {
  it('lets the person answer what was really played, and hang up', async () => {
    const customer = await startCustomer({ started: (socket) => socket.play(speech(800)) })
    const turns = [agent('Good day.'), person('Hello', { pauseMs: 200, hangUp: true })]
    const { dial } = await startBench({ turns })
    const call = await dial({ twiml: customer.twiml() })
    await call.until('completed')
    expect(call.endedBy).toBe('person')
    const { heard, said } = call.stream ?? {}
    const [[, endedMs] = [0, 0]] = soundings(heard ?? new Int16Array(0))
    const [[beganMs, saidMs] = [0, 0], ...more] = soundings(said ?? new Int16Array(0))
    expect(beganMs - endedMs).toBe(820)
    expect(saidMs - beganMs).toBe(500)
    expect(more).toEqual([])
    const socket = await customer.stream()
    await customer.until(() => socket.closeCode)
    const sent = socket.messages.flatMap(({ media }) => (media ? [Buffer.from(media.payload, 'base64')] : []))
    expect(Buffer.concat(sent).equals(encodeUlaw(said ?? new Int16Array(0)))).toBe(true)
    expect(socket.messages.at(-1)?.event).toBe('stop')
  })

  it('lets the person barge in, and hears nothing more once the customer has sent clear', async () => {
    const customer = await startCustomer({ started: (socket) => socket.play(speech(8000)) })
    const turns = [agent('A long story.'), person('Stop', { bargeInMs: 1000 })]
    const { twilio, dial } = await startBench({ turns })
    const call = await dial({ twiml: customer.twiml() })
    const socket = await customer.stream()
    const stream = await twilio.waitFor(() => call.stream)
    await twilio.waitFor(() => soundings(stream.said).length)
    socket.clear()
    await twilio.waitFor(() => stream.clears.length)
    const clearedMs = stream.clears[0]?.atMs ?? 0
    await twilio.waitFor(() => stream.heard.length / 8 >= clearedMs + 400)
    const [[heardFrom, heardTo] = [0, 0]] = soundings(stream.heard)
    const [[beganMs] = [0]] = soundings(stream.said)
    expect(beganMs - heardFrom).toBe(1020)
    expect(heardTo).toBe(clearedMs)
  })

  it('plays the scenario anew in every call, on a machine as well', async () => {
    const customer = await startCustomer()
    const turns = [person('Leave a message', { hangUp: true })]
    const { dial } = await startBench({ turns, phone: { outcome: 'voicemail' } })
    for (const call of [await dial({ twiml: customer.twiml() }), await dial({ twiml: customer.twiml() })]) {
      await call.until('completed')
      const [[fromMs, toMs] = [0, 0]] = soundings(call.stream?.said ?? new Int16Array(0))
      expect(toMs - fromMs).toBe(1500)
      expect(call.answeredBy).toBeUndefined()
    }
  })

  it('lets the person hang up even when no media ever comes', async () => {
    const turns = [person('Hello', { hangUp: true })]
    const { dial } = await startBench({ turns, faults: { mediaNever: true } })
    const call = await dial({
      twiml: '<Response><Connect><Stream url="wss://example.com/"/></Connect></Response>',
    })
    await call.until('completed')
    expect(call.endedBy).toBe('person')
  })
})
