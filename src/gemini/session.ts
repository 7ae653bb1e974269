/** A live session that outlives its connections: one ModelLeg over one connection after the other. */
import { type CallError, toCallError } from '../call/error.ts'
import type { ModelEvent, ModelLeg, ReconnectReason } from '../call/live-model.ts'
import type { Clock } from '../flow/clock.ts'
import { settledWithin } from '../flow/deadline.ts'
import { createQueue } from '../flow/queue.ts'
import type { Connection, ModelInput } from './connection.ts'
import { createHeldInput } from './held-input.ts'
import { OUTPUT_RATE } from './messages.ts'
import { isFinal, type OpenNext, type Reopened, reopen } from './reopen.ts'
import { createSessionState } from './session-state.ts'

/** When nobody moves the session in time, it moves itself so long before the announced end. */
const BACKSTOP_MS = 2000
/** No connection is announced to live longer; timers cannot count much further. */
const LONGEST_MS = 86_400_000
/** The handle of what was just said follows it closely; resuming with an older one, the agent would say it again. */
const HANDLE_WITHIN_MS = 500
/** A stalled connection may be a dead one, which does not answer a farewell: the person waits, so that is not waited for for long. Real ms. */
const FAREWELL_WITHIN_MS = 300
/** A connection that has lived this long has worked: failures before it do not count any more. */
const STABLE_MS = 10_000

/**
 * The leg of a session that begins on `first`. While the session moves, everything said to it waits and is sent on in order; a tool call
 * is answered over whichever connection is open then, since a handle carries open calls along. A fresh session does not know them: they
 * are reported as cancelled, and later answers to them are dropped.
 */
export function createSession(
  first: Connection,
  deps: { inputRate: number; open: OpenNext; restAfterMs: number; clock: Clock },
): ModelLeg {
  const { inputRate, open, restAfterMs, clock } = deps
  const events = createQueue<ModelEvent>()
  const state = createSessionState()
  const held = createHeldInput(inputRate)
  const stop = new AbortController()
  let current = first
  let openedAtMs = clock.nowMs()
  let restFromMs = openedAtMs + restAfterMs
  let turnOverAtMs = openedAtMs
  let failures = 0
  let loss: CallError | undefined
  let moving = false
  let holding = false
  let move: Promise<void> = Promise.resolve()
  let retired: Promise<unknown> = Promise.resolve()
  let cancelBackstop = () => {}
  let stopWaiting = () => {}

  const send = (input: ModelInput) => {
    if (stop.signal.aborted) return
    if (holding) held.push(input)
    else if (input.type !== 'tool-answer' || state.answer(input.call.id)) current.send(input)
  }
  const release = () => {
    holding = false
    const { inputs, lostMs } = held.take()
    for (const input of inputs) send(input)
    if (lostMs > 0)
      events.push({
        type: 'unreadable',
        detail: `moving to a new connection took so long that ${lostMs} ms of the person's sound are lost`,
      })
  }

  const follow = async (connection: Connection) => {
    for await (const event of connection.events) {
      if (connection !== current || stop.signal.aborted) return
      receive(event)
    }
  }
  const receive = (event: ModelEvent) => {
    state.note(event)
    switch (event.type) {
      case 'closed':
        loss = event.error
        stopWaiting()
        if (moving) return
        return isFinal(loss) ? end(loss) : carryOver('lost')
      case 'resumable':
        if (event.handle !== undefined) stopWaiting()
        break
      case 'going-away':
        cancelBackstop()
        cancelBackstop = clock.after(Math.min(event.timeLeftMs, LONGEST_MS) - BACKSTOP_MS, () =>
          carryOver('going-away'),
        )
        events.push(event)
        break
      case 'turn-complete':
        turnOverAtMs = clock.nowMs()
        events.push(event)
        break
      default:
        events.push(event)
    }
    if (state.rests && isGoodMoment()) carryOver('age')
  }
  /** Right after the agent's turn, while the person listens: a person in the middle of a sentence would leave half of it behind. */
  const isGoodMoment = () => {
    const nowMs = clock.nowMs()
    return nowMs >= restFromMs && nowMs - turnOverAtMs <= HANDLE_WITHIN_MS
  }

  const carryOver = (reason: ReconnectReason) => {
    if (moving || stop.signal.aborted) return
    moving = true
    move = carry(reason).catch((error: unknown) => end(toCallError(error)))
  }
  const carry = async (reason: ReconnectReason) => {
    if (reason === 'going-away' && !state.handleIsCurrent) await newerHandle()
    const beganAtMs = clock.nowMs()
    holding = true
    // The counter goes on only for a connection that was hardly opened when it was lost again, or said that it goes away.
    const isGoing = loss !== undefined || reason === 'going-away'
    const hardlyOpened = current !== first && beganAtMs - openedAtMs < STABLE_MS
    failures = isGoing && hardlyOpened ? failures + 1 : 0
    if (reason === 'stalled') await settledWithin(current.close(), FAREWELL_WITHIN_MS)
    const handle = () => state.handle
    const next = await reopen({ old: current, handle, open, failures, loss, clock, signal: stop.signal })
    if (stop.signal.aborted) {
      if ('connection' in next) await next.connection.close()
    } else if ('connection' in next) {
      adopt(next, reason, beganAtMs)
    } else if (current.open) {
      stay()
    } else {
      end(next.error)
    }
  }
  const newerHandle = () => {
    const settled = new Promise<void>((resolve) => {
      stopWaiting = resolve
    })
    return settledWithin(settled, HANDLE_WITHIN_MS)
  }

  const adopt = (
    next: Extract<Reopened, { connection: Connection }>,
    reason: ReconnectReason,
    beganAtMs: number,
  ) => {
    retired = Promise.all([retired, current.close()])
    current = next.connection
    failures = next.failures
    loss = undefined
    openedAtMs = clock.nowMs()
    restFromMs = openedAtMs + restAfterMs
    cancelBackstop()
    const ids = next.fresh ? state.startAfresh() : []
    if (ids.length > 0) events.push({ type: 'tool-cancelled', ids })
    release()
    events.push({ type: 'reconnected', reason, gapMs: Math.round(openedAtMs - beganAtMs) })
    moving = false
    void follow(current)
  }
  /** No new connection, but the old one still serves: it may do so to its end, which is then a loss like any other. */
  const stay = () => {
    restFromMs = clock.nowMs() + restAfterMs
    release()
    moving = false
  }
  const end = (error: CallError) => {
    events.push({ type: 'closed', error })
    finish()
  }
  const finish = () => {
    events.end()
    stop.abort()
    cancelBackstop()
    stopWaiting()
  }

  void follow(first)
  return {
    inputRate,
    outputRate: OUTPUT_RATE,
    events,
    get bufferedBytes() {
      return current.bufferedBytes
    },
    sendAudio: (pcm) => send({ type: 'audio', pcm }),
    sendText: (text, insist = false) => send({ type: 'text', text, insist }),
    answerTool: ({ id, name }, response, silent) =>
      send({ type: 'tool-answer', call: { id, name }, response, silent }),
    carryOver,
    async close() {
      finish()
      await Promise.all([move, retired, current.close()])
    },
  }
}
