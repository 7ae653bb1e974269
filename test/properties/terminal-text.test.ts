import { PassThrough } from 'node:stream'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Stamped } from '../../src/call/events.ts'
import { cleanLine, cleanStart, cleanText, escapeUnsafe, prettyJson } from '../../src/reporters/clean-text.ts'
import { createLiveTranscript } from '../../src/reporters/live-transcript.ts'
import { jsonLine } from '../../src/reporters/ndjson.ts'
import { createOutlet } from '../../src/reporters/outlet.ts'
import { noPaint } from '../../src/reporters/paint.ts'
import { keptLine } from '../../src/reporters/transcript-line.ts'
import { vendorText } from '../../src/twilio/vendor-text.ts'
import { forbiddenIn } from '../reporters/hostile.ts'
import { anyJson, anyText } from './arbitraries.ts'

/** A text, cut wherever it may be, also in the middle of a character. */
const anyPieces = fc.array(anyText, { maxLength: 5 }).chain((texts) => {
  const text = texts.join('')
  return fc.array(fc.nat(text.length), { maxLength: 8 }).map((places) => {
    const borders = [0, ...places.sort((a, b) => a - b), text.length]
    return borders.slice(1).map((to, i) => text.slice(borders[i], to))
  })
})

describe('text of strangers, however it is cut', () => {
  it('holds nothing that steers once it is cleaned, whole or in pieces', () => {
    fc.assert(
      fc.property(anyPieces, (pieces) => {
        expect(forbiddenIn(pieces.map(cleanText).join(''))).toEqual([])
        const line = cleanLine(pieces.join(''))
        expect(line).not.toContain('\n')
        expect(cleanLine(line)).toBe(line)
        expect([...cleanStart(pieces.join(''), 20)].length).toBeLessThanOrEqual(20)
      }),
      { numRuns: 500 },
    )
  })

  it('is untouched where it is harmless', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 80 }), (text) => {
        fc.pre(forbiddenIn(text).length === 0)
        expect(cleanText(text)).toBe(text)
      }),
    )
  })

  it('on the live transcript steers nothing and cannot begin a line like one of ours', () => {
    const anyTurn = fc.record({
      speaker: fc.constantFrom('agent' as const, 'person' as const),
      turn: fc.nat(3),
      pieces: anyPieces,
    })
    fc.assert(
      fc.property(fc.array(anyTurn, { maxLength: 5 }), fc.constantFrom(0, 1, 20, 80), (turns, columns) => {
        const screen = Object.assign(new PassThrough(), { isTTY: true, columns })
        const transcript = createLiveTranscript(createOutlet(screen), noPaint)
        for (const { speaker, turn, pieces } of turns)
          for (const piece of pieces) transcript.words(speaker, turn, piece, 9000)
        transcript.line('person', '[pressed 1]', 9000)
        const shown = String(screen.read() ?? '')
        expect(forbiddenIn(shown)).toEqual([])
        // A line begins with a time of ours or with the shape of its speaker.
        for (const line of shown.split('\n').slice(0, -1))
          expect(line).toMatch(/^(00:09 {2}(agent|person)| *[▸◂] )/)
      }),
      { numRuns: 150 },
    )
  })

  it('is one line with all that it was in NDJSON, and one line in a transcript', () => {
    fc.assert(
      fc.property(anyText, anyJson, (text, value) => {
        const stamp = { at: '2026-11-22T15:16:55.000Z', seq: 1 }
        const args = { text, value }
        const event: Stamped = { ...stamp, type: 'tool.called', name: text, args }
        const line = jsonLine(event)
        expect(line.indexOf('\n')).toBe(line.length - 1)
        expect(forbiddenIn(line)).toEqual([])
        expect(JSON.parse(line)).toEqual(JSON.parse(JSON.stringify(event)))
        expect(JSON.parse(prettyJson(value))).toEqual(JSON.parse(JSON.stringify(value)))
        expect(forbiddenIn(escapeUnsafe(JSON.stringify(value)))).toEqual([])
        const times = { startMs: 0, endMs: 1, interrupted: false, heardMs: 1 }
        const kept = keptLine({ type: 'turn.ended', speaker: 'agent', turn: 1, text, ...times }, 0) ?? ''
        expect(forbiddenIn(kept)).toEqual([])
        expect(kept).not.toContain('\n')
      }),
      { numRuns: 500 },
    )
  })

  it('of a vendor is shown short, harmless, and without secrets and numbers', () => {
    fc.assert(
      fc.property(anyText, anyText, (before, after) => {
        const shown = vendorText(`${before} s3cret-token +14155550123 ${after}`, ['s3cret-token'])
        expect(forbiddenIn(shown)).toEqual([])
        expect(shown.length).toBeLessThanOrEqual(240)
        expect(shown).not.toMatch(/s3cret-token|4155550123|\n/)
      }),
      { numRuns: 500 },
    )
  })
})
