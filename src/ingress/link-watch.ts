/** Judges from heartbeats and disconnections whether the link to ngrok is dead: a short trouble is not, one beyond the grace is. */

/** The crate reconnects by itself, but after two quick attempts only every two minutes: nobody can wait for that in a call. */
export type LinkWatch = {
  /** A heartbeat was answered. */
  alive(): void
  /** A heartbeat was missed or the connection broke. */
  troubled(): void
  /** No more verdicts. */
  stop(): void
}

/** Calls `dead` when trouble lasts longer than `graceMs` without a sign of life. */
export function createLinkWatch(graceMs: number, dead: () => void): LinkWatch {
  let timer: NodeJS.Timeout | undefined
  let stopped = false
  const clear = () => {
    clearTimeout(timer)
    timer = undefined
  }
  return {
    alive: clear,
    troubled() {
      if (!stopped) timer ??= setTimeout(dead, graceMs)
    },
    stop() {
      stopped = true
      clear()
    },
  }
}
