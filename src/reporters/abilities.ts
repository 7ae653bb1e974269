/** What an output stream can show: colour and a spinner. Pure decisions over the environment. */
import type { Screen } from './outlet.ts'

/** Environment variables by name. */
type Environment = Readonly<Record<string, string | undefined>>

/** No colour, or the 16 colours of the user's own theme; never more. */
export type ColourLevel = 0 | 1

/**
 * Whether `stream` gets colour: `--no-color`, then NO_COLOR (non-empty, https://no-color.org), then FORCE_COLOR (`0` and `false` mean
 * no), then TERM=dumb and CI, then whether it is a terminal.
 */
export function colourLevel(stream: Screen, env: Environment, noColour: boolean): ColourLevel {
  if (noColour || env.NO_COLOR) return 0
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR === '0' || env.FORCE_COLOR === 'false' ? 0 : 1
  if (env.TERM === 'dumb' || env.CI) return 0
  return stream.isTTY ? 1 : 0
}

/** Whether a spinner may run on `stream`. In a terminal of 0 columns (`script`, `docker -t`) ora 9 would loop for ever. */
export function canSpin(stream: Screen, env: Environment): boolean {
  return stream.isTTY === true && (stream.columns ?? 0) > 0 && env.TERM !== 'dumb' && !env.CI
}
