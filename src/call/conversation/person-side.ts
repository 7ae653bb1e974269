/** The person's side of a conversation: their sound, their words and their keys, and what each of them means for the talk. */
import type { Emit } from '../events.ts'
import { warning } from '../warnings.ts'
import type { Ending } from './ending.ts'
import type { Floor } from './floor.ts'
import type { GreetingShield } from './greeting-shield.ts'
import { createKeypad } from './keypad.ts'
import type { Latency } from './latency.ts'
import { createPersonEar } from './person-ear.ts'
import { createPersonTurns, type PersonTurns } from './person-turns.ts'
import type { Uplink } from './uplink.ts'

/** Fed with what comes over the phone, and with what the model understands of it. */
export type PersonSide = Pick<PersonTurns, 'silentSinceMs' | 'answered' | 'spokeAgain'> & {
  /** The next sound; `atMs` is the carrier's stamp. */
  hear(pcm: Int16Array, atMs: number): void
  /** A piece of what the model understood. */
  text(text: string): void
  /** A key was pressed: 0-9, *, #, A-D. */
  pressed(digit: string): void
  /** To be called often. */
  progress(): void
  /** What was said is told now. */
  endTurns(): void
}

/** `spoke` is told of every sign that somebody is there; `entered`, after it, of keys once no more follow. */
export function createPersonSide(
  deps: {
    sampleRate: number
    /** The rate at which the model hears. */
    inputRate: number
    uplink: Uplink
    shield: GreetingShield
    floor: Floor
    ending: Ending
    latency: Latency
    nowMs: () => number
    nextTurn: () => number
    emit: Emit
  },
  on: { spoke: () => void; entered: (digits: string) => void },
): PersonSide {
  const { sampleRate, inputRate, uplink, shield, floor, ending, latency, nowMs, nextTurn, emit } = deps
  const turns = createPersonTurns({ emit, nowMs, nextTurn })
  const spoke = () => {
    ending.personSpoke()
    on.spoke()
  }
  const keypad = createKeypad(nowMs, (digits) => {
    spoke()
    on.entered(digits)
  })
  const ear = createPersonEar({
    ...{ sampleRate, inputRate, uplink, shield, nowMs },
    news: {
      sound: (pcm, atMs) => emit({ type: 'sound.person', pcm, atMs }),
      missing: () => emit(warning('phone-sound-missing')),
      speechStarted(atMs) {
        floor.personStarted(atMs)
        turns.speechStarted(atMs)
        spoke()
      },
      speechEnded(atMs, lastedMs) {
        floor.personEnded(atMs)
        ending.personEnded(lastedMs)
        turns.speechEnded(atMs)
        latency.personEnded(atMs)
      },
    },
  })
  return {
    get silentSinceMs() {
      return turns.silentSinceMs
    },
    answered: turns.answered,
    spokeAgain: turns.spokeAgain,
    hear: ear.hear,
    text(text) {
      floor.personWords()
      spoke()
      turns.text(text)
    },
    pressed(digit) {
      emit({ type: 'dtmf.received', digit })
      keypad.pressed(digit)
    },
    progress() {
      ear.progress()
      turns.progress()
      keypad.progress()
    },
    endTurns: turns.end,
  }
}
