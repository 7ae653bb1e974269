/** The agent's side of a conversation: its sound and its words as they come from the model, and what becomes of them when they are cut. */
import { rms } from '../../audio/level.ts'
import type { Clock } from '../../flow/clock.ts'
import type { Emit } from '../events.ts'
import type { ModelLeg } from '../live-model.ts'
import type { Phone } from '../phone.ts'
import { warning } from '../warnings.ts'
import { createAgentTurns } from './agent-turns.ts'
import { createAgentVoice } from './agent-voice.ts'

/** After a cut, sound of the same turn may still come until the model says that the turn is over, or for this long … */
const LATE_SOUND_MS = 1500
/** … but it comes without a pause: sound after a longer one is of the next turn. */
const LATE_PAUSE_MS = 500
/** Sound below this is none (0 to 32768): some models send near-silence for speech. */
const AUDIBLE_RMS = 24

/** One piece of the agent's sound on its way to the phone. */
export type AgentSound = {
  /** The number of the turn that it begins, if it does. */
  opened: number | undefined
  /** Whether it can be heard, and whether anything of its turn could be heard so far. */
  audible: boolean
  turnAudible: boolean
  /** The person will have heard it after this long. */
  heardInMs: number
}

/** Fed with what the model says. */
export type AgentSide = {
  /** Whether everything said has been heard; whether a turn is being made or heard; whether the model is still making one. */
  readonly silent: boolean
  readonly open: boolean
  readonly making: boolean
  /** Sound of the model; undefined when it belongs to a turn that was cut. */
  sound(pcm: Int16Array): AgentSound | undefined
  text(text: string): void
  /** The model has made all of its turn. */
  made(): void
  /** The model's turn is over. Returns whether it was one: not the end of a cut turn, and not an empty one. */
  complete(): 'turn' | 'cut turn' | 'nothing'
  /** The person spoke into the agent, or it shall be silent at once. Returns whether there was anything left to cut. */
  interrupt(): boolean
  markEchoed(name: string): void
  /** To be called often. */
  progress(): void
  /** What was said is told now, not when the model says that its turn is over. */
  endTurns(): void
  /** While there is no connection for it, what the agent says waits. */
  hold(): void
  resume(): void
  /** Ends open turns; nothing more is sent. */
  close(): void
}

/** Times of its events count from now on, `nowMs` 0. `ended` is told the words of each turn that was heard to its end. */
export function createAgentSide(deps: {
  phone: Phone
  model: ModelLeg
  clock: Clock
  nowMs: () => number
  emit: Emit
  nextTurn: () => number
  ended: (text: string) => void
}): AgentSide {
  const { phone, model, clock, nowMs, emit, nextTurn, ended } = deps
  const startedAtMs = clock.nowMs() - nowMs()
  const voice = createAgentVoice(phone, model.outputRate, clock, {
    sent: (pcm, playsAtMs) => emit({ type: 'sound.agent', pcm, atMs: playsAtMs - startedAtMs }),
    slow: (how) => emit(warning(how)),
  })
  const turnEnded = (text: string, complete: boolean) => {
    if (!complete) emit(warning('model-turn-unfinished'))
    ended(text)
  }
  const turns = createAgentTurns({ emit, sound: voice, nowMs, nextTurn, ended: turnEnded })
  let dropUntilMs = 0
  let droppedAtMs = 0
  /** The model has made all of the turn, whether or not it has said so in so many words. */
  let isMade = false
  let turnAudible = false
  let cutTurnIsOpen = false
  return {
    get silent() {
      return voice.silent
    },
    get open() {
      return turns.open
    },
    get making() {
      return turns.making && !isMade
    },
    sound(pcm) {
      if (nowMs() < dropUntilMs && nowMs() - droppedAtMs <= LATE_PAUSE_MS) {
        droppedAtMs = nowMs()
        return undefined
      }
      dropUntilMs = 0
      isMade = false
      const opened = turns.sound()
      voice.say(pcm)
      const audible = rms(pcm) >= AUDIBLE_RMS
      turnAudible = audible || (opened === undefined && turnAudible)
      return { opened, audible, turnAudible, heardInMs: voice.saidMs - voice.heardMs }
    },
    text(text) {
      if (nowMs() >= dropUntilMs) turns.text(text)
    },
    made() {
      isMade = true
      voice.finish()
    },
    complete() {
      const was = turns.making ? 'turn' : cutTurnIsOpen ? 'cut turn' : 'nothing'
      cutTurnIsOpen = false
      dropUntilMs = 0
      voice.finish()
      turns.complete()
      return was
    },
    interrupt() {
      // The model may have finished long ago: what counts is whether the person still hears it.
      if (!turns.open && voice.silent) return false
      droppedAtMs = nowMs()
      if (turns.making && !isMade) dropUntilMs = nowMs() + LATE_SOUND_MS
      cutTurnIsOpen = true
      turns.cut('person')
      voice.cut()
      emit({ type: 'sound.cut', atMs: nowMs() })
      return true
    },
    markEchoed: voice.markEchoed,
    progress: turns.progress,
    endTurns: () => turns.cut('end'),
    hold: voice.hold,
    resume: voice.resume,
    close() {
      turns.cut('end')
      voice.close()
    },
  }
}
