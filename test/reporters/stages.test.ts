import { describe, expect, it } from 'vitest'
import { canSpin } from '../../src/reporters/stages.ts'
import { fakeScreen } from './call-story.ts'

const terminal = fakeScreen({ isTTY: true, columns: 80 })

describe('the spinner', () => {
  it.each([
    ['runs on a terminal', terminal, {}, true],
    ['does not run on a pipe', fakeScreen(), {}, false],
    ['does not run on a terminal of 0 columns', fakeScreen({ isTTY: true, columns: 0 }), {}, false],
    ['does not run on a dumb terminal', terminal, { TERM: 'dumb' }, false],
    ['does not run in CI', terminal, { CI: '1' }, false],
  ] as const)('%s', (_name, stream, environment, spins) => {
    expect(canSpin(stream, environment)).toBe(spins)
  })
})
