/** What was opened, closed in reverse order: each closer bounded in time, none able to stop the others. */
import { settledWithin } from './deadline.ts'

/** Push a closer in the line after the open; `close()` runs them last-in first-out and may be called twice. */
export type CloseStack = {
  /** Registers a closer with the longest time it may take, in real milliseconds (default 2000). */
  push(name: string, close: () => unknown, withinMs?: number): void
  /** Closes everything; resolves with the names of closers that failed or were late. Never rejects. */
  close(): Promise<string[]>
}

/** An empty stack. A closer pushed after `close()` has begun runs at once. */
export function createCloseStack(): CloseStack {
  const stack: { name: string; close: () => unknown; withinMs: number }[] = []
  let closing: Promise<string[]> | undefined

  const run = async (closer: (typeof stack)[number], failed: string[]) => {
    let threw = false
    const work = (async () => closer.close())().catch(() => {
      threw = true
    })
    if (!(await settledWithin(work, closer.withinMs)) || threw) failed.push(closer.name)
  }
  const closeAll = async () => {
    const failed: string[] = []
    for (let closer = stack.pop(); closer; closer = stack.pop()) await run(closer, failed)
    return failed
  }
  return {
    push(name, close, withinMs = 2000) {
      const closer = { name, close, withinMs }
      if (closing) void run(closer, [])
      else stack.push(closer)
    },
    close() {
      closing ??= closeAll()
      return closing
    },
  }
}
