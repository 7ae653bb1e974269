/** The few colours we use, by meaning. Colour only repeats what a word or a shape says already. */
import type { Screen } from './outlet.ts'

/** No colour, or the 16 colours of the user's own theme; never more. */
export type ColourLevel = 0 | 1

/**
 * Whether `stream` gets colour: FORCE_COLOR (`0` and `false` mean no), then TERM=dumb and CI, then whether it is a terminal. What
 * `--no-color` and NO_COLOR ask for has become a FORCE_COLOR before.
 */
export function colourLevel(
  stream: Screen,
  environment: Readonly<Partial<Record<'FORCE_COLOR' | 'TERM' | 'CI', string | undefined>>>,
): ColourLevel {
  const { FORCE_COLOR, TERM, CI } = environment
  if (FORCE_COLOR !== undefined) return FORCE_COLOR === '0' || FORCE_COLOR === 'false' ? 0 : 1
  if (TERM === 'dumb' || CI) return 0
  return stream.isTTY ? 1 : 0
}

type Stroke = (text: string) => string

/** A way of writing for each meaning. */
export type Paint = {
  readonly agent: Stroke
  readonly person: Stroke
  readonly faint: Stroke
  readonly good: Stroke
  readonly bad: Stroke
  readonly caution: Stroke
}

const as: Stroke = (text) => text

/** Writes without any escape code. */
export const noPaint: Paint = { agent: as, person: as, faint: as, good: as, bad: as, caution: as }

/** Paint in the 16 colours of the terminal's theme. The level is given for each stream, because chalk judges stdout alone. */
export async function createPaint(level: ColourLevel): Promise<Paint> {
  if (level === 0) return noPaint
  const { Chalk } = await import('chalk')
  const chalk = new Chalk({ level })
  return {
    agent: chalk.cyan,
    person: chalk.magenta,
    faint: chalk.dim,
    good: chalk.green,
    bad: chalk.red,
    caution: chalk.yellow,
  }
}
