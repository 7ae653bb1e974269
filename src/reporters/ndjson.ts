/** Events as NDJSON, one JSON object a line; and the view that writes nothing else to stdout. */
import type { Stamped } from '../call/events.ts'
import { escapeUnsafe } from './clean-text.ts'
import { createOutlet, type Screen } from './outlet.ts'
import type { View } from './view.ts'

/** One line with its newline; `type`, `at` and `seq` come first, and no character in it can steer a terminal or split the line. */
export function jsonLine(event: Stamped): string {
  const { type, at, seq, ...rest } = event
  return `${escapeUnsafe(JSON.stringify({ type, at, seq, ...rest }))}\n`
}

/** Prints every journal event; when the reader goes away (`| head`) it falls silent and the call goes on. */
export function createNdjsonView(stdout: Screen, stderr: Screen): View {
  const out = createOutlet(stdout)
  const err = createOutlet(stderr)
  return {
    name: 'ndjson',
    journal: (event) => out.write(jsonLine(event)),
    say: (line) => err.write(`${line}\n`),
    close: async () => {
      await Promise.all([out.flush(), err.flush()])
    },
  }
}
