import { describe, expect, it } from 'vitest'
import { CallError, type CallErrorCode } from '../../src/call/error.ts'
import { createClock } from '../../src/flow/clock.ts'
import type { Connection, Opening } from '../../src/gemini/connection.ts'
import { type Reopened, reopen } from '../../src/gemini/reopen.ts'

const connection: Connection = {
  events: (async function* () {})(),
  open: true,
  bufferedBytes: 0,
  send() {},
  close: async () => {},
}

/** What the server answers to a try: a code of ours and how it was told; `ok` opens. */
type Answer = 'ok' | { code: CallErrorCode; by?: 'close' | 'network'; takesMs?: number }

const refusal = (code: CallErrorCode): Answer => ({ code, by: 'close' })
const unreachable: Answer = { code: 'model-unreachable', by: 'network' }
const broke = new CallError('model-lost', 'It broke.')

/** On this clock the first pause would last 2.5 s: a busy machine is not taken for one. */
const SLOW = 0.1

/** Answers the tries one after the other and notes each: the handle, whether the old connection was open, and when. */
async function attempt(
  answers: Answer[],
  change: {
    old?: 'open'
    handle?: string | undefined
    failures?: number
    loss?: CallError
    stop?: AbortSignal
    speed?: number
  } = {},
) {
  const clock = createClock(change.speed)
  const old = {
    open: change.old === 'open',
    async close() {
      old.open = false
    },
  }
  const tries: { handle: string | undefined; old: boolean; atMs: number; withinMs: number }[] = []
  const open = async (
    handle: string | undefined,
    withinMs: number,
    signal: AbortSignal,
  ): Promise<Opening> => {
    tries.push({ handle, old: old.open, atMs: clock.nowMs(), withinMs })
    const answer = answers[tries.length - 1]
    if (answer === undefined) throw new Error('one try too many')
    if (answer === 'ok') return { connection }
    await clock.sleep(Math.min(answer.takesMs ?? 0, withinMs), signal)
    const failure =
      answer.by === 'close'
        ? { type: 'close' as const, code: 1011, reason: '' }
        : { type: 'network' as const, code: 'ECONNREFUSED' }
    return { failure, error: new CallError(answer.code, answer.code) }
  }
  const beganAtMs = clock.nowMs()
  const result: Reopened = await reopen({
    old,
    handle: () => ('handle' in change ? change.handle : 'h1'),
    open,
    failures: change.failures ?? 0,
    loss: change.loss,
    clock,
    signal: change.stop ?? new AbortController().signal,
  })
  const handles = tries.map(({ handle }) => handle)
  return { result, tries, handles, old, tookMs: clock.nowMs() - beganAtMs }
}

describe('while the old connection is open', () => {
  it('resumes beside it, and leaves it open', async () => {
    const { result, tries, old } = await attempt(['ok'], { old: 'open' })
    expect(result).toEqual({ connection, fresh: false, failures: 0 })
    expect(tries).toMatchObject([{ handle: 'h1', old: true }])
    expect(old.open).toBe(true)
  })

  it.each<CallErrorCode>(['model-unreachable', 'model-refused', 'model-not-found'])(
    'closes it and resumes at once when the server refuses with %s',
    async (code) => {
      const { result, tries, tookMs } = await attempt([refusal(code), 'ok'], { old: 'open', speed: SLOW })
      expect(result).toMatchObject({ fresh: false, failures: 0 })
      expect(tries).toMatchObject([
        { handle: 'h1', old: true },
        { handle: 'h1', old: false },
      ])
      expect(tookMs).toBeLessThan(250)
    },
  )

  it('starts a fresh session when the handle is refused without it, too', async () => {
    const { result, tries } = await attempt(
      [refusal('model-unreachable'), refusal('model-refused'), refusal('model-unreachable'), 'ok'],
      { old: 'open' },
    )
    expect(result).toMatchObject({ fresh: true, failures: 1 })
    expect(tries.map(({ handle, old }) => [handle, old])).toEqual([
      ['h1', true],
      ['h1', false],
      [undefined, false],
      [undefined, false],
    ])
  })

  it('starts a fresh session beside it when there is no handle', async () => {
    const { result, tries } = await attempt(['ok'], { old: 'open', handle: undefined })
    expect(result).toMatchObject({ fresh: true })
    expect(tries).toMatchObject([{ handle: undefined, old: true }])
  })

  it.each<[string, Answer, string | undefined]>([
    ['the network fails', unreachable, 'h1'],
    ['nobody answers', { code: 'model-silent' }, 'h1'],
    ['the quota is used up', refusal('model-quota'), 'h1'],
    ['the key is refused', refusal('model-key'), 'h1'],
    ['a fresh session is refused', refusal('model-refused'), undefined],
  ])('gives up at once, and leaves it open, when %s', async (_what, answer, handle) => {
    const { result, tries, old } = await attempt([answer], { old: 'open', handle })
    expect(result).toHaveProperty('error')
    expect(tries).toHaveLength(1)
    expect(old.open).toBe(true)
  })
})

describe('when the old connection is gone', () => {
  it('tries at once, then after 250 ms, 500 ms, 1 s and 2 s: three times by handle, then a fresh session', async () => {
    const { result, tries, handles, tookMs } = await attempt(new Array(5).fill(unreachable), {
      loss: broke,
      speed: 10,
    })
    expect(result).toEqual({ error: broke })
    expect(handles).toEqual(['h1', 'h1', 'h1', undefined, undefined])
    const pauses = tries.map(({ atMs }, index) => atMs - (tries[index - 1]?.atMs ?? 0))
    for (const [index, expected] of [0, 250, 500, 1000, 2000].entries()) {
      // Timers may fire a millisecond early, which is ten on this clock.
      expect(pauses[index]).toBeGreaterThanOrEqual(expected - 15)
    }
    expect(tookMs).toBeLessThan(3750 + 2000)
  })

  it('counts on from the failures before', async () => {
    const { result, handles } = await attempt([unreachable, 'ok'], { failures: 2, speed: 10 })
    expect(handles).toEqual(['h1', undefined])
    expect(result).toMatchObject({ fresh: true, failures: 3 })
    expect((await attempt([], { failures: 5, loss: broke })).result).toEqual({ error: broke })
  })

  it('tells the last failure when no loss tells more', async () => {
    expect((await attempt([unreachable], { failures: 4, speed: 10 })).result).toMatchObject({
      error: { code: 'model-unreachable' },
    })
  })

  it.each<CallErrorCode>(['model-refused', 'model-not-found', 'model-silent'])(
    'starts a fresh session at once when the handle meets %s',
    async (code) => {
      const { result, handles, tookMs } = await attempt([refusal(code), 'ok'], { loss: broke, speed: SLOW })
      expect(handles).toEqual(['h1', undefined])
      expect(result).toMatchObject({ fresh: true })
      expect(tookMs).toBeLessThan(250)
    },
  )

  it.each<CallErrorCode>(['model-key', 'model-quota', 'internal'])(
    'never tries again after %s',
    async (code) => {
      expect((await attempt([refusal(code)], { loss: broke })).result).toMatchObject({ error: { code } })
    },
  )

  it.each<CallErrorCode>(['model-refused', 'model-not-found'])(
    'never tries a fresh session again after %s',
    async (code) => {
      const { result } = await attempt([refusal(code)], { loss: broke, handle: undefined })
      expect(result).toMatchObject({ error: { code } })
    },
  )

  it('gives each try 4 s and everything together 10', async () => {
    const slow: Answer = { code: 'model-unreachable', takesMs: 60_000 }
    const { result, tries, tookMs } = await attempt([slow, slow, slow], { loss: broke, speed: 20 })
    expect(result).toEqual({ error: broke })
    expect(tries[0]?.withinMs).toBe(4000)
    expect(tries[2]?.withinMs).toBeLessThanOrEqual(1300)
    expect(tookMs).toBeGreaterThan(9900)
    expect(tookMs).toBeLessThan(14_000)
  })

  it('stops in the middle of a pause when told to', async () => {
    const stop = new AbortController()
    setTimeout(() => stop.abort(), 20)
    const { tries, tookMs } = await attempt([], { failures: 4, stop: stop.signal })
    expect(tries).toEqual([])
    expect(tookMs).toBeLessThan(1000)
  })
})
