import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DoorSocket } from '../../src/call/public-address.ts'
import { acceptMediaLeg } from '../../src/twilio/media-leg.ts'
import { clearJson, markJson, mediaJson, readMediaMessage } from '../../src/twilio/media-messages.ts'
import { anyJson, anyText, spoiled } from './arbitraries.ts'

const streamSid = 'MZ18ad3ab5a668481ce02b83e7395059f0'
const mediaFormat = { encoding: 'audio/x-mulaw', sampleRate: 8000, channels: 1 }
const start = { accountSid: 'AC1', streamSid, callSid: 'CA1', mediaFormat, customParameters: { token: 'x' } }
const RIGHT = [
  { event: 'connected', protocol: 'Call', version: '1.0.0' },
  { event: 'start', sequenceNumber: '1', streamSid, start },
  {
    event: 'media',
    streamSid,
    media: { track: 'inbound', chunk: '1', timestamp: '20', payload: 'no+JhoaJjpzS' },
  },
  { event: 'mark', streamSid, mark: { name: 'm1' } },
  { event: 'dtmf', streamSid, dtmf: { track: 'inbound_track', digit: '5' } },
  { event: 'stop', streamSid, stop: { accountSid: 'AC1', callSid: 'CA1' } },
]
const anyMessage = fc.oneof(...RIGHT.map(spoiled), anyJson)
const anyFrame = fc.oneof(
  { weight: 4, arbitrary: anyMessage.map((message) => JSON.stringify(message) ?? '') },
  anyText,
)

describe('a frame of a media stream, whatever is in it', () => {
  it('is one of the known messages with fields of the right form, or nothing', () => {
    fc.assert(
      fc.property(anyFrame, (frame) => {
        const message = readMediaMessage(frame)
        if (!message || message.event === 'connected') return
        expect(message.streamSid).toMatch(/^MZ\w{1,62}$/)
        if (message.event === 'media') {
          expect(message.mulaw.length).toBeLessThanOrEqual(frame.length)
          expect(message.atMs === undefined || (message.atMs >= 0 && Number.isFinite(message.atMs))).toBe(
            true,
          )
        }
        if (message.event === 'mark') expect(typeof message.name).toBe('string')
        if (message.event === 'dtmf') expect(message.digit).toMatch(/^[0-9*#A-D]$/)
        if (message.event === 'start') {
          expect(message.callSid).toMatch(/^CA\w{1,62}$/)
          for (const value of message.parameters.values()) expect(typeof value).toBe('string')
        }
      }),
      { numRuns: 2000 },
    )
  })

  it('that we write is read back as it was meant', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), anyText, (sound, name) => {
        const media = readMediaMessage(mediaJson(streamSid, Buffer.from(sound).toString('base64')))
        expect(media).toMatchObject({ event: 'media', streamSid })
        if (media?.event === 'media') expect(Buffer.compare(media.mulaw, sound)).toBe(0)
        expect(readMediaMessage(markJson(streamSid, name))).toEqual({ event: 'mark', streamSid, name })
        expect(JSON.parse(clearJson(streamSid))).toEqual({ event: 'clear', streamSid })
      }),
      { numRuns: 300 },
    )
  })

  it('in any order leaves a socket with one leg at most, and no more sound waiting than ten seconds', () => {
    const loud = JSON.stringify({ ...RIGHT[2], media: { payload: Buffer.alloc(16_000).toString('base64') } })
    const anyArrival = fc.oneof(
      anyFrame,
      fc.constantFrom(...RIGHT.map((right) => JSON.stringify(right)), loud),
    )
    fc.assert(
      fc.property(
        fc.array(anyArrival, { maxLength: 40 }),
        fc.integer({ min: 1000, max: 4999 }),
        (frames, code) => {
          const closes: number[] = []
          const socket: DoorSocket = {
            bufferedBytes: 0,
            send() {},
            close: async (why) => void closes.push(why),
          }
          const told: string[] = []
          let waiting: () => number = () => 0
          const sink = acceptMediaLeg(socket, {
            belongs: () => true,
            started(leg) {
              told.push('started')
              // The queue behind the events, which only the leg's reader takes from.
              waiting = () => ('size' in leg.events ? Number(leg.events.size) : 0)
            },
            ended: () => told.push('ended'),
          })
          for (const frame of frames) sink.text(frame)
          const heard = frames.filter((frame) => !frame.includes('"media"')).length
          expect(waiting()).toBeLessThanOrEqual(500 + heard + 1)
          sink.closed(code)
          sink.closed(code)
          expect([[], ['started', 'ended']]).toContainEqual(told)
        },
      ),
      { numRuns: 300 },
    )
  })
})
