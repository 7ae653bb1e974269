import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createDecoder } from '../../src/gemini/decoder.ts'
import { readServerMessage, type WireEvent } from '../../src/gemini/messages.ts'
import { anyJson, spoiled } from './arbitraries.ts'

const part = { inlineData: { mimeType: 'audio/pcm;rate=24000', data: 'AAECAw==' } }
const RIGHT = [
  { setupComplete: {} },
  {
    serverContent: {
      modelTurn: { parts: [part, { text: 'a thought' }] },
      inputTranscription: { text: 'hello' },
      outputTranscription: { text: 'good day' },
      generationComplete: true,
      interrupted: true,
      turnComplete: true,
      turnCompleteReason: 'MALFORMED_FUNCTION_CALL',
    },
    usageMetadata: { promptTokenCount: 3, promptTokensDetails: [{ modality: 'AUDIO', tokenCount: 2 }] },
  },
  { toolCall: { functionCalls: [{ id: '1', name: 'end_call', args: { a: 1 } }] } },
  { toolCallCancellation: { ids: ['1'] } },
  { goAway: { timeLeft: '50s' } },
  { sessionResumptionUpdate: { newHandle: 'h', resumable: true } },
]
const anyMessage = fc.oneof(...RIGHT.map(spoiled), anyJson)

function check(event: WireEvent): void {
  switch (event.type) {
    case 'audio':
      expect(event.bytes).toBeInstanceOf(Uint8Array)
      expect(Number.isSafeInteger(event.sampleRate)).toBe(true)
      return
    case 'person-text':
    case 'agent-text':
      expect(event.text).not.toBe('')
      return
    case 'tool-call':
      expect([typeof event.id, typeof event.name, typeof event.args]).toEqual(['string', 'string', 'object'])
      expect(Array.isArray(event.args) || event.args === null).toBe(false)
      return
    case 'tool-cancelled':
      expect(event.ids.every((id) => typeof id === 'string')).toBe(true)
      return
    case 'turn-complete':
      expect(event.reason ?? 'A_WORD').toMatch(/^[A-Z_]{2,60}$/)
      return
    case 'usage':
      expect(Object.values(event.usage).every((count) => Number.isSafeInteger(count) && count >= 0)).toBe(
        true,
      )
      return
    case 'going-away':
      expect(event.timeLeftMs >= 0 && Number.isFinite(event.timeLeftMs)).toBe(true)
      return
    case 'resumable':
      expect(event.handle === undefined || typeof event.handle === 'string').toBe(true)
      return
    case 'unreadable':
      expect(event.detail).toMatch(/^Gemini sent [A-Za-z0-9 ,]+$/)
      return
    case 'setup-complete':
    case 'generation-complete':
    case 'interrupted':
    case 'reconnected':
      return
    default:
      event satisfies never
  }
}

describe('a message of the model, whatever is in it', () => {
  it('becomes events of the right form, and what cannot be read is not quoted', () => {
    fc.assert(
      fc.property(anyMessage, (message) => {
        const events = readServerMessage(message)
        for (const event of events) check(event)
        // Each list item and each field says one thing at most.
        expect(events.length).toBeLessThanOrEqual(10 + (JSON.stringify(message) ?? '').length)
      }),
      { numRuns: 2000 },
    )
  })

  it('has the same sound however the sound was cut, at odd bytes too', () => {
    const cuts = fc.array(fc.nat(4000), { maxLength: 12 })
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 4000 }), cuts, (bytes, places) => {
        const whole = bytes.subarray(0, bytes.length - (bytes.length % 2))
        const borders = [0, ...places.map((place) => Math.min(place, whole.length)), whole.length].sort(
          (a, b) => a - b,
        )
        const decode = createDecoder()
        const samples = borders.slice(1).flatMap((to, i) => {
          const data = Buffer.from(whole.subarray(borders[i], to)).toString('base64')
          const message = {
            serverContent: { modelTurn: { parts: [{ inlineData: { ...part.inlineData, data } }] } },
          }
          return readServerMessage(message).flatMap((wire) => {
            const event = decode(wire)
            return event?.type === 'audio' ? [...event.pcm] : []
          })
        })
        const expected = Array.from({ length: whole.length / 2 }, (_, i) =>
          Buffer.from(whole).readInt16LE(2 * i),
        )
        expect(samples).toEqual(expected)
      }),
      { numRuns: 300 },
    )
  })

  it('never makes the decoder stumble, in any order', () => {
    fc.assert(
      fc.property(fc.array(anyMessage, { maxLength: 20 }), (messages) => {
        const decode = createDecoder()
        for (const message of messages) for (const wire of readServerMessage(message)) decode(wire)
      }),
      { numRuns: 300 },
    )
  })
})
