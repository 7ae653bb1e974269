/** What a test must leave as it found it: sockets, servers, pipes, children, timers; and no rejection that nobody heard of. */
import { afterEach, beforeEach, expect } from 'vitest'

const KINDS = [
  'TCPSocketWrap',
  'TCPServerWrap',
  'TLSWrap',
  'GetAddrInfoReqWrap',
  'PipeWrap',
  'ProcessWrap',
  'Timeout',
]
/** Destroyed sockets are gone some rounds of the event loop later. */
const GONE_WITHIN_MS = 6000

/** How many of each keep this process alive; timers come and go in the test runner too, and in the end there are to be none at all. */
function held(): Record<string, number> {
  const found = process.getActiveResourcesInfo()
  return Object.fromEntries(KINDS.map((kind) => [kind, found.filter((name) => name === kind).length]))
}

/** To be called before a piece of work; what it returns resolves when no more is open than then, and fails when that does not come about. */
export function watchForLeaks(): () => Promise<void> {
  const before: Record<string, number> = { ...held(), Timeout: 0 }
  const unhandled: unknown[] = []
  const note = (reason: unknown) => unhandled.push(reason)
  process.on('unhandledRejection', note)
  const more = () => {
    const now = held()
    return KINDS.filter((kind) => (now[kind] ?? 0) > (before[kind] ?? 0))
  }
  return async () => {
    const untilMs = performance.now() + GONE_WITHIN_MS
    // No timer of our own, since timers are counted.
    do await new Promise((resolve) => setImmediate(resolve))
    while (more().length > 0 && performance.now() < untilMs)
    process.off('unhandledRejection', note)
    expect({ leftOpen: more(), unhandled }).toEqual({ leftOpen: [], unhandled: [] })
  }
}

/** To be called once in a file: looks for leaks after each of its tests, when `close` has closed what is the test's own. */
export function leaveNothing(close: () => Promise<void> = async () => {}): void {
  let nothingLeft = async () => {}
  beforeEach(() => {
    nothingLeft = watchForLeaks()
  })
  afterEach(async () => {
    await close()
    await nothingLeft()
  })
}
