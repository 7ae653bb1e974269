import { describe, expect, it } from 'vitest'
import { settleColour } from '../../src/cli/colour.ts'

describe('colour', () => {
  it.each<[NodeJS.ProcessEnv, string[], NodeJS.ProcessEnv]>([
    [{}, [], {}],
    [{ NO_COLOR: '1' }, [], { FORCE_COLOR: '0' }],
    [{ NO_COLOR: '' }, [], {}],
    [{ FORCE_COLOR: '1' }, [], { FORCE_COLOR: '1' }],
    [{ NO_COLOR: '1', FORCE_COLOR: '1' }, [], { FORCE_COLOR: '1' }],
    [{ FORCE_COLOR: '1' }, ['voices', '--no-color'], { FORCE_COLOR: '0' }],
    [{ NO_COLOR: '1', FORCE_COLOR: '1' }, ['--no-color'], { FORCE_COLOR: '0' }],
  ])('of %j with %j is settled as %j', (environment, argv, settled) => {
    settleColour(environment, argv)
    expect(environment).toEqual(settled)
  })
})
