/** The few colours we use, by meaning. Colour only repeats what a word or a shape says already. */
import type { ColourLevel } from './abilities.ts'

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

/** Paint in the 16 colours of the terminal's theme. The level is given for each stream, because chalk itself ignores NO_COLOR. */
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
