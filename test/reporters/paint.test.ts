import { describe, expect, it } from 'vitest'
import { colourLevel, createPaint } from '../../src/reporters/paint.ts'
import { fakeScreen } from './call-story.ts'

const terminal = fakeScreen({ isTTY: true, columns: 80 })
const pipe = fakeScreen()

describe('colour', () => {
  it.each([
    ['a terminal', terminal, {}, 1],
    ['a pipe', pipe, {}, 0],
    ['FORCE_COLOR on a pipe', pipe, { FORCE_COLOR: '1' }, 1],
    ['an empty FORCE_COLOR on a pipe', pipe, { FORCE_COLOR: '' }, 1],
    ['FORCE_COLOR=0', terminal, { FORCE_COLOR: '0' }, 0],
    ['FORCE_COLOR=false', terminal, { FORCE_COLOR: 'false' }, 0],
    ['TERM=dumb', terminal, { TERM: 'dumb' }, 0],
    ['CI', terminal, { CI: 'true' }, 0],
    ['FORCE_COLOR in CI', pipe, { CI: 'true', FORCE_COLOR: '1' }, 1],
  ] as const)('%s', (_name, stream, environment, level) => {
    expect(colourLevel(stream, environment)).toBe(level)
  })

  it('of level 0 writes no escape code at all', async () => {
    const paint = await createPaint(0)
    for (const stroke of Object.values(paint)) expect(stroke('x')).toBe('x')
  })
})
