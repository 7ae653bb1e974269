/** The person on the phone: listens to what is really played, and speaks the lines of the scenario in turn. */
import type { PersonTurn, ScenarioTurn } from '../scenario.ts'
import { createEar } from './ear.ts'

/** Samples of 20 ms at 8 kHz. */
const FRAME_SAMPLES = 160
const FRAME_MS = 20
/** So long without a sound, and the agent's speech is over. */
const END_OF_SPEECH_MS = 600
/** Sound that goes on so long after the person's own words is an answer, even when it began before they ended. */
const STILL_TALKING_MS = 1000
/** From one pressed key to the next. */
const KEY_MS = 200

/** One turn of the person, with its sound. */
export type PersonLine = {
  turn: PersonTurn
  /** 16-bit mono at 8000 Hz. */
  speech: Int16Array
  /** The person waits for the agent to speak first. */
  afterAgent: boolean
}

/** What the person does in one frame of 20 ms. */
export type PersonFrame = {
  /** 160 samples. */
  said: Int16Array
  digit?: string
  hangsUp?: boolean
}

/** Lives in frames of 20 ms, from the moment the line is through. */
export type Person = {
  /** Hears a key that was pressed on the other side. */
  press(key: string): void
  /** Hears 160 samples and answers with what the person does meanwhile. */
  live(heard: Int16Array): PersonFrame
}

/** The person's lines of a scenario. An agent's turn without words makes no sound, so nobody waits for it. */
export async function toLines(
  turns: readonly ScenarioTurn[],
  speech: (turn: PersonTurn) => Promise<Int16Array>,
): Promise<PersonLine[]> {
  return Promise.all(
    turns.flatMap((turn, index) => {
      if (turn.speaker === 'agent') return []
      const silent = turn.text === '' && turn.audio === undefined
      const sound = silent ? Promise.resolve(new Int16Array(0)) : speech(turn)
      const afterAgent = followsAgent(turns, index) || turn.bargeInMs !== undefined
      return [sound.then((samples) => ({ turn, speech: samples, afterAgent }))]
    }),
  )
}

/** A person who is about to live through `lines`. */
export function createPerson(lines: readonly PersonLine[]): Person {
  const ear = createEar()
  const todo = [...lines]
  let nowMs = 0
  /** When the person's last line ended. */
  let quietSinceMs = 0
  /** When the speech began that the next line answers. */
  let answerFromMs: number | undefined
  let performance: Iterator<PersonFrame> | undefined
  /** Keys pressed since a turn last answered some. */
  let keys = ''
  let lastKeyMs = 0

  const listen = (heard: Int16Array) => {
    ear.hear(heard, nowMs)
    if (ear.onsetMs === undefined || ear.lastSoundMs === undefined) return
    const began = ear.onsetMs >= quietSinceMs
    if (began) answerFromMs ??= ear.onsetMs
    else if (ear.lastSoundMs >= quietSinceMs + STILL_TALKING_MS) answerFromMs ??= quietSinceMs
  }
  const isTurnOf = ({ turn, afterAgent }: PersonLine): boolean => {
    if (turn.afterDigits !== undefined)
      return keys.endsWith(turn.afterDigits) && nowMs >= lastKeyMs + turn.pauseMs
    if (!afterAgent) return nowMs >= quietSinceMs + turn.pauseMs
    if (answerFromMs === undefined || ear.lastSoundMs === undefined) return false
    if (turn.bargeInMs !== undefined && nowMs >= answerFromMs + turn.bargeInMs) return true
    return nowMs >= ear.lastSoundMs + END_OF_SPEECH_MS + turn.pauseMs
  }
  const act = (): PersonFrame => {
    const [next] = todo
    const answersKeys = next?.turn.afterDigits !== undefined
    if (next && (answersKeys || !performance) && isTurnOf(next)) {
      todo.shift()
      performance = perform(next)
      if (answersKeys) keys = ''
    }
    const frame = performance?.next()
    if (frame && !frame.done) return frame.value
    if (frame) {
      performance = undefined
      quietSinceMs = nowMs
      answerFromMs = undefined
    }
    return { said: new Int16Array(FRAME_SAMPLES) }
  }
  return {
    press(key) {
      keys += key
      lastKeyMs = nowMs
    },
    live(heard) {
      listen(heard)
      const frame = act()
      nowMs += FRAME_MS
      return frame
    },
  }
}

/** A line frame by frame: the words, the keys, the hanging up. */
function* perform({ turn, speech }: PersonLine): Generator<PersonFrame, undefined> {
  for (let at = 0; at < speech.length; at += FRAME_SAMPLES) {
    const said = new Int16Array(FRAME_SAMPLES)
    said.set(speech.subarray(at, at + FRAME_SAMPLES))
    yield { said }
  }
  for (const digit of turn.digits ?? '') {
    yield { said: new Int16Array(FRAME_SAMPLES), digit }
    for (let ms = FRAME_MS; ms < KEY_MS; ms += FRAME_MS) yield { said: new Int16Array(FRAME_SAMPLES) }
  }
  if (turn.hangUp) yield { said: new Int16Array(FRAME_SAMPLES), hangsUp: true }
}

function followsAgent(turns: readonly ScenarioTurn[], index: number): boolean {
  const before = turns.slice(0, index)
  const lastPerson = before.findLastIndex((turn) => turn.speaker === 'person')
  return before.slice(lastPerson + 1).some((turn) => turn.text !== '' || turn.audio !== undefined)
}
