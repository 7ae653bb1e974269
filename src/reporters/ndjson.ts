/** The view for programs: one JSON object a line on stdout, nothing else. */
import { jsonLine } from './json-line.ts'
import { createOutlet, type Screen } from './outlet.ts'
import type { Reporter } from './reporter.ts'

/** Prints every journal event; when the reader goes away (`| head`) it falls silent and the call goes on. */
export function createNdjsonView(stdout: Screen): Reporter {
  const out = createOutlet(stdout)
  return {
    name: 'ndjson',
    journal: (event) => out.write(jsonLine(event)),
    close: () => out.flush(),
  }
}
