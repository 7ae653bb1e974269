/** What the agent does to the line itself: it presses keys, it puts the person through. Both take the sound away for a while. */
import type { Clock } from '../../flow/clock.ts'
import type { TransferOrder } from '../carrier.ts'
import { toCallError } from '../error.ts'
import type { Emit } from '../events.ts'
import type { Phone } from '../phone.ts'
import type { TransferTarget } from '../request.ts'
import type { ToolResult } from '../tools.ts'
import type { AgentSide } from './agent-side.ts'

/** What the agent has said is heard to its end first, unless it does not come to one. */
const LONGEST_SENTENCE_MS = 20_000
const LOOK_EVERY_MS = 50
/** The last words of what was said may come later than its sound. */
const TRAILING_WORDS_MS = 600
/** How long the other phone may ring, and how long the two may talk: the call's own time limit is of the agent's talk. */
const RING_MS = 30_000
const TALK_MS = 3_600_000
/** How much longer a call may last from the moment in which the person is put through. */
export const LONGEST_TRANSFER_MS = RING_MS + TALK_MS

/**
 * The work of one conversation; one piece of work at a time. What nobody waits for any more when its turn has come, because `wanted` has
 * aborted, is not begun; what the carrier has been asked for is not taken back.
 */
export type LineWork = {
  /** `keys` as in `OutboundCall.pressDigits`. */
  press(keys: string, wanted: AbortSignal): Promise<ToolResult>
  /** Never resolves when the person has been put through: `putThrough` is told. */
  transfer(target: TransferTarget, wanted: AbortSignal): Promise<ToolResult>
}

const BUSY = { error: 'You are already pressing keys or putting the person through. Wait for that.' }
const UNWANTED = { error: 'It was not done: it was no longer asked for.' }

/** `endTurns`: what both have said so far is told before what is done. */
export function createLineWork(
  phone: Phone,
  agent: Pick<AgentSide, 'silent' | 'open' | 'hold' | 'resume'>,
  deps: { clock: Clock; emit: Emit; endTurns: () => void },
  putThrough: () => void,
): LineWork {
  const { clock, emit, endTurns } = deps
  let busy = false

  const within = async (ms: number, done: () => boolean, wanted: AbortSignal) => {
    const untilMs = clock.nowMs() + ms
    while (!wanted.aborted && !done() && clock.nowMs() < untilMs) await clock.sleep(LOOK_EVERY_MS, wanted)
  }
  /** With the agent's voice held back: what it says meanwhile is said afterwards. */
  const act = async (deed: () => Promise<ToolResult>): Promise<ToolResult> => {
    endTurns()
    agent.hold()
    try {
      return await deed()
    } catch (error) {
      return { error: `It did not work: ${toCallError(error).message}.` }
    } finally {
      agent.resume()
    }
  }
  const work = async (wanted: AbortSignal, deed: () => Promise<ToolResult>): Promise<ToolResult> => {
    if (busy) return BUSY
    busy = true
    await within(LONGEST_SENTENCE_MS, () => agent.silent, wanted)
    await within(TRAILING_WORDS_MS, () => !agent.open, wanted)
    const result = wanted.aborted ? UNWANTED : await act(deed)
    busy = false
    return result
  }
  return {
    press: (keys, wanted) =>
      work(wanted, async () => {
        const back = await phone.pressDigits(keys)
        emit({ type: 'dtmf.sent', digits: keys })
        emit({ type: 'media.reconnected', ...back })
        return { output: 'The keys were pressed. Wait for what you hear.', silent: true }
      }),
    transfer: ({ name, number: to }, wanted) =>
      work(wanted, async () => {
        emit({ type: 'transfer.started', to })
        const order: TransferOrder = { to, ringTimeoutMs: RING_MS, timeLimitMs: TALK_MS }
        const through = await phone.transfer(order)
        if (through.type === 'connected') {
          emit({ type: 'transfer.connected', to })
          putThrough()
          return new Promise(() => {})
        }
        emit({ type: 'transfer.failed', to, why: through.why })
        emit({ type: 'media.reconnected', ...through.back })
        return {
          error: `${name} could not be reached (${through.why}). Tell the person, who is back with you.`,
        }
      }),
  }
}
