import { describe, expect, it } from 'vitest'
import { encodeUlaw } from '../../src/sim/g711.ts'
import { createPlayout } from '../../src/sim/twilio/playout.ts'
import { type CustomerSocket, startCustomer } from './customer.ts'
import { soundings, startBench, tone } from './twilio-bench.ts'

const speech = (ms: number) => encodeUlaw(tone(ms))
const marks = (socket: CustomerSocket) =>
  socket.messages.filter((message) => message.event === 'mark').map((message) => message.mark?.name)

/** A connected call, its stream and the customer's end of it. */
async function startStream() {
  const customer = await startCustomer()
  const { twilio, client, dial } = await startBench()
  const call = await dial({ twiml: customer.twiml() })
  const socket = await customer.stream()
  const stream = await twilio.waitFor(() => call.stream)
  return { customer, twilio, client, call, socket, stream }
}

describe('playout of the simulated Twilio', () => {
  it('plays what was sent, in order, at the pace of its clock, and echoes each mark when it gets there', async () => {
    const { customer, socket, stream, twilio } = await startStream()
    socket.play(speech(300))
    socket.mark('first')
    socket.play(speech(205))
    socket.mark('second')
    await customer.until(() => marks(socket).length === 2)
    const [[fromMs = 0, toMs = 0] = [], ...more] = soundings(stream.heard)
    expect(more).toEqual([])
    expect(toMs - fromMs).toBe(520)
    expect(stream.marks).toEqual([
      { name: 'first', atMs: fromMs + 300, cleared: false },
      { name: 'second', atMs: fromMs + 520, cleared: false },
    ])
    const played = stream.heard.subarray(fromMs * 8, fromMs * 8 + 505 * 8)
    expect(encodeUlaw(played)).toEqual(Uint8Array.from([...speech(300), ...speech(205)]))
    expect(stream.said).toHaveLength(stream.heard.length)
    expect(twilio.warnings).toEqual([])
  })

  it('echoes a mark at once when nothing is buffered, with the next sequence number', async () => {
    const { customer, socket, stream } = await startStream()
    socket.mark('now')
    const echo = await customer.until(() => socket.messages.find((message) => message.event === 'mark'))
    expect(echo).toEqual({
      event: 'mark',
      sequenceNumber: String(socket.messages.indexOf(echo)),
      mark: { name: 'now' },
      streamSid: socket.streamSid,
    })
    expect(stream.marks).toMatchObject([{ name: 'now', cleared: false }])
  })

  it('stops at once on clear and echoes all pending marks in order', async () => {
    const { customer, socket, stream, twilio } = await startStream()
    socket.play(speech(200))
    socket.mark('heard')
    socket.play(speech(5000))
    socket.mark('a')
    socket.play(speech(5000))
    socket.mark('b')
    await customer.until(() => marks(socket).length === 1)
    expect(stream.bufferedMs).toBeGreaterThan(0)
    socket.clear()
    await customer.until(() => marks(socket).length === 3)
    expect(marks(socket)).toEqual(['heard', 'a', 'b'])
    expect(stream.marks.map((mark) => mark.cleared)).toEqual([false, true, true])
    expect(stream.bufferedMs).toBe(0)
    const [{ atMs } = { atMs: 0 }] = stream.clears
    await twilio.waitFor(() => stream.heard.length / 8 > atMs + 500)
    expect(soundings(stream.heard).at(-1)?.[1]).toBe(atMs)
  })

  it('throws away what exceeds 600 s, with warning 31931 once', async () => {
    const { twilio, socket, stream } = await startStream()
    for (let minute = 0; minute < 12; minute += 1) socket.play(new Uint8Array(60_000 * 8).fill(0x80))
    await twilio.waitFor(() => twilio.warnings.length)
    socket.clear()
    await twilio.waitFor(() => stream.clears.length)
    expect(twilio.warnings).toMatchObject([{ code: 31931, streamSid: stream.sid }])
  })

  it('stands still while empty, so that a later mark waits for later sound', () => {
    const playout = createPlayout()
    playout.add(speech(30))
    expect(playout.mark('a')).toBe(false)
    expect(playout.next().passed).toEqual([])
    expect(playout.next().passed).toEqual(['a'])
    expect(playout.next()).toEqual({ ulaw: new Uint8Array(160).fill(0xff), passed: [] })
    playout.add(speech(20))
    playout.mark('b')
    expect(playout.next().passed).toEqual(['b'])
    expect(playout.mark('c')).toBe(true)
  })

  it('forgets its marks on clear', () => {
    const playout = createPlayout()
    playout.add(speech(40))
    playout.mark('a')
    expect(playout.clear()).toEqual(['a'])
    playout.add(speech(40))
    expect([playout.next().passed, playout.next().passed]).toEqual([[], []])
  })
})
