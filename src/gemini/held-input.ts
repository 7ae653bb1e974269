/** What is said to a session while it moves from one connection to the next: kept in order, and bounded. */
import type { ModelInput } from './connection.ts'

/** Waiting input. Text and answers are all kept; of the sound the latest. */
type HeldInput = {
  push(input: ModelInput): void
  /** Everything that waits, in the order it came, and how many ms of sound had to be given up since the last time. Nothing waits afterwards. */
  take(): { inputs: ModelInput[]; lostMs: number }
}

/** Longer than any move may take; older sound would be of no use to the conversation. */
const MAX_SOUND_MS = 10_000

/** An empty store for sound of `sampleRate`. */
export function createHeldInput(sampleRate: number): HeldInput {
  const maxSamples = (MAX_SOUND_MS * sampleRate) / 1000
  let inputs: ModelInput[] = []
  let samples = 0
  let lostSamples = 0

  const giveUpOldest = () => {
    const place = inputs.findIndex(({ type }) => type === 'audio')
    const [oldest] = inputs.splice(place, 1)
    if (oldest?.type !== 'audio') return
    samples -= oldest.pcm.length
    lostSamples += oldest.pcm.length
  }
  return {
    push(input) {
      if (input.type !== 'audio') {
        inputs.push(input)
        return
      }
      // A copy: the caller may use its array again.
      inputs.push({ type: 'audio', pcm: input.pcm.slice() })
      samples += input.pcm.length
      while (samples > maxSamples) giveUpOldest()
    },
    take() {
      const taken = { inputs, lostMs: Math.round((lostSamples * 1000) / sampleRate) }
      inputs = []
      samples = 0
      lostSamples = 0
      return taken
    },
  }
}
