/** The agent's turns as the person hears them: words appear when their sound is played, and stop where it was cut. */
import type { Emit } from '../events.ts'
import { fitting } from './turn-text.ts'

/** Where the sound stands: positions in ms, as in `Playback`. */
export type HeardSound = { readonly saidMs: number; readonly heardMs: number; readonly silent: boolean }

/** The fastest that words are believed to be spoken, so that text sent ahead of its sound does not appear ahead of it. */
const MAX_CHARS_PER_MS = 0.025
/** A turn that the model never completes is over when nothing more came for this long after its sound was heard. */
const COMPLETION_PATIENCE_MS = 2000
/** Words come in no order with their sound (https://ai.google.dev/api/live): the last ones, or all, may trail behind the end of the turn. */
const LAST_WORDS_MS = 400
const ALL_WORDS_MS = 1500
/** Words that come when no turn is on wait this long for their sound; without it they are a turn of their own. */
const EARLY_WORDS_MS = 1500

/** Words are not everywhere between blanks. */
const words = new Intl.Segmenter(undefined, { granularity: 'word' })

type AgentTurn = {
  turn: number
  startMs: number
  /** Position at which its sound begins, and ends once that is known. */
  fromMs: number
  toMs: number | undefined
  text: string
  shown: number
  complete: boolean
  lastNewsMs: number
  /** When all of it had been heard. */
  heardAtMs: number | undefined
}

/** One agent's turns of one call. */
export type AgentTurns = {
  /** True while a turn is being made or heard. */
  readonly open: boolean
  /** The model is about to say sound; opens a turn if none is being made. Returns its number when it was opened by this. */
  sound(): number | undefined
  /** Words of the turn being made or heard, or of the next one. */
  text(text: string): void
  /** The model's turn is over; the person's hearing it may not be. */
  complete(): void
  /** Shows what has been heard since, and ends what is over. */
  progress(): void
  /** True while the model is still making the turn that was opened last. */
  readonly making: boolean
  /** The sound is about to be cut: every open turn ends where it was heard. `by`: the person spoke into it, or the call is over. */
  cut(by: 'person' | 'end'): void
}

/** `nowMs`: time since media start. `nextTurn` numbers the turns of both speakers. */
export function createAgentTurns(deps: {
  emit: Emit
  sound: HeardSound
  nowMs: () => number
  nextTurn: () => number
  /** A turn was heard to its end; `complete`: the model has said that it was one. */
  ended?: (text: string, complete: boolean) => void
}): AgentTurns {
  const { emit, sound, nowMs, nextTurn } = deps
  /** In order; only the last one can still be in the making. */
  let turns: AgentTurn[] = []
  let early = { text: '', sinceMs: 0 }

  const making = () => {
    const last = turns.at(-1)
    return last && !last.complete ? last : undefined
  }
  const open = (): AgentTurn => {
    const turn: AgentTurn = {
      turn: nextTurn(),
      startMs: nowMs(),
      fromMs: sound.saidMs,
      toMs: undefined,
      text: early.text,
      shown: 0,
      complete: false,
      lastNewsMs: nowMs(),
      heardAtMs: undefined,
    }
    early = { text: '', sinceMs: 0 }
    turns.push(turn)
    return turn
  }
  const heardOf = (turn: AgentTurn) =>
    Math.max(0, Math.min(sound.heardMs, turn.toMs ?? sound.saidMs) - turn.fromMs)

  /** How many characters have been heard: the words' share of the text is taken as their share of the sound. */
  const heardChars = (turn: AgentTurn) => {
    const soundMs = (turn.toMs ?? sound.saidMs) - turn.fromMs
    if (soundMs <= 0) return turn.complete ? turn.text.length : 0
    const heardMs = heardOf(turn)
    if (turn.complete && heardMs >= soundMs) return turn.text.length
    const share = (turn.text.length * heardMs) / soundMs
    const spoken = turn.complete ? share : Math.min(share, heardMs * MAX_CHARS_PER_MS)
    return words.segment(turn.text).containing(Math.floor(spoken))?.index ?? turn.text.length
  }
  const show = (turn: AgentTurn, upTo: number) => {
    if (upTo <= turn.shown) return
    emit({
      type: 'transcript.delta',
      speaker: 'agent',
      turn: turn.turn,
      text: turn.text.slice(turn.shown, upTo),
    })
    turn.shown = upTo
  }
  const end = (turn: AgentTurn, interrupted: boolean, heardMs: number) => {
    if (!interrupted) show(turn, turn.text.length)
    const unheard = turn.text.slice(turn.shown).trim()
    emit({
      type: 'turn.ended',
      speaker: 'agent',
      turn: turn.turn,
      text: turn.text.slice(0, turn.shown).trim(),
      ...(unheard && { unheardText: unheard }),
      startMs: Math.round(turn.startMs),
      endMs: Math.round(turn.heardAtMs ?? nowMs()),
      interrupted,
      heardMs,
    })
  }
  const heardWhole = (turn: AgentTurn) =>
    sound.heardMs >= (turn.toMs ?? sound.saidMs) && (turn.toMs !== undefined || sound.silent)
  const over = (turn: AgentTurn) => {
    if (!heardWhole(turn)) return false
    turn.heardAtMs ??= nowMs()
    if (turn !== turns.at(-1)) return true
    // The model ends a turn when it believes that it has been heard, which may be a little later than it was.
    if (!turn.complete) return nowMs() - Math.max(turn.lastNewsMs, turn.heardAtMs) > COMPLETION_PATIENCE_MS
    return nowMs() - turn.lastNewsMs > (turn.text === '' ? ALL_WORDS_MS : LAST_WORDS_MS)
  }

  const turnsOfAgent: AgentTurns = {
    get open() {
      return turns.length > 0 || early.text !== ''
    },
    sound() {
      const current = making()
      const turn = current ?? open()
      turn.lastNewsMs = nowMs()
      turn.heardAtMs = undefined
      return current ? undefined : turn.turn
    },
    text(text) {
      const turn = turns.at(-1)
      if (!turn) early = { text: early.text + fitting(early.text, text), sinceMs: nowMs() }
      else {
        turn.text += fitting(turn.text, text)
        turn.lastNewsMs = nowMs()
      }
    },
    complete() {
      const turn = making() ?? (early.text === '' ? undefined : open())
      if (!turn) return
      turn.complete = true
      turn.lastNewsMs = nowMs()
      turn.toMs = sound.saidMs
    },
    progress() {
      if (early.text !== '' && nowMs() - early.sinceMs > EARLY_WORDS_MS) turnsOfAgent.complete()
      for (const turn of turns) show(turn, heardChars(turn))
      for (let turn = turns[0]; turn && over(turn); turn = turns[0]) {
        turns = turns.slice(1)
        end(turn, false, Math.round(heardOf(turn)))
        deps.ended?.(turn.text, turn.complete)
      }
    },
    get making() {
      return making() !== undefined
    },
    cut(by) {
      if (by === 'end' && early.text !== '') turnsOfAgent.complete()
      for (const turn of turns) {
        show(turn, heardChars(turn))
        const cut = !heardWhole(turn)
        const heardMs = Math.round(heardOf(turn))
        if (cut && by === 'person') emit({ type: 'agent.interrupted', turn: turn.turn, heardMs })
        end(turn, cut, heardMs)
      }
      turns = []
    },
  }
  return turnsOfAgent
}
