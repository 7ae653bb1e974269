/** The line between the network and the person's ear and mouth: one beat every 20 ms, on an absolute clock. */
import type { Clock } from '../../flow/clock.ts'
import type { Person } from './person.ts'

const BEAT_MS = 20
const BEAT_SAMPLES = 160

/** What is at the network's end of the line. */
type NetworkEnd = {
  /** Takes 20 ms of what the person says, returns the 20 ms played meanwhile. `atMs`: when on the line they begin. */
  beat(said: Int16Array, atMs: number): Int16Array
  digit(digit: string): void
}

/** A line in use. Without a network end the person hears silence and speaks to nobody. */
export type PhoneLine = {
  /** The line is through: the person's time begins. May be called again without effect. */
  start(): void
  /** Puts another end on the line; undefined: none. */
  connect(end: NetworkEnd | undefined): void
  /** A key is played to the person. */
  press(key: string): void
  /** Stops the beat. */
  cut(): void
}

/** A line that does not beat yet. `hangsUp` is called when the person hangs up, `beaten` after every beat. */
export function createPhoneLine(
  clock: Clock,
  person: Person,
  on: { hangsUp(): void; beaten(): void },
): PhoneLine {
  let network: NetworkEnd | undefined
  let startedMs: number | undefined
  let beats = 0
  let isCut = false
  let stopWaiting = () => {}
  let lastHeard: Int16Array = new Int16Array(BEAT_SAMPLES)

  const beat = () => {
    if (isCut) return
    const { said, digit, hangsUp } = person.live(lastHeard)
    if (digit) network?.digit(digit)
    lastHeard = network?.beat(said, beats * BEAT_MS) ?? new Int16Array(BEAT_SAMPLES)
    beats += 1
    if (hangsUp) on.hangsUp()
    on.beaten()
    wait()
  }
  /** A beat that is late comes in the next turn of the event loop, so that the sockets are served between two beats. */
  const wait = () => {
    if (isCut || startedMs === undefined) return
    const dueInMs = startedMs + beats * BEAT_MS - clock.nowMs()
    if (dueInMs > 0) stopWaiting = clock.after(dueInMs, beat)
    else {
      const immediate = setImmediate(beat)
      stopWaiting = () => clearImmediate(immediate)
    }
  }
  return {
    start() {
      if (startedMs !== undefined) return
      startedMs = clock.nowMs()
      wait()
    },
    connect(end) {
      network = end
    },
    press: person.press,
    cut() {
      isCut = true
      stopWaiting()
    },
  }
}
