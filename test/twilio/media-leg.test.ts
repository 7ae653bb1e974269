import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { decodeMulaw, encodeMulaw } from '../../src/audio/mulaw.ts'
import type { DoorSocket } from '../../src/call/public-address.ts'
import type { MediaLeg } from '../../src/twilio/live-leg.ts'
import { acceptMediaLeg, type MediaLegOwner } from '../../src/twilio/media-leg.ts'
import { eventsOf, STREAM_SID, startMessage } from './stage.ts'

/** A socket of which both ends are in the test's hands. */
function openSocket(changes: Partial<MediaLegOwner> = {}) {
  const sent: string[] = []
  const closes: number[] = []
  const legs: MediaLeg[] = []
  let ended = 0
  const socket: DoorSocket = {
    bufferedBytes: 42,
    send: (text) => void sent.push(text),
    close: async (code) => void closes.push(code),
  }
  onTestFinished(() => sink.closed(1006))
  const sink = acceptMediaLeg(socket, {
    belongs: () => true,
    started: (leg) => void legs.push(leg),
    ended: () => void ended++,
    ...changes,
  })
  const says = (message: object) => sink.text(JSON.stringify({ streamSid: STREAM_SID, ...message }))
  const start = (change = {}) => {
    sink.text('{"event":"connected","protocol":"Call","version":"1.0.0"}')
    sink.text(startMessage('t', change))
    return legs[0]
  }
  const live = () => {
    const leg = start()
    if (!leg) throw new Error('the stream did not start')
    return leg
  }
  return { sink, says, start, live, sent, closes, legs, ended: () => ended }
}

afterEach(() => vi.useRealTimers())

describe('a media leg', () => {
  it('hands up sound, marks and digits in order, and ends with the stop of Twilio', async () => {
    const { live, says, closes, ended } = openSocket()
    const leg = live()
    expect([leg.streamId, leg.sampleRate, leg.bufferedBytes]).toEqual([STREAM_SID, 8000, 42])
    const mulaw = Uint8Array.from({ length: 160 }, (_, i) => i)
    says({
      event: 'media',
      media: { track: 'inbound', timestamp: '20', payload: Buffer.from(mulaw).toString('base64') },
    })
    says({ event: 'mark', mark: { name: 'm1' } })
    says({ event: 'dtmf', dtmf: { digit: '#' } })
    says({ event: 'stop', stop: {} })
    expect(await eventsOf(leg)).toEqual([
      { type: 'audio', pcm: decodeMulaw(mulaw), atMs: 20 },
      { type: 'mark', name: 'm1' },
      { type: 'digit', digit: '#' },
      { type: 'closed', how: 'stopped' },
    ])
    expect(closes).toEqual([1000])
    expect(ended()).toBe(1)
  })

  it('tells a connection that breaks without a stop from one that was stopped', async () => {
    const { live, sink } = openSocket()
    const leg = live()
    sink.closed(1006)
    expect(await eventsOf(leg)).toEqual([{ type: 'closed', how: 'dropped' }])
  })

  it.each([
    ['stopped', 1000],
    ['stopped', 1001],
    ['stopped', 1005],
    ['dropped', 1002],
    ['dropped', 1006],
    ['dropped', 1009],
    ['dropped', 1011],
    ['dropped', 4000],
  ])('is %s when the socket closes with %i and there was no stop', async (how, code) => {
    const { live, sink } = openSocket()
    const leg = live()
    sink.closed(code)
    expect(await eventsOf(leg)).toEqual([{ type: 'closed', how }])
  })

  it('cuts a message longer than 100 ms into frames of 20 ms, and leaves shorter ones whole', async () => {
    const { live, says, sink } = openSocket()
    const leg = live()
    const mulaw = Uint8Array.from({ length: 32_100 }, (_, i) => i)
    const payload = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')
    says({ event: 'media', media: { timestamp: '1000', payload: payload(mulaw) } })
    says({ event: 'media', media: { payload: payload(mulaw.subarray(0, 800)) } })
    sink.closed(1000)
    const sounds = (await eventsOf(leg)).filter((event) => event.type === 'audio')
    expect(sounds).toHaveLength(202)
    for (const [nth, { pcm, atMs }] of sounds.slice(0, 201).entries()) {
      expect(atMs).toBe(1000 + 20 * nth)
      expect(pcm).toEqual(decodeMulaw(mulaw.subarray(160 * nth, 160 * nth + 160)))
    }
    expect(sounds.at(-1)).toEqual({ type: 'audio', pcm: decodeMulaw(mulaw.subarray(0, 800)), atMs: 4012.5 })
  })

  it('counts the time itself when the messages do not tell it', async () => {
    const { live, says, sink } = openSocket()
    const leg = live()
    const payload = Buffer.alloc(160, 0xff).toString('base64')
    says({ event: 'media', media: { payload } })
    says({ event: 'media', media: { payload } })
    sink.closed(1006)
    const times = (await eventsOf(leg)).map((event) => (event.type === 'audio' ? event.atMs : event.type))
    expect(times).toEqual([0, 20, 'closed'])
  })

  it('plays one media message a call, in mu-law without a header, and marks and clears with nothing but the fields Twilio allows', () => {
    const { live, sent } = openSocket()
    const leg = live()
    const pcm = Int16Array.from({ length: 160 }, (_, i) => Math.round(8000 * Math.sin(i / 5)))
    leg.play(pcm)
    leg.mark('turn 1')
    leg.clear()
    leg.play(new Int16Array(0))
    expect(sent.map((text) => JSON.parse(text))).toEqual([
      {
        event: 'media',
        streamSid: STREAM_SID,
        media: { payload: Buffer.from(encodeMulaw(pcm)).toString('base64') },
      },
      { event: 'mark', streamSid: STREAM_SID, mark: { name: 'turn 1' } },
      { event: 'clear', streamSid: STREAM_SID },
    ])
  })

  it('plays a part of a larger buffer as that part', () => {
    const { live, sent } = openSocket()
    const whole = Int16Array.from({ length: 320 }, (_, i) => i * 50)
    live().play(whole.subarray(160))
    const { media } = JSON.parse(sent[0] ?? '')
    expect(Buffer.from(media.payload, 'base64')).toEqual(Buffer.from(encodeMulaw(whole.slice(160))))
  })

  it('sends nothing once closed, may be closed twice, and does not call that a drop', async () => {
    const { live, sent, closes, sink, ended } = openSocket()
    const leg = live()
    await leg.close()
    await leg.close()
    sink.closed(1000)
    leg.play(new Int16Array(160))
    leg.mark('late')
    leg.clear()
    expect(sent).toEqual([])
    expect(closes).toEqual([1000, 1000])
    expect(await eventsOf(leg)).toEqual([{ type: 'closed', how: 'stopped' }])
    expect(ended()).toBe(1)
  })

  it('M4 is not disturbed by garbage, binary frames, a second start or another stream', async () => {
    const { live, says, sink, closes, legs } = openSocket()
    const leg = live()
    sink.text('no json')
    sink.text('{"event":"media"}')
    sink.binary()
    sink.text(startMessage('t'))
    says({ event: 'mark', streamSid: 'MZffffffffffffffffffffffffffffffff', mark: { name: 'foreign' } })
    says({ event: 'stop', streamSid: 'MZffffffffffffffffffffffffffffffff' })
    says({ event: 'media', media: { payload: '' } })
    says({ event: 'mark', mark: { name: 'ours' } })
    expect(closes).toEqual([])
    expect(legs).toHaveLength(1)
    sink.closed(1006)
    expect((await eventsOf(leg)).map(({ type }) => type)).toEqual(['mark', 'closed'])
  })

  it('L9 drops sound that nobody fetches instead of growing, and still tells the end', async () => {
    const { live, says, sink } = openSocket()
    const leg = live()
    const payload = Buffer.alloc(160, 0xff).toString('base64')
    for (let i = 0; i < 2000; i++) says({ event: 'media', media: { payload, timestamp: String(i * 20) } })
    sink.closed(1006)
    const events = await eventsOf(leg)
    expect(events.length).toBeLessThan(600)
    expect(events.at(-1)).toEqual({ type: 'closed', how: 'dropped' })
  })
})

describe('a media leg that its call leaves', () => {
  it.each([
    ['breaks', 1006],
    ['is stopped', undefined],
  ])('is stopped when Twilio has agreed and the connection %s', async (_, code) => {
    const { live, sink, says } = openSocket()
    const leg = live()
    leg.depart()
    leg.agreed()
    if (code) sink.closed(code)
    else says({ event: 'stop', stop: {} })
    leg.stay()
    expect(await eventsOf(leg)).toEqual([{ type: 'closed', how: 'stopped' }])
    expect([leg.isOpen, leg.isDeparting]).toEqual([false, true])
  })

  it.each([
    ['stopped', 'agreed'],
    ['stopped', 'left'],
    ['dropped', 'stay'],
  ] as const)('keeps a break to itself until it is known what it was: %s, when %s', async (how, outcome) => {
    const { live, sink, ended } = openSocket()
    const leg = live()
    leg.depart()
    sink.closed(1006)
    expect([leg.isOpen, ended()]).toEqual([false, 0])
    leg[outcome]()
    expect(ended()).toBe(1)
    expect(await eventsOf(leg)).toEqual([{ type: 'closed', how }])
  })

  it('is in use again when it stays', async () => {
    const { live, sink, sent } = openSocket()
    const leg = live()
    leg.depart()
    leg.stay()
    leg.clear()
    expect([leg.isOpen, leg.isDeparting, sent.length]).toEqual([true, false, 1])
    sink.closed(1006)
    expect(await eventsOf(leg)).toEqual([{ type: 'closed', how: 'dropped' }])
  })

  it('is closed by us only when Twilio has not closed it in 15 s', async () => {
    vi.useFakeTimers()
    const { live, closes } = openSocket()
    const leg = live()
    leg.depart()
    vi.advanceTimersByTime(60_000)
    leg.agreed()
    vi.advanceTimersByTime(14_999)
    expect(closes).toEqual([])
    vi.advanceTimersByTime(1)
    expect(closes).toEqual([1000])
    expect(await eventsOf(leg)).toEqual([{ type: 'closed', how: 'stopped' }])
  })

  it('is over for the house as soon as it is left, and its socket is still left to Twilio', async () => {
    vi.useFakeTimers()
    const { live, says, sent, closes, sink } = openSocket()
    const leg = live()
    leg.left()
    leg.mark('late')
    says({ event: 'mark', mark: { name: 'late' } })
    expect(await eventsOf(leg)).toEqual([{ type: 'closed', how: 'stopped' }])
    expect([sent, closes]).toEqual([[], []])
    says({ event: 'stop', stop: {} })
    expect(closes).toEqual([1000])
    sink.closed(1000)
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('a socket that has not started', () => {
  it('A5 is closed with 1008 after five seconds without a start, and no start counts after that', () => {
    vi.useFakeTimers()
    const { closes, start, says, legs } = openSocket()
    says({ event: 'media', media: { payload: '/w==' } })
    vi.advanceTimersByTime(4999)
    expect(closes).toEqual([])
    vi.advanceTimersByTime(1)
    expect(closes).toEqual([1008])
    start()
    expect(legs).toEqual([])
  })

  it('leaves no timer behind when it closes or starts', () => {
    vi.useFakeTimers()
    openSocket().sink.closed(1006)
    openSocket().start()
    expect(vi.getTimerCount()).toBe(0)
  })

  it('is closed with 1008 when the start is not ours, once and for all', () => {
    let asked = 0
    const { closes, start, legs } = openSocket({ belongs: () => ++asked > 1 })
    start()
    start()
    expect(closes).toEqual([1008])
    expect(legs).toEqual([])
  })

  it.each([
    { encoding: 'audio/x-l16', sampleRate: 8000, channels: 1 },
    { encoding: 'audio/x-mulaw', sampleRate: 16000, channels: 1 },
    { encoding: 'audio/x-mulaw', sampleRate: 8000, channels: 2 },
    {},
  ])('is closed with 1008 when the sound is not that of a telephone: %j', (mediaFormat) => {
    const { closes, start } = openSocket()
    start({ mediaFormat })
    expect(closes).toEqual([1008])
  })

  it('is closed with 1003 for a binary frame', () => {
    const { closes, sink, start, legs } = openSocket()
    sink.binary()
    start()
    expect(closes).toEqual([1003])
    expect(legs).toEqual([])
  })
})
