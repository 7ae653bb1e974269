/** The live view for a terminal: stages, the transcript as it is spoken, a summary. Transcript on stdout, all else on stderr. */
import type { Stamped } from '../call/events.ts'
import { createCallClock } from './call-clock.ts'
import { chatter } from './chatter.ts'
import { cleanLine } from './clean-text.ts'
import { createLiveTranscript } from './live-transcript.ts'
import { createOutlet } from './outlet.ts'
import { createPaint } from './paint.ts'
import { createStages } from './stages.ts'
import { rowLines, type Summary, summarize } from './summary.ts'
import { keysPressed } from './transcript-line.ts'
import type { View, ViewOptions } from './view.ts'

/** A terminal can show more; see `canSpin`. */
export type TerminalOptions = ViewOptions & { spinner: boolean }

/** A view for a stdout that is a terminal. Also prints the error of a failed call, so that nobody else has to. */
export async function createTerminalView(options: TerminalOptions): Promise<View> {
  const { stdout, stderr, detail, keptIn } = options
  const out = createOutlet(stdout)
  const err = createOutlet(stderr)
  const paint = await createPaint(options.colour.stderr)
  const stages = await createStages(stderr, err, paint, options.spinner && detail !== 'quiet')
  const transcript = createLiveTranscript(out, await createPaint(options.colour.stdout))
  const callClock = createCallClock()
  /** Chatter that must not tear a line of the transcript apart. */
  let asides: string[] = []
  let talking = false

  const converse = () => {
    if (talking) return
    talking = true
    stages.stop()
    if (detail !== 'quiet' && stderr.isTTY) err.write('\n')
  }
  const say = (line: string) => {
    if (stderr.isTTY) transcript.breakLine()
    err.write(line)
  }
  const chat = (event: Stamped) => {
    const { done, waiting, note, detail: more } = chatter(event)
    if (done !== undefined && talking) asides.push(`${paint.good('✓')} ${done}\n`)
    if (done !== undefined && !talking) stages.done(done)
    if (waiting !== undefined && !talking) stages.waiting(waiting)
    if (note !== undefined) {
      // It follows from what the person has said, whose line may stay open until the agent answers; the agent's words end by themselves.
      if (stderr.isTTY) transcript.breakLine('person')
      asides.push(`${paint.faint(`  ${note}`)}\n`)
    }
    if (more !== undefined && detail === 'verbose') asides.push(`${paint.faint(`· ${more}`)}\n`)
  }
  const warn = (message: string, hint: string | undefined) => {
    say(`${paint.caution('! warning:')} ${cleanLine(message)}\n`)
    if (hint !== undefined) say(`  ${paint.faint(`→ ${cleanLine(hint)}`)}\n`)
  }
  const sumUp = (summary: Summary) => {
    if (detail === 'quiet' && summary.ok) return
    const sign = summary.ok ? paint.good('✓') : paint.bad('✗')
    if (detail !== 'quiet') say('\n')
    say(`${sign} ${summary.headline}\n`)
    if (summary.hint !== undefined) say(`  → ${summary.hint}\n`)
    if (detail === 'quiet') return
    for (const line of rowLines(summary, paint.faint)) say(`${line}\n`)
  }
  const speech = (event: Stamped) => {
    const atMs = callClock(event)
    switch (event.type) {
      case 'transcript.delta':
        converse()
        return transcript.words(event.speaker, event.turn, event.text, atMs)
      case 'agent.interrupted':
        return transcript.cut(event.turn, event.heardMs, atMs)
      case 'turn.ended':
        if (event.text !== '') converse()
        return transcript.end(event, atMs)
      case 'dtmf.received':
        converse()
        return transcript.line('person', keysPressed(event.digit), atMs)
      case 'dtmf.sent':
        converse()
        return transcript.line('agent', keysPressed(event.digits), atMs)
    }
  }
  return {
    name: 'terminal',
    journal(event) {
      speech(event)
      if (event.type === 'call.ended') {
        stages.stop()
        transcript.breakLine()
      }
      if (detail !== 'quiet') {
        chat(event)
        if (event.type === 'warning') warn(event.message, event.hint)
      }
      if (!transcript.lineIsOpen || !stderr.isTTY) {
        for (const aside of asides) say(aside)
        asides = []
      }
      if (event.type === 'call.answered') stages.stop()
      if (event.type === 'media.started') converse()
      if (event.type === 'call.ended') sumUp(summarize(event, keptIn()))
    },
    say: (line) => say(`${line}\n`),
    async close() {
      stages.stop()
      transcript.breakLine()
      await Promise.all([out.flush(), err.flush()])
    },
  }
}
