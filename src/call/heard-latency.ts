/** How long the person waits for an answer, as it can be heard in the recording: measured on the very sound that is recorded. */
import { createSpeechDetector, rms } from '../audio/level.ts'
import type { SoundEvent } from './events.ts'

/** Below this root mean square (-45 dBFS) nothing is heard on a phone; the same level at which a person's speech begins at the quietest. */
const AUDIBLE_RMS = 184
/** The agent's first audible moment is found this exactly. */
const WINDOW_MS = 10
/** Agent sound after a break this long begins anew; shorter breaks are stutters of the network inside one utterance. */
const BREAK_MS = 300
/**
 * An onset is judged when the person's line has gone on this far: until then it may still be cut, and it may not be settled yet whether
 * the person had finished.
 */
const SETTLED_AFTER_MS = 500
/** A leap of the person's time by more than this is a broken time stamp, not a silence: as in the recorder. */
const LONGEST_GAP_MS = 60_000

type Speech = { startMs: number; endMs: number | undefined; answered: boolean }

/** One call's waiting times. */
export type HeardLatency = {
  /** Takes every sound of the call, in the order of the events. */
  note(event: SoundEvent): void
  /** Of each answer so far, in ms, in order. */
  latenciesMs(): number[]
}

/**
 * Measures from the last loud moment of the person's speech to the first audible moment of the agent's sound after it. Counted is only
 * the first utterance after each speech, only when the person had finished before it, and only what was not cut before it could be
 * heard. Sound of both has `sampleRate` Hz.
 */
export function createHeardLatency(sampleRate: number): HeardLatency {
  const toMs = (samples: number) => (samples * 1000) / sampleRate
  const windowSamples = (sampleRate * WINDOW_MS) / 1000
  const detector = createSpeechDetector({ sampleRate })
  const latencies: number[] = []
  /** End of the person's sound, in samples: the clock of the recording, and of the detector, which hears gaps as silence. */
  let heardSamples = 0
  let speeches: Speech[] = []
  let agentEndMs = Number.NEGATIVE_INFINITY
  let utteranceIsAudible = false
  /** First audible moments that are not judged yet, in order. */
  let onsets: number[] = []

  const listen = (pcm: Int16Array) => {
    heardSamples += pcm.length
    const change = detector.push(pcm)
    const latest = speeches.at(-1)
    if (change?.type === 'speech-started')
      speeches.push({ startMs: change.atMs, endMs: undefined, answered: false })
    else if (change && latest) latest.endMs = change.atMs
  }
  const hearPerson = (pcm: Int16Array, atMs: number) => {
    const gap = Math.round((atMs * sampleRate) / 1000) - heardSamples
    if (gap > 0 && toMs(gap) <= LONGEST_GAP_MS) listen(new Int16Array(gap))
    listen(pcm)
    while (onsets[0] !== undefined && onsets[0] + SETTLED_AFTER_MS <= toMs(heardSamples))
      judge(onsets.shift() ?? 0)
  }
  const judge = (onsetMs: number) => {
    const before = speeches.filter(({ startMs }) => startMs <= onsetMs).length
    // What was said before the latest speech will not be answered any more.
    speeches = speeches.slice(Math.max(0, before - 1))
    const [speech] = speeches
    if (before === 0 || speech?.endMs === undefined || speech.endMs > onsetMs || speech.answered) return
    speech.answered = true
    latencies.push(Math.round(onsetMs - speech.endMs))
  }
  const hearAgent = (pcm: Int16Array, atMs: number) => {
    if (atMs - agentEndMs >= BREAK_MS) utteranceIsAudible = false
    agentEndMs = atMs + toMs(pcm.length)
    for (let at = 0; at < pcm.length && !utteranceIsAudible; at += windowSamples) {
      if (rms(pcm.subarray(at, at + windowSamples)) < AUDIBLE_RMS) continue
      utteranceIsAudible = true
      onsets.push(atMs + toMs(at))
    }
  }
  return {
    note(event) {
      switch (event.type) {
        case 'sound.person':
          return hearPerson(event.pcm, event.atMs)
        case 'sound.agent':
          return hearAgent(event.pcm, event.atMs)
        case 'sound.cut':
          onsets = onsets.filter((onsetMs) => onsetMs < event.atMs)
          agentEndMs = Number.NEGATIVE_INFINITY
          return
        default:
          event satisfies never
      }
    },
    latenciesMs: () => [...latencies],
  }
}
