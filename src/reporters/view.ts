/** What every view of a call for people is given. */
import type { Screen } from './outlet.ts'
import type { ColourLevel } from './paint.ts'
import type { Reporter } from './reporter.ts'

/** How much is said beside the transcript: errors only, the usual, or also ids, timings, latencies and usage. */
export type Detail = 'quiet' | 'normal' | 'verbose'

/** What a view writes to and how. */
export type ViewOptions = {
  stdout: Screen
  stderr: Screen
  colour: { stdout: ColourLevel; stderr: ColourLevel }
  detail: Detail
  /** The folder in which the call is kept, asked at the end. */
  keptIn: () => string | undefined
}

/** A reporter that shows the call to somebody, and says beside it what the program itself has to say. */
export type View = Reporter & {
  /** One clean line on stderr, which tears no line of the transcript apart. */
  say(line: string): void
}
