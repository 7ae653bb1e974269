import { expect, it } from 'vitest'
import { formatClock, formatMoney, formatTimeSpan } from '../../src/reporters/quantity.ts'

it.each([
  [-5, '00:00'],
  [0, '00:00'],
  [3999, '00:03'],
  [60_000, '01:00'],
  [6_015_000, '100:15'],
])('%i ms into the call is %s', (ms, words) => {
  expect(formatClock(ms)).toBe(words)
})

it.each([
  [0, '0 ms'],
  [480.4, '480 ms'],
  [999.6, '1.0 s'],
  [2130, '2.1 s'],
  [59_949, '59.9 s'],
  [59_950, '1 min 00 s'],
  [65_000, '1 min 05 s'],
  [3_725_000, '62 min 05 s'],
])('%d ms last %s', (ms, words) => {
  expect(formatTimeSpan(ms)).toBe(words)
})

it.each([
  [0, 'nothing'],
  [0.0049, 'less than $0.01'],
  [0.005, 'about $0.01'],
  [0.0231, 'about $0.02'],
  [12.3, 'about $12.30'],
])('%d dollars are %s', (usd, words) => {
  expect(formatMoney(usd)).toBe(words)
})
