/** The time inside the call at which an event happened, for events that do not say it themselves. */
import type { Stamped } from '../call/events.ts'

/** Give it every event in order: it answers the ms since the media stream started, 0 before that. */
export function createCallClock(): (event: Stamped) => number {
  let startedOn: number | undefined
  return (event) => {
    const now = Date.parse(event.at)
    if (event.type === 'media.started') startedOn ??= now
    return startedOn === undefined ? 0 : Math.max(0, now - startedOn)
  }
}
