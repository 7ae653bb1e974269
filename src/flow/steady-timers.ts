/** Fast time that stands still while the program is busy: what is due comes in order, each at its own time, and nothing is skipped. */
/** Where a clock's time comes from: the time, and calls after some of it that can be cancelled. */
export type TimeSource = { nowMs(): number; after(ms: number, fn: () => void): () => void }

/** Between two looks at the sockets time goes on this far at most: as long as a frame of sound. */
const LONGEST_STEP_MS = 20
/** From this speed on a real timer's millisecond is too long a step, and time goes on with every turn of the event loop, for which it takes a whole core. */
const EVERY_TURN_SPEED = 21

type Timer = { atMs: number; fn: () => void }

/** Time that runs `speed` times as fast as real time, as long as the program keeps up. */
export function createSteadyTimers(speed: number): TimeSource {
  /** Earliest first; of the same time, in the order they were set. */
  const timers: Timer[] = []
  let nowMs = 0
  let lookedAtMs = performance.now()
  let running = false

  const step = () => {
    const realMs = performance.now()
    const untilMs = nowMs + Math.min((realMs - lookedAtMs) * speed, LONGEST_STEP_MS)
    lookedAtMs = realMs
    for (let due = timers[0]; due && due.atMs <= untilMs; due = timers[0]) {
      timers.shift()
      nowMs = Math.max(nowMs, due.atMs)
      due.fn()
    }
    nowMs = untilMs
    if (timers.length > 0) goOn()
    else running = false
  }
  const goOn = () => {
    running = true
    if (speed >= EVERY_TURN_SPEED) setImmediate(step)
    else setTimeout(step, 1)
  }
  /** Without a timer nobody looks; time that passed meanwhile is made up for. */
  const catchUp = () => {
    if (running) return
    const realMs = performance.now()
    nowMs += (realMs - lookedAtMs) * speed
    lookedAtMs = realMs
  }
  return {
    nowMs() {
      catchUp()
      return nowMs
    },
    after(ms, fn) {
      catchUp()
      const timer = { atMs: nowMs + Math.max(0, ms), fn }
      const index = timers.findIndex(({ atMs }) => atMs > timer.atMs)
      timers.splice(index === -1 ? timers.length : index, 0, timer)
      if (!running) goOn()
      return () => {
        const at = timers.indexOf(timer)
        if (at !== -1) timers.splice(at, 1)
      }
    },
  }
}
