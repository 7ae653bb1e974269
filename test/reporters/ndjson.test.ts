import { describe, expect, it } from 'vitest'
import type { JournalEvent } from '../../src/call/events.ts'
import { createNdjsonView } from '../../src/reporters/ndjson.ts'
import { acts, answered, ended, fakeScreen, stamped, turn } from './call-story.ts'
import { forbiddenIn, hostileTexts } from './hostile.ts'

describe('the NDJSON view', () => {
  it('writes each event as one line, type, at and seq first, and nothing else on stdout', async () => {
    const [stdout, stderr] = [fakeScreen(), fakeScreen()]
    const view = createNdjsonView(stdout, stderr)
    const hostile = hostileTexts.flatMap((text): JournalEvent[] => [
      turn('person', 1, text),
      { type: 'tool.called', name: text, args: { [text]: text } },
      { type: 'dtmf.sent', digits: text },
    ])
    const events = stamped([...answered, ...acts, ...hostile, ended])
    for (const event of events) view.journal?.(event)
    view.say('Hanging up…')
    await view.close?.()
    expect(stderr.seen).toBe('Hanging up…\n')
    const lines = stdout.seen.split('\n')
    expect(lines.pop()).toBe('')
    expect(lines.map((line) => JSON.parse(line))).toEqual(events)
    for (const line of lines) {
      expect(Object.keys(JSON.parse(line)).slice(0, 3)).toEqual(['type', 'at', 'seq'])
      expect(forbiddenIn(line)).toEqual([])
    }
  })
})
