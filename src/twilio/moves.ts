/** The two ways of leading a call away from its media stream, one at a time. */
import type { OutboundCall } from '../call/carrier.ts'
import { CallError } from '../call/error.ts'
import { assertDigits } from './digits.ts'
import type { CallLedger } from './ledger.ts'
import type { MediaLeg } from './live-leg.ts'
import { never } from './move.ts'
import { pressDigits } from './press-digits.ts'
import { type TransferParts, transfer } from './transfer.ts'

/** The moves of one call. */
export type Moves = Pick<OutboundCall, 'pressDigits' | 'transfer'> & {
  /** The call is being ended: nothing comes of a move any more, and none holds a timer. */
  stop(): void
}

/** The moves of a call whose doors are open. */
export function createMoves(ledger: CallLedger, parts: Omit<TransferParts, 'ended'>): Moves {
  const ended = new AbortController()
  const hasEnded = () => ledger.isOver || ended.signal.aborted
  let isMoving = false
  void ledger.over.then(() => ended.abort())

  /** Nothing is told of a move once its call is over. */
  const unlessEnded = async <T>(work: Promise<T>): Promise<T> => {
    const result = await work.catch((error: unknown) => {
      if (hasEnded()) return never()
      throw error
    })
    return hasEnded() ? never() : result
  }
  const move = async <T>(how: (leg: MediaLeg) => Promise<T>): Promise<T> => {
    if (hasEnded()) return never()
    const leg = parts.streams.current
    if (isMoving) throw refused('keys are being pressed or the person is being put through already')
    if (!leg?.isOpen) throw refused('there is no audio connection to the phone')
    isMoving = true
    leg.depart()
    try {
      return await unlessEnded(how(leg))
    } finally {
      isMoving = false
    }
  }
  const moveParts = { ...parts, ended: ended.signal }
  return {
    async pressDigits(digits) {
      assertDigits(digits)
      return await move((leg) => pressDigits(leg, digits, moveParts))
    },
    transfer: (order) => move((leg) => transfer(leg, order, moveParts)),
    stop: () => ended.abort(),
  }
}

function refused(sentence: string): CallError {
  return new CallError('carrier-refused', sentence)
}
