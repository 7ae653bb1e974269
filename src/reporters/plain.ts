/** The view where no terminal is: finished turns on stdout, a line a stage on stderr, nothing that moves. */
import { createCallClock } from './call-clock.ts'
import { chatter } from './chatter.ts'
import { cleanLine } from './clean-text.ts'
import { createOutlet } from './outlet.ts'
import { createPaint } from './paint.ts'
import { rowLines, summarize } from './summary.ts'
import { transcriptLine } from './transcript-line.ts'
import type { View, ViewOptions } from './view.ts'

/**
 * A view for pipes, files and screen readers. Where colour is forced, it is the speakers that have one. Also prints the error of a failed
 * call, so that nobody else has to.
 */
export async function createPlainView(options: ViewOptions): Promise<View> {
  const { stdout, stderr, detail, keptIn } = options
  const paint = await createPaint(options.colour.stdout)
  const out = createOutlet(stdout)
  const err = createOutlet(stderr)
  const callClock = createCallClock()
  const quiet = detail === 'quiet'
  const say = (line: string | undefined) => {
    if (line !== undefined) err.write(`${line}\n`)
  }
  return {
    name: 'plain',
    journal(event) {
      const line = transcriptLine(event, callClock(event), paint)
      if (line !== undefined) out.write(`${line}\n`)
      if (!quiet) {
        const said = chatter(event)
        say(said.done)
        say(said.waiting)
        say(said.note)
        if (detail === 'verbose') say(said.detail)
      }
      if (event.type === 'warning' && !quiet) {
        say(`warning: ${cleanLine(event.message)}`)
        if (event.hint !== undefined) say(`  ${cleanLine(event.hint)}`)
      }
      if (event.type === 'call.ended') {
        const summary = summarize(event, keptIn())
        if (!quiet || !summary.ok) {
          say(event.error ? `error: ${summary.headline}` : summary.headline)
          if (summary.hint !== undefined) say(`  ${summary.hint}`)
        }
        if (!quiet) for (const line of rowLines(summary)) say(line)
      }
    },
    say,
    close: async () => {
      await Promise.all([out.flush(), err.flush()])
    },
  }
}
