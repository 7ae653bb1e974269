/** What every view of a call for people is given. */
import type { Screen } from './outlet.ts'

/** How much is said beside the transcript: errors only, the usual, or also ids, timings, latencies and usage. */
export type Detail = 'quiet' | 'normal' | 'verbose'

/** What a view writes to and how. */
export type ViewOptions = {
  stdout: Screen
  stderr: Screen
  detail: Detail
  /** The folder in which the call is kept, asked at the end. */
  keptIn: () => string | undefined
}
