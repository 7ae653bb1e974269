/** The agent's voice on its way down: model sound -> the phone's rate -> 20 ms frames -> paced into the carrier's buffer. */
import { createChunker } from '../../audio/chunker.ts'
import { createResampler } from '../../audio/resample.ts'
import type { Clock } from '../../flow/clock.ts'
import type { Phone } from '../phone.ts'
import { createPlayback } from './playback.ts'

/** Length of one frame sent to the phone. */
const FRAME_MS = 20
/**
 * How much sound the carrier's buffer holds at most. Enough to ride out a stalled event loop or network; little enough that a `clear`
 * never waits behind a long burst of sound on a slow uplink, and that Twilio's limit of ten minutes is out of reach.
 */
const LEAD_MS = 1000
/** More than this waiting in the socket means that the network does not keep up; a `clear` would wait behind it. */
const CLOGGED_BYTES = 32_768
/** More than this is not kept for a phone that is not through with what it has: no agent talks for so long. */
const MOST_WAITING_MS = 300_000
/** How often the buffer is topped up while more sound waits. */
const TOP_UP_MS = 100
/** Marks also stand inside long speech, so that what was heard is known this exactly. */
const FRAMES_PER_MARK = 10
/** An echo that is this late will not come: playback is then believed by the clock. */
const ECHO_PATIENCE_MS = 2000

/** Positions are ms of sound, as in `Playback`. */
export type AgentVoice = {
  /** Position after the last sound said, sent or still waiting here. */
  readonly saidMs: number
  /** Position that the person has heard. */
  readonly heardMs: number
  /** True when everything said has been heard (or can no longer be heard). */
  readonly silent: boolean
  /** Sound of the model, any number of samples. */
  say(pcm: Int16Array): void
  /** The speech is over: lets the filter's tail and the last, padded frame go. May be called again. */
  finish(): void
  /** The carrier echoed a mark. */
  markEchoed(name: string): void
  /** Drops everything not yet heard, here and at the carrier. */
  cut(): void
  /** Keeps what is said from now on waiting, until it is resumed: there is no connection for it. To be called when `silent`. */
  hold(): void
  resume(): void
  /** Stops the pacing; nothing more is sent. */
  close(): void
}

/**
 * A voice into `phone`. `sent` is told of every frame at the moment and with the clock time at which its playback begins; `slow`, once
 * each time, that the network does not take the sound as fast as it is heard, or that there is too much of it, which is then dropped.
 */
export function createAgentVoice(
  phone: Pick<Phone, 'sampleRate' | 'bufferedBytes' | 'play' | 'mark' | 'clear'>,
  modelRate: number,
  clock: Clock,
  news: {
    sent: (pcm: Int16Array, playsAtMs: number) => void
    slow: (how: 'phone-connection-slow' | 'agent-sound-dropped') => void
  },
): AgentVoice {
  const resampler = createResampler(modelRate, phone.sampleRate)
  const chunker = createChunker((phone.sampleRate * FRAME_MS) / 1000)
  const playback = createPlayback()
  let waiting: Int16Array[] = []
  let unfinished = false
  let sinceMark = 0
  let playsAtMs = 0
  let held = false
  let clogged = false
  let overfull = false
  let cancelTopUp: (() => void) | undefined

  const mark = () => {
    sinceMark = 0
    phone.mark(playback.mark())
  }
  const send = (frame: Int16Array, nowMs: number) => {
    phone.play(frame)
    playback.play(FRAME_MS, nowMs)
    // A line of its own, without the echoes' corrections: a recording must not jump by some ms inside a word.
    playsAtMs = Math.max(playsAtMs, nowMs)
    news.sent(frame, playsAtMs)
    playsAtMs += FRAME_MS
    sinceMark += 1
    if (sinceMark === FRAMES_PER_MARK) mark()
  }
  const topUp = () => {
    if (held) return
    const nowMs = clock.nowMs()
    const wasClogged = clogged
    clogged = phone.bufferedBytes > CLOGGED_BYTES
    if (clogged && !wasClogged) news.slow('phone-connection-slow')
    let count = 0
    for (const frame of waiting) {
      if (playback.pendingMs(nowMs) >= LEAD_MS || phone.bufferedBytes > CLOGGED_BYTES) break
      send(frame, nowMs)
      count += 1
    }
    waiting = waiting.slice(count)
    if (waiting.length === 0) {
      if (sinceMark > 0) mark()
    } else {
      cancelTopUp ??= clock.after(TOP_UP_MS, () => {
        cancelTopUp = undefined
        topUp()
      })
    }
  }
  const stopTopUp = () => {
    cancelTopUp?.()
    cancelTopUp = undefined
    waiting = []
  }

  return {
    get saidMs() {
      return playback.givenMs + waiting.length * FRAME_MS
    },
    get heardMs() {
      return playback.heardMs(clock.nowMs())
    },
    get silent() {
      const overdueMs = clock.nowMs() - playsAtMs
      return waiting.length === 0 && (!playback.awaitsEcho || overdueMs > ECHO_PATIENCE_MS)
    },
    say(pcm) {
      unfinished = true
      const waitingMs = waiting.length * FRAME_MS
      if (waitingMs > MOST_WAITING_MS && !overfull) {
        overfull = true
        news.slow('agent-sound-dropped')
      }
      // Half of it must have been sent before more is added, so that it is one gap and not many.
      if (waitingMs < MOST_WAITING_MS / 2) overfull = false
      if (!overfull) for (const frame of chunker.push(resampler.push(pcm))) waiting.push(frame)
      topUp()
    },
    finish() {
      if (!unfinished) return
      unfinished = false
      for (const frame of chunker.push(resampler.flush())) waiting.push(frame)
      const last = chunker.flush()
      if (last) waiting.push(last)
      resampler.reset()
      topUp()
    },
    markEchoed: (name) => {
      playback.echoed(name, clock.nowMs())
    },
    cut() {
      stopTopUp()
      unfinished = false
      resampler.reset()
      chunker.reset()
      sinceMark = 0
      phone.clear()
      playback.cut(clock.nowMs())
      playsAtMs = 0
    },
    hold() {
      held = true
    },
    resume() {
      held = false
      topUp()
    },
    close: stopTopUp,
  }
}
