import { describe, expect, it } from 'vitest'
import { canSpin, colourLevel } from '../../src/reporters/abilities.ts'
import { createPaint } from '../../src/reporters/paint.ts'
import { fakeScreen } from './call-story.ts'

const terminal = fakeScreen({ isTTY: true, columns: 80 })
const pipe = fakeScreen()

describe('colour', () => {
  it.each([
    ['a terminal', terminal, {}, false, 1],
    ['a pipe', pipe, {}, false, 0],
    ['NO_COLOR', terminal, { NO_COLOR: '1' }, false, 0],
    ['an empty NO_COLOR', terminal, { NO_COLOR: '' }, false, 1],
    ['NO_COLOR against FORCE_COLOR', terminal, { NO_COLOR: '1', FORCE_COLOR: '1' }, false, 0],
    ['FORCE_COLOR on a pipe', pipe, { FORCE_COLOR: '1' }, false, 1],
    ['an empty FORCE_COLOR on a pipe', pipe, { FORCE_COLOR: '' }, false, 1],
    ['FORCE_COLOR=0', terminal, { FORCE_COLOR: '0' }, false, 0],
    ['--no-color against FORCE_COLOR', terminal, { FORCE_COLOR: '1' }, true, 0],
    ['TERM=dumb', terminal, { TERM: 'dumb' }, false, 0],
    ['CI', terminal, { CI: 'true' }, false, 0],
    ['FORCE_COLOR in CI', pipe, { CI: 'true', FORCE_COLOR: '1' }, false, 1],
  ] as const)('%s', (_name, stream, env, noColour, level) => {
    expect(colourLevel(stream, env, noColour)).toBe(level)
  })

  it('of level 0 writes no escape code at all', async () => {
    const paint = await createPaint(0)
    for (const stroke of Object.values(paint)) expect(stroke('x')).toBe('x')
  })
})

describe('the spinner', () => {
  it.each([
    ['runs on a terminal', terminal, {}, true],
    ['does not run on a pipe', pipe, {}, false],
    ['does not run on a terminal of 0 columns', fakeScreen({ isTTY: true, columns: 0 }), {}, false],
    ['does not run on a dumb terminal', terminal, { TERM: 'dumb' }, false],
    ['does not run in CI', terminal, { CI: '1' }, false],
  ] as const)('%s', (_name, stream, env, spins) => {
    expect(canSpin(stream, env)).toBe(spins)
  })
})
