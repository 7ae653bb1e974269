/** From what one connection says on the wire to model events: sound in bytes becomes samples. */
import { createSampleJoiner } from '../audio/sample-joiner.ts'
import type { ModelEvent } from '../call/live-model.ts'
import { OUTPUT_RATE, type WireEvent } from './messages.ts'

/**
 * A decoder for one connection's events; undefined for those that are nobody else's business. A sample may be split over the borders of
 * messages but not of turns: an odd byte never shifts the next turn.
 */
export function createDecoder(): (wire: WireEvent) => ModelEvent | undefined {
  const joiner = createSampleJoiner()
  return (wire) => {
    switch (wire.type) {
      case 'setup-complete':
        return undefined
      case 'audio': {
        if (wire.sampleRate !== OUTPUT_RATE)
          return {
            type: 'unreadable',
            detail: `Gemini sent sound at ${wire.sampleRate} Hz, not ${OUTPUT_RATE}`,
          }
        const pcm = joiner.push(wire.bytes)
        return pcm.length === 0 ? undefined : { type: 'audio', pcm }
      }
      case 'generation-complete':
      case 'interrupted':
      case 'turn-complete':
        joiner.reset()
        return wire
      default:
        return wire
    }
  }
}
