/** The view for programs: one JSON object a line on stdout, nothing else. */
import { jsonLine } from './json-line.ts'
import { createOutlet, type Screen } from './outlet.ts'
import type { View } from './view.ts'

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
