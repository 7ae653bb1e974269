/** The phone as a conversation has it: one line, over one media connection after the other. */
import type { Clock } from '../flow/clock.ts'
import type { OutboundCall, PhoneEvent, PhoneLeg, TransferOrder } from './carrier.ts'

/** The sound is back on another connection after `gapMs` without one. */
export type Reconnection = { streamSid: string; gapMs: number }

/** What became of putting the person through: `connected`, or why not, and the person is back. */
export type PutThrough =
  | { type: 'connected' }
  | { type: 'failed'; why: 'busy' | 'no-answer' | 'failed' | 'canceled'; back: Reconnection }

/** The line to the person. Sound and marks go to the connection in use; while there is none they are lost, so hold them back. */
export type Phone = Pick<PhoneLeg, 'sampleRate' | 'bufferedBytes' | 'play' | 'mark' | 'clear'> & {
  /** Of all connections, on one time line that began with the first. For exactly one reader; ends after `closed`. */
  readonly events: AsyncIterable<PhoneEvent>
  /** Whether its connection is being replaced, or could not be. */
  readonly away: boolean
  /** Resolves when the person is not being put through, or no longer: at once, as a rule. Pending when they have been. */
  readonly atHome: Promise<void>
  /** As `OutboundCall` does, with the conversation carried over to the new connection. */
  pressDigits(digits: string): Promise<Reconnection>
  transfer(order: TransferOrder): Promise<PutThrough>
}

/** The phone of a call whose first media connection stands. */
export function createPhone(
  first: PhoneLeg,
  call: Pick<OutboundCall, 'pressDigits' | 'transfer'>,
  clock: Clock,
): Phone {
  const startedAtMs = clock.nowMs()
  let leg = first
  let fromMs = 0
  let closedAtMs: number | undefined
  /** While the connection is being replaced, its end is not the end of the line, unless it is not replaced after all. */
  let moved: Promise<'moved' | 'lost'> | undefined
  let away = false
  let atHome: Promise<void> = Promise.resolve()

  async function* read(): AsyncGenerator<PhoneEvent> {
    for (;;) {
      const current = leg
      const currentFromMs = fromMs
      let end: PhoneEvent = { type: 'closed', how: 'dropped' }
      for await (const event of current.events) {
        if (event.type === 'closed') end = event
        else yield event.type === 'audio' ? { ...event, atMs: event.atMs + currentFromMs } : event
      }
      closedAtMs = clock.nowMs()
      const lost = (await moved) === 'lost'
      if (leg !== current) continue
      yield lost ? { type: 'closed', how: 'dropped' } : end
      return
    }
  }
  const take = (next: PhoneLeg): Reconnection => {
    const nowMs = clock.nowMs()
    const gapMs = Math.round(nowMs - (closedAtMs ?? nowMs))
    closedAtMs = undefined
    leg = next
    away = false
    fromMs = nowMs - startedAtMs
    return { streamSid: next.streamId, gapMs }
  }
  const move = <T>(moving: Promise<T>): Promise<T> => {
    away = true
    moved = moving.then(
      () => 'moved',
      () => {
        away = closedAtMs !== undefined
        // The old connection lives: its end will be an end like any other.
        if (!away) moved = undefined
        return 'lost'
      },
    )
    return moving
  }
  const putThrough = async (order: TransferOrder): Promise<PutThrough> => {
    const transfer = await call.transfer(order)
    if (transfer.type === 'connected') return transfer
    return { type: 'failed', why: transfer.why, back: take(transfer.leg) }
  }
  return {
    sampleRate: first.sampleRate,
    get bufferedBytes() {
      return leg.bufferedBytes
    },
    play: (pcm) => leg.play(pcm),
    mark: (name) => leg.mark(name),
    clear: () => leg.clear(),
    events: read(),
    get away() {
      return away
    },
    get atHome() {
      return atHome
    },
    pressDigits: (digits) => move(call.pressDigits(digits).then(take)),
    transfer(order) {
      const through = move(putThrough(order))
      const forEver = new Promise<void>(() => {})
      atHome = through.then(
        ({ type }) => (type === 'connected' ? forEver : undefined),
        () => {},
      )
      return through
    },
  }
}
