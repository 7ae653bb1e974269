/** The media streams of one call, one after the other: each comes through a door of its own, and only the newest is in use. */
import type { PhoneLeg } from '../call/carrier.ts'
import { createLater } from '../flow/later.ts'
import type { MediaLeg } from './live-leg.ts'
import type { DoorKeys } from './signed-door.ts'
import type { StatusWatch } from './status-watch.ts'
import { openStreamDoor, type StreamDoor } from './stream-door.ts'

/** The streams of one call. */
export type CallStreams = {
  /** The first one's leg. Pending when none ever starts; never rejects. */
  readonly first: Promise<PhoneLeg>
  /** The newest leg, open or not. */
  readonly current: MediaLeg | undefined
  /** True once no stream is wanted any more. */
  readonly isReleased: boolean
  /** Opens a door for the next stream. At its `start` the stream before is left. */
  openDoor(): StreamDoor
  /** Lets no stream in any more. */
  closeDoors(): void
  /** Does that, and closes all streams there are; resolves when they are closed. May be called again. */
  release(): Promise<void>
}

/** No stream yet, and no door. */
export function createCallStreams(keys: DoorKeys, watch: StatusWatch): CallStreams {
  const first = createLater<PhoneLeg>()
  const doors: StreamDoor[] = []
  const legs: MediaLeg[] = []
  let isReleased = false

  const started = (leg: MediaLeg) => {
    legs.at(-1)?.left()
    legs.push(leg)
    watch.streamStarted()
    first.resolve(leg)
  }
  const ended = (leg: MediaLeg) => {
    if (!leg.isDeparting) watch.streamEnded()
  }
  const closeDoors = () => {
    isReleased = true
    for (const door of doors) door.close()
  }
  return {
    first: first.promise,
    get current() {
      return legs.at(-1)
    },
    get isReleased() {
      return isReleased
    },
    openDoor() {
      const door = openStreamDoor(keys, { started, ended })
      doors.push(door)
      return door
    },
    closeDoors,
    async release() {
      closeDoors()
      await Promise.all(legs.map((leg) => leg.close()))
    },
  }
}
