/** What a consumer of a call's news is: it listens, and nothing it does can reach the call. */
import type { SoundEvent, Stamped } from '../call/events.ts'

/** A consumer of news. One whose `journal` or `sound` throws is dropped by the fan-out. */
export type Reporter = {
  /** For the warning when it fails, such as `terminal`. */
  readonly name: string
  /** Takes one journal event. Must return at once. */
  journal?(event: Stamped): void
  /** Takes one piece of sound. Must return at once; the samples must not be changed. */
  sound?(event: SoundEvent): void
  /** Resolves when everything taken has been written out. */
  close?(): Promise<void>
}

/** How a reporter tells of a trouble of its own: a stable code, one sentence, and what to do. */
export type Warn = (code: string, message: string, hint?: string) => void
