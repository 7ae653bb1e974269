/** That a test leaves nothing behind: no socket, no server, no timer, no rejection that nobody has handled. */
import { afterEach, beforeEach, expect } from 'vitest'

/** What keeps a process alive. */
const handles = () => process.getActiveResourcesInfo().filter((name) => /TCP|TLS|Timeout/.test(name)).length

/** After each test of the file, when `close` has closed what is the test's own. */
export function leaveNothing(close: () => Promise<void> = async () => {}): void {
  const unhandled: unknown[] = []
  const note = (reason: unknown) => unhandled.push(reason)
  beforeEach(() => {
    unhandled.length = 0
    process.on('unhandledRejection', note)
  })
  afterEach(async () => {
    await close()
    // Destroyed sockets are gone a few rounds of the event loop later; what stays lets the hook time out.
    do await new Promise((resolve) => setImmediate(resolve))
    while (handles() > 0)
    process.off('unhandledRejection', note)
    expect(unhandled).toEqual([])
  }, 10_000)
}
