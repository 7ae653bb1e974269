/** Records a call as a stereo WAV, the person left and the agent right, as it was heard: cut where the agent was interrupted. */
import type { SoundEvent } from '../call/events.ts'
import type { Reporter, Warn } from './reporter.ts'
import { createSoundTrack } from './sound-track.ts'
import { createWavFile, type WavFile } from './wav-file.ts'

/** The phone's rate, in Hz. */
export const RECORDING_RATE = 8000
/** Sound is written, and the file's header patched, in blocks of this length. */
const BLOCK_SAMPLES = RECORDING_RATE
/** The file stays this far behind the person's sound, because news of a cut may lie a little in the past. */
const HOLD_SAMPLES = RECORDING_RATE / 5
/**
 * A leap of the person's time by more than this is a broken time stamp, not a silence. There is no sound while keys are pressed (up to
 * half a minute) and while somebody is rung to whom the person shall be put through (up to two).
 */
const MAX_GAP_SAMPLES = 180 * RECORDING_RATE
/** Sound of the agent that lies further ahead than this is not kept: nothing plays so long without the person's line moving on. */
const MAX_AHEAD_SAMPLES = 300 * RECORDING_RATE
/** When a disk is this far behind (a minute of sound, beside a gap, which comes all at once), the recording stops instead of filling the memory. */
const MAX_WAITING_BYTES = (60 * RECORDING_RATE + MAX_GAP_SAMPLES) * 4

/**
 * A recorder into a new file at `path`, created with the first sound. The person's line, on which sound comes all the time, is the clock
 * of the file: the agent's sound waits until that clock has passed it, because until then it may still be cut. A failure is one warning
 * (`recording-stopped`); the call goes on.
 */
export function createRecorder(path: string, warn: Warn): Reporter {
  const person = createSoundTrack()
  const agent = createSoundTrack()
  let file: WavFile | undefined
  let recorded = 0
  let stopped = false

  const stop = (why: string) => {
    if (stopped) return
    stopped = true
    warn(
      'recording-stopped',
      `The recording was stopped: ${why}. The call goes on.`,
      `Check the disk of ${path}.`,
    )
  }
  const recordUpTo = (position: number) => {
    if (position <= recorded) return
    recorded = position
    file?.write(person.take(position), agent.take(position))
  }
  const hearPerson = (pcm: Int16Array, at: number) => {
    const gap = at - person.end
    person.put(pcm, gap >= 0 && gap <= MAX_GAP_SAMPLES ? at : person.end)
    file ??= createWavFile(path, RECORDING_RATE, (error) => stop(reason(error)))
    const ready = person.end - HOLD_SAMPLES
    if (ready - recorded >= BLOCK_SAMPLES) recordUpTo(ready)
    if (file.waitingBytes > MAX_WAITING_BYTES) stop('the disk is too slow')
  }
  const take = (event: SoundEvent) => {
    const at = Math.max(0, Math.round((event.atMs * RECORDING_RATE) / 1000))
    switch (event.type) {
      case 'sound.person':
        return hearPerson(event.pcm, at)
      case 'sound.agent':
        if (at - person.end <= MAX_AHEAD_SAMPLES) agent.put(event.pcm, at)
        return
      case 'sound.cut':
        return agent.cut(at)
      default:
        event satisfies never
    }
  }
  return {
    name: 'recorder',
    sound(event) {
      if (!stopped) take(event)
    },
    async close() {
      if (!stopped) recordUpTo(person.end)
      await file?.close()
    },
  }
}

function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return 'code' in error && error.code === 'ENOSPC' ? 'the disk is full' : error.message
}
