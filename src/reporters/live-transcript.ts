/** The transcript as it is spoken: words appear as they come, one speaker a line, on a terminal of any width. */
import type { JournalEvent, Speaker } from '../call/events.ts'
import { cleanText } from './clean-text.ts'
import type { Outlet } from './outlet.ts'
import type { Paint } from './paint.ts'
import { formatClock } from './quantity.ts'
import { cutOff } from './transcript-line.ts'
import { createWordWrap, type WordWrap } from './word-wrap.ts'

type TurnEnded = Extract<JournalEvent, { type: 'turn.ended' }>

/**
 * Texts are hostile and cleaned here; times are ms since media start. A line bears the time at which it was begun, with the first words:
 * when the turn itself began (`startMs`, as in a written transcript) is news only at its end.
 */
type LiveTranscript = {
  /** True while a line has been begun and not ended. */
  readonly lineIsOpen: boolean
  /** Words as they are spoken. */
  words(speaker: Speaker, turn: number, text: string, atMs: number): void
  /** The agent was cut off after that much of its turn. */
  cut(turn: number, heardMs: number, atMs: number): void
  /** A turn is over: prints what of its text has not been seen yet. */
  end(turn: TurnEnded, atMs: number): void
  /** A whole line of its own, such as pressed keys. */
  line(speaker: Speaker, text: string, atMs: number): void
  /** Ends the open line, or only one of this speaker's, so that something else can be printed; the turn goes on in a new line. */
  breakLine(of?: Speaker): void
}

/** What of a turn has been printed. */
type SeenTurn = { text: string; cut: boolean }

const SHAPE = { agent: '▸', person: '◂' } as const satisfies Record<Speaker, string>
/** `00:03  agent  ▸ `: minutes may take more than two digits, then the columns move. */
const GUTTER_COLUMNS = 16
/** With fewer columns for words, speaker and time get a line of their own. */
const MIN_TEXT_COLUMNS = 20

/** Prints to `out`. Every line that we begin carries the speaker's shape in front of the words, so that words cannot pass for another line. */
export function createLiveTranscript(out: Outlet, paint: Paint): LiveTranscript {
  const seen = new Map<number, SeenTurn>()
  let open: { turn: number; speaker: Speaker; wrap: WordWrap } | undefined

  // The last column stays free: terminals disagree about what happens after writing to it.
  const isNarrow = () => out.columns - 1 - GUTTER_COLUMNS < MIN_TEXT_COLUMNS

  const breakLine = (of?: Speaker) => {
    if (!open || (of !== undefined && open.speaker !== of)) return
    out.write(`${open.wrap.flush()}\n`)
    open = undefined
  }
  const beginLine = (speaker: Speaker, atMs: number): WordWrap => {
    const narrow = isNarrow()
    const shape = paint[speaker](SHAPE[speaker])
    const label = paint[speaker](narrow ? speaker : speaker.padEnd(6))
    const gutterColumns = narrow ? 2 : GUTTER_COLUMNS
    const newLine = `${' '.repeat(gutterColumns - 2)}${shape} `
    const first = narrow ? `\n${newLine}` : ` ${shape} `
    out.write(`${paint.faint(formatClock(atMs))}  ${label}${first}`)
    return createWordWrap(() => Math.max(1, out.columns - 1 - gutterColumns), newLine)
  }
  /** The line on which the turn goes on, and what has been seen of it. */
  const lineOf = (speaker: Speaker, turn: number, atMs: number) => {
    const before = seen.get(turn)
    const state = before ?? { text: '', cut: false }
    seen.set(turn, state)
    if (open?.turn === turn) return { wrap: open.wrap, state }
    breakLine()
    const wrap = beginLine(speaker, atMs)
    open = { turn, speaker, wrap }
    if (before) out.write(wrap.add(/\s$/.test(before.text) ? '… ' : '…'))
    return { wrap, state }
  }
  const print = (speaker: Speaker, turn: number, text: string, atMs: number) => {
    const { wrap, state } = lineOf(speaker, turn, atMs)
    state.text += text
    out.write(wrap.add(cleanText(text)))
  }
  const cut = (turn: number, heardMs: number, atMs: number) => {
    const before = seen.get(turn)
    // Of a turn without a word or a sound there is nothing to show.
    if (before?.cut || (!before && heardMs === 0)) return
    const { wrap, state } = lineOf('agent', turn, atMs)
    state.cut = true
    out.write(wrap.remark(cutOff(heardMs), paint.faint))
    breakLine()
  }
  return {
    get lineIsOpen() {
      return open !== undefined
    },
    words(speaker, turn, text, atMs) {
      // White space alone is no reason to begin a line.
      if (open?.turn !== turn && cleanText(text).trim() === '') return
      print(speaker, turn, text, atMs)
    },
    cut,
    end(event, atMs) {
      const shown = seen.get(event.turn)?.text.trimStart() ?? ''
      const rest = event.text.startsWith(shown) ? event.text.slice(shown.length) : ''
      if (cleanText(rest).trim() !== '') print(event.speaker, event.turn, rest, atMs)
      if (event.interrupted) cut(event.turn, event.heardMs, atMs)
      if (open?.turn === event.turn) breakLine()
      const state = seen.get(event.turn)
      // Words that come late are still recognised as a continuation.
      if (state) state.text = ''
    },
    line(speaker, text, atMs) {
      breakLine()
      const wrap = beginLine(speaker, atMs)
      out.write(`${wrap.add(cleanText(text))}${wrap.flush()}\n`)
    },
    breakLine,
  }
}
