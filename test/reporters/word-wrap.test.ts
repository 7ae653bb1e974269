import { describe, expect, it } from 'vitest'
import { textWidth } from '../../src/reporters/text-width.ts'
import { createWordWrap } from '../../src/reporters/word-wrap.ts'

const plain = (text: string) => text
function wrapped(columns: number, pieces: readonly string[]): string {
  const wrap = createWordWrap(() => columns, '> ')
  return pieces.map((piece) => wrap.add(piece)).join('') + wrap.flush()
}

describe('word wrap', () => {
  const text = 'The quick brown fox   jumps over\n\tthe lazy dog and says nothing at all.'
  it('breaks between words and begins further lines as told', () => {
    expect(wrapped(20, [text])).toBe(
      'The quick brown fox\n> jumps over the lazy\n> dog and says nothing\n> at all.',
    )
  })

  it('gives the same lines however the words are split into pieces', () => {
    for (let size = 1; size < text.length; size++) {
      const pieces = text.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? []
      expect(wrapped(20, pieces)).toBe(wrapped(20, [text]))
    }
  })

  it('shows finished words at once and holds back only the unfinished one', () => {
    const wrap = createWordWrap(() => 40, '')
    expect(wrap.add('Hello, this is An')).toBe('Hello, this is')
    expect(wrap.add('na. How')).toBe(' Anna.')
    expect(wrap.add(' are you?')).toBe(' How are you?')
    expect(wrap.flush()).toBe('')
  })

  it('breaks a word that is wider than a line, without waiting for its end', () => {
    const wrap = createWordWrap(() => 5, '')
    expect(wrap.add('abcdefghijklm')).toBe('abcde\nfghij')
    expect(wrap.flush()).toBe('\nklm')
  })

  it('breaks between characters of scripts that are written without spaces', () => {
    expect(wrapped(10, ['予約を金曜日の十時に'])).toBe('予約を金曜\n> 日の十時に')
  })

  it('never makes a line wider than the columns', () => {
    const mixed = 'a 予約 bb👍🏽ccc 金曜日 ddddddddddddddd e\u0301e\u0301e\u0301 ｱｲｳ Ａｂ'
    for (let columns = 2; columns < 30; columns++) {
      for (const line of wrapped(columns, [...mixed]).split('\n')) {
        expect(textWidth(line.replace(/^> /, ''))).toBeLessThanOrEqual(columns)
      }
    }
  })

  it('keeps a remark on one line', () => {
    const wrap = createWordWrap(() => 20, '> ')
    expect(wrap.add('your order')).toBe('your')
    expect(wrap.remark('cut off after 2.1 s', plain)).toBe(' order\n> cut off after 2.1 s')
  })

  it('follows a terminal that is resized', () => {
    let columns = 11
    const wrap = createWordWrap(() => columns, '')
    expect(wrap.add('aaaa bbbb cccc ')).toBe('aaaa bbbb\ncccc')
    columns = 5
    expect(wrap.add('dddd ')).toBe('\ndddd')
  })
})

describe('the width of a text', () => {
  it.each([
    ['abc', 3],
    ['予約', 4],
    ['e\u0301', 1],
    ['👍', 2],
    ['ｱ', 1],
    ['Ａ', 2],
    ['…▸', 2],
  ])('%s takes %i columns', (text, columns) => {
    expect(textWidth(text)).toBe(columns)
  })
})
