/** What the process holds open: sockets, pipes, children, timers. */
import { expect, vi } from 'vitest'

const KINDS = ['TCPSocketWrap', 'PipeWrap', 'ProcessWrap', 'Timeout', 'GetAddrInfoReqWrap']

/** How many of each there are. */
function held(): Record<string, number> {
  const found = process.getActiveResourcesInfo()
  return Object.fromEntries(KINDS.map((kind) => [kind, found.filter((name) => name === kind).length]))
}

/** Call it before a piece of work; what it returns waits until no more is open than then. */
export function watchHandles(): () => Promise<void> {
  const before = held()
  return () =>
    vi.waitFor(
      () => {
        const now = held()
        // Vitest's own timers come and go.
        const more = KINDS.filter(
          (kind) => (now[kind] ?? 0) > (before[kind] ?? 0) + (kind === 'Timeout' ? 2 : 0),
        )
        expect(more).toEqual([])
      },
      { timeout: 8000, interval: 20 },
    )
}
