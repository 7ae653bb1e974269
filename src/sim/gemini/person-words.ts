/** The person's words as the model transcribes them: some while they are spoken, the rest when it is silent again. */
import { personPieces } from './turn-plan.ts'

/** The words of one turn of the person. */
type PersonWords = {
  /** Sends what can be understood after this much speech, in ms. */
  after(speechMs: number): void
  /** Sends what is left. */
  finish(): void
}

/** How often words are transcribed while the person speaks, and how much of them comes before the silence. */
const EVERY_MS = 400
const SHARE = 0.7

/** The transcript of `text` in pieces that split words anywhere. */
export function createPersonWords(text: string, send: (piece: string) => void): PersonWords {
  const pieces = personPieces(text)
  const early = Math.floor(pieces.length * SHARE)
  let sent = 0
  const sendUpTo = (count: number) => {
    for (const piece of pieces.slice(sent, count)) send(piece)
    sent = Math.max(sent, count)
  }
  return {
    after: (speechMs) => sendUpTo(Math.min(early, Math.floor(speechMs / EVERY_MS))),
    finish: () => sendUpTo(pieces.length),
  }
}
