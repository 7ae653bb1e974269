import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { CallError } from '../../src/call/error.ts'
import { OLDEST_NODE } from '../../src/cli/node-version.ts'
import { type Check, fine, type Result, skipped } from '../../src/cli/status/check.ts'
import { localChecks } from '../../src/cli/status/local-checks.ts'
import { runChecks } from '../../src/cli/status/run-checks.ts'

const check = (name: string, look: Check['look'], more: Partial<Check> = {}): Check => ({
  ...{ name, title: name, look, withinMs: 2000, late: 'failed', ...more },
})
const never = () => new Promise<never>(() => {})

describe('checks', () => {
  it('begin all at once, are told as they are done, and come back in order', async () => {
    const begun: string[] = []
    let goOn: () => void = () => {}
    const gate = new Promise<void>((resolve) => {
      goOn = resolve
    })
    const slow = check('slow', async () => {
      begun.push('slow')
      await gate
      return fine('at last')
    })
    const quick = check('quick', async () => {
      begun.push('quick')
      return fine('at once')
    })
    const told: string[] = []
    const results = await runChecks([slow, quick], ({ name }) => {
      told.push(name)
      if (name === 'quick') expect(begun).toEqual(['slow', 'quick'])
      goOn()
    })
    expect(told).toEqual(['quick', 'slow'])
    expect(results.map(({ name, detail }) => [name, detail])).toEqual([
      ['slow', 'at last'],
      ['quick', 'at once'],
    ])
  })

  it('have deadlines of their own, after which they are stopped', async () => {
    const told: Result[] = []
    let stopped = false
    const hanging = check(
      'hanging',
      (signal) => {
        signal.addEventListener('abort', () => {
          stopped = true
        })
        return never()
      },
      { withinMs: 50 },
    )
    const curious = check('curious', never, { withinMs: 100, late: 'unknown' })
    await runChecks([curious, hanging], (result) => told.push(result))
    expect(told).toMatchObject([
      { name: 'hanging', state: 'failed', detail: 'no answer within 0.05 s', hint: expect.any(String) },
      { name: 'curious', state: 'unknown', detail: 'no answer within 0.1 s' },
    ])
    expect(stopped).toBe(true)
    for (const { ms } of told) expect(ms).toBeLessThan(1000)
  })

  it('fail with the words and the remedy of what they throw, and never reject', async () => {
    const error = new CallError('settings', 'it is broken', { hint: 'Mend it.' })
    const results = await runChecks(
      [
        check('told', () => Promise.reject(error)),
        check('bug', () => Promise.reject(new TypeError('x is undefined'))),
        check('skipped', async () => skipped('A')),
      ],
      () => {},
    )
    expect(results).toMatchObject([
      { state: 'failed', detail: 'it is broken', hint: 'Mend it.' },
      {
        state: 'failed',
        detail: expect.stringContaining('x is undefined'),
        hint: expect.stringContaining('bug'),
      },
      { state: 'skipped', detail: 'needs A', ms: null },
    ])
  })
})

describe('the check of Node.js', () => {
  it.each([
    ['v20.18.3', 'failed'],
    ['v18.20.4', 'failed'],
    ['v20.19.0', 'ok'],
    ['v22.1.0', 'ok'],
    ['v26.10.0', 'ok'],
  ])('%s: %s', async (nodeVersion, state) => {
    const [node] = localChecks({ nodeVersion, home: '/' }, fine(''))
    expect(await node?.look(new AbortController().signal)).toMatchObject({ state })
  })

  it('wants what package.json wants', () => {
    const manifest = JSON.parse(readFileSync(resolve(import.meta.dirname, '../../package.json'), 'utf8'))
    expect(manifest.engines.node).toBe(`>=${OLDEST_NODE.join('.')}`)
  })
})
