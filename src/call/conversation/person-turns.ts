/** The person's turns: the model's piecemeal transcript, put together and timed by the sound itself. */
import type { Emit } from '../events.ts'
import { fitting } from './turn-text.ts'

/** Words may trail behind the agent's answer to them by this much; after it the turn is over. */
const TRAILING_WORDS_MS = 800
/** A transcript cannot be quicker than this after its speech began. */
const UNDER_WAY_MS = 300
/** Without an answer, a turn is over after this much silence of the person and no new words. */
const QUIET_MS = 1800

/** One person's turns of one call. Times are ms since media start. */
export type PersonTurns = {
  /** The person's speech was noticed to begin, or to have ended, at this time. */
  speechStarted(atMs: number): void
  speechEnded(atMs: number): void
  /** When the person last stopped speaking; undefined while speaking, or when nothing was said since the last answer. */
  readonly silentSinceMs: number | undefined
  /** A piece of the transcript. */
  text(text: string): void
  /** The agent answers: what was said until now is complete but for trailing words. */
  answered(): void
  /** Ends a turn whose time has come. */
  progress(): void
  /** The person spoke into the agent's answer: words from now on are a new turn. */
  spokeAgain(): void
  /** The call is over: an open turn ends. */
  end(): void
}

/** `told`: a turn of it has been told; what follows is another. */
type Span = { fromMs: number; toMs: number | undefined; told?: true }
type OpenTurn = {
  turn: number
  startMs: number
  text: string
  lastTextMs: number
  answered: { atMs: number } | undefined
}

/** `nowMs`: time since media start. `nextTurn` numbers the turns of both speakers. */
export function createPersonTurns(deps: {
  emit: Emit
  nowMs: () => number
  nextTurn: () => number
}): PersonTurns {
  const { emit, nowMs, nextTurn } = deps
  /** What was said since the last answer, and before it: a transcript may come later than the answer. */
  let speech: Span | undefined
  let earlier: Span | undefined
  let open: OpenTurn | undefined

  const end = () => {
    if (!open) return
    const said = open.answered ? earlier : speech
    const startMs = Math.round(open.startMs)
    const endMs = Math.round(Math.max(startMs, said?.toMs ?? open.answered?.atMs ?? nowMs()))
    emit({
      type: 'turn.ended',
      speaker: 'person',
      turn: open.turn,
      text: open.text.trim(),
      startMs,
      endMs,
      interrupted: false,
      heardMs: endMs - startMs,
    })
    // An answer may still come; how long it took must then be known.
    if (!open.answered && speech) speech.told = true
    open = undefined
  }
  return {
    speechStarted(atMs) {
      // Pauses inside one turn do not make it two: only an answer does.
      speech = { fromMs: speech && !speech.told ? speech.fromMs : atMs, toMs: undefined }
    },
    speechEnded(atMs) {
      if (speech) speech.toMs = atMs
    },
    get silentSinceMs() {
      return speech?.toMs
    },
    text(text) {
      // Words that trail behind their answer and words of new speech look alike; speech that is well under way decides.
      if (open?.answered && speech && nowMs() - speech.fromMs > UNDER_WAY_MS) end()
      open ??= {
        turn: nextTurn(),
        startMs: (speech ?? earlier)?.fromMs ?? nowMs(),
        text: '',
        lastTextMs: 0,
        answered: undefined,
      }
      open.lastTextMs = nowMs()
      const more = fitting(open.text, text)
      if (more === '') return
      open.text += more
      emit({ type: 'transcript.delta', speaker: 'person', turn: open.turn, text: more })
    },
    answered() {
      if (open) open.answered ??= { atMs: nowMs() }
      earlier = speech ?? earlier
      speech = undefined
    },
    progress() {
      if (!open) return
      const speaking = speech !== undefined && speech.toMs === undefined
      const quietMs = nowMs() - open.lastTextMs
      if (open.answered ? quietMs > TRAILING_WORDS_MS : !speaking && quietMs > QUIET_MS) end()
    },
    spokeAgain() {
      if (open?.answered) end()
    },
    end,
  }
}
