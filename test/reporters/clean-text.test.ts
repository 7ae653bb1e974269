import { describe, expect, it } from 'vitest'
import { cleanLine, cleanStart, cleanText, escapeUnsafe } from '../../src/reporters/clean-text.ts'
import { forbiddenIn, hostileTexts, splits } from './hostile.ts'

describe('cleaning a text', () => {
  it('A20 leaves nothing of any hostile text that could steer a terminal, wherever the text is split', () => {
    for (const text of hostileTexts) {
      for (const [head, tail] of splits(text)) {
        expect(forbiddenIn(cleanText(head) + cleanText(tail)), JSON.stringify(text)).toEqual([])
      }
    }
  })

  it('gives the same words however the text is split between its characters', () => {
    for (const text of hostileTexts) {
      const chars = [...text]
      for (let at = 0; at <= chars.length; at++) {
        const pieces = cleanText(chars.slice(0, at).join('')) + cleanText(chars.slice(at).join(''))
        expect(pieces, JSON.stringify(text)).toBe(cleanText(text))
      }
    }
  })

  it('judges every single code point as the list of the specification does', () => {
    const wrong: string[] = []
    for (let point = 0; point <= 0xe0100; point++) {
      const char = String.fromCodePoint(point)
      const cleaned = cleanText(char)
      const isForbidden = forbiddenIn(char).length > 0
      if (isForbidden === (cleaned === char)) wrong.push(point.toString(16))
    }
    expect(wrong).toEqual([])
  })

  it('keeps newlines, turns tabs and carriage returns into spaces, and leaves every language and emoji alone', () => {
    expect(cleanText('a\nb\tc\rd')).toBe('a\nb c d')
    const fair = 'Grüße, žluťoučký, 予約, مرحبا, می‌خواهم, नमस्ते, 👩‍👩‍👧 👍🏽 ▸ … €'
    expect(cleanText(fair)).toBe(fair)
  })

  it('puts a text on one line', () => {
    expect(cleanLine('one \n\n two\r\nthree\tfour')).toBe('one two three four')
  })

  it('is quick with a megabyte of blanks', () => {
    const before = performance.now()
    expect(cleanLine(`a${' '.repeat(1_000_000)}b`)).toHaveLength(1_000_002)
    expect(performance.now() - before).toBeLessThan(1000)
  })

  it('keeps the beginning of a text that is too long, whole characters only', () => {
    expect(cleanStart('12345', 5)).toBe('12345')
    expect(cleanStart('123456', 5)).toBe('1234…')
    expect(cleanStart('😀😀😀😀', 3)).toBe('😀😀…')
    expect(cleanStart(`${'\u202E'.repeat(100)}hidden`, 5)).toBe('…')
    expect(cleanStart('one\ntwo', 10)).toBe('one two')
  })
})

describe('escaping JSON', () => {
  it('loses nothing and holds no code point that could steer a terminal or split the line', () => {
    for (const text of hostileTexts) {
      const json = escapeUnsafe(JSON.stringify({ text }))
      expect(forbiddenIn(json), json).toEqual([])
      expect(json).not.toContain('\n')
      expect(JSON.parse(json)).toEqual({ text })
    }
  })
})
