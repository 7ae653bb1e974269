import { describe, expect, it } from 'vitest'
import { createNdjsonView } from '../../src/reporters/ndjson.ts'
import { answered, ended, fakeScreen, stamped, turn } from './call-story.ts'
import { forbiddenIn, hostileTexts } from './hostile.ts'

describe('the NDJSON view', () => {
  it('writes each event as one line, type, at and seq first, and nothing else on stdout', async () => {
    const [stdout, stderr] = [fakeScreen(), fakeScreen()]
    const view = createNdjsonView(stdout, stderr)
    const events = stamped([...answered, ...hostileTexts.map((text) => turn('person', 1, text)), ended])
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
