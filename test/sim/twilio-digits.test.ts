import { describe, expect, it } from 'vitest'
import { startCustomer } from './customer.ts'
import { agent, person, soundings, startBench } from './twilio-bench.ts'

const keysOf = (pressed: readonly { key: string }[]) => pressed.map(({ key }) => key).join('')

describe('keys that are played into a simulated call', () => {
  it('are written down one by one with their time; w and W are pauses', async () => {
    const { dial } = await startBench()
    const call = await dial({ twiml: '<Response><Play digits="1w2W#"/></Response>' })
    await call.until('completed')
    expect(keysOf(call.pressed)).toBe('12#')
    const [one = 0, two = 0, hash = 0] = call.pressed.map(({ atMs }) => atMs)
    expect(two - one).toBeGreaterThanOrEqual(690)
    expect(hash - two).toBeGreaterThanOrEqual(1190)
  })

  it('are played right after the answer when the request says so, and then nobody listens for a machine', async () => {
    const { twilio, dial } = await startBench({ phone: { outcome: 'voicemail' } })
    const twiml = '<Response><Pause length="5"/></Response>'
    const call = await dial({ twiml, sendDigits: 'ww4711#', machineDetection: 'Enable' })
    await twilio.waitFor(() => call.verbs.length)
    expect(keysOf(call.pressed)).toBe('4711#')
    await call.until('completed')
    expect(call.answeredBy).toBeUndefined()
    expect(twilio.warnings).toEqual([])
  })

  it('are what a menu waits for; what it says before the stream is back is lost with the keys’ own time', async () => {
    const customer = await startCustomer()
    const { twilio, client, dial } = await startBench({
      turns: [
        person('Press one'),
        agent('No menu waits for what is said.'),
        person('Wrong', { afterDigits: '2' }),
        person('Right', { afterDigits: '21', pauseMs: 700 }),
      ],
    })
    const call = await dial({ twiml: customer.twiml() })
    const first = await twilio.waitFor(() => call.streams[0])
    await twilio.waitFor(() => soundings(first.said).length === 1)
    await twilio.waitFor(() => soundings(first.said.subarray(-8000)).length === 0)
    const again = (digits: string) =>
      customer.twiml().replace('<Response>', `<Response><Play digits="${digits}"/>`)
    await client.calls(call.sid).update({ twiml: again('2') })
    const second = await twilio.waitFor(() => call.streams[1])
    await twilio.waitFor(() => soundings(second.said).length === 1 && second.said.length > 16_000)
    await client.calls(call.sid).update({ twiml: again('w21') })
    const third = await twilio.waitFor(() => call.streams[2])
    await twilio.waitFor(() => soundings(third.said).length === 1 && third.said.length > 16_000)
    expect(keysOf(call.pressed)).toBe('221')
    const [[fromMs, toMs] = [0, 0]] = soundings(third.said)
    expect(toMs - fromMs).toBe(500)
    const lostMs = [first, second].map((stream, index) => {
      const next = call.streams[index + 1]
      return (next?.fromMs ?? 0) - (stream.fromMs ?? 0) - stream.said.length / 8
    })
    expect(lostMs[0]).toBeGreaterThanOrEqual(200)
    expect(lostMs[0]).toBeLessThan(600)
    expect(lostMs[1]).toBeGreaterThanOrEqual(900)
    expect(lostMs[1]).toBeLessThan(1300)
  })

  it('cut off the menu that is still speaking', async () => {
    const customer = await startCustomer()
    const { twilio, client, dial } = await startBench({
      turns: [
        person('A very long list of what there is to choose from'),
        person('Yes', { afterDigits: '9' }),
      ],
    })
    const call = await dial({ twiml: customer.twiml() })
    const first = await twilio.waitFor(() => call.streams[0])
    await twilio.waitFor(() => soundings(first.said).length === 1)
    const twiml = customer.twiml().replace('<Response>', '<Response><Play digits="9ww"/>')
    await client.calls(call.sid).update({ twiml })
    const second = await twilio.waitFor(() => call.streams[1])
    await twilio.waitFor(() => second.said.length >= 16_000)
    expect(soundings(second.said)).toEqual([])
    expect(first.said.length / 8).toBeLessThan(4000)
  })
})
