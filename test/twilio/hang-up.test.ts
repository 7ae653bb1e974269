import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { CALL_SID, callResource, refusal } from './fake-rest.ts'
import { allOf, openStage, type Stage, startMessage } from './stage.ts'

let stage: Stage
beforeEach(async () => {
  stage = await openStage({ speed: 1 })
})
afterEach(() => stage.close())

const routes = () => stage.rest.seen.map(({ route }) => route)

describe('hanging up', () => {
  it('asks Twilio to complete the call and takes a final answer for the proof', async () => {
    const call = await stage.dial()
    expect(await call.hangUp()).toBe('ended')
    expect(routes()).toEqual(['create', 'update'])
    expect(stage.rest.seen[1]?.path).toContain(CALL_SID)
    expect(stage.rest.seen[1]?.body).toBe('Status=completed')
    expect((await allOf(call.statuses)).at(-1)).toEqual({ status: 'completed' })
  })

  it('shares one run between callers, and asks nothing more once the call is over', async () => {
    const call = await stage.dial()
    expect(await Promise.all([call.hangUp(), call.hangUp()])).toEqual(['ended', 'ended'])
    expect(await call.hangUp()).toBe('ended')
    expect(stage.rest.count('update')).toBe(1)
  })

  it('does nothing for a call that is known to be over', async () => {
    const call = await stage.dial()
    await stage.callback('busy')
    expect(await call.hangUp()).toBe('ended')
    expect(routes()).toEqual(['create'])
  })

  it('waits for a GET when the answer still shows the call running', async () => {
    stage.rest.on('update', () => ({ status: 200, body: callResource({ status: 'in-progress' }) }))
    stage.rest.on('fetch', (_, nth) => ({
      status: 200,
      body: callResource({ status: nth < 2 ? 'in-progress' : 'completed' }),
    }))
    expect(await (await stage.dial()).hangUp()).toBe('ended')
    expect(routes()).toEqual(['create', 'update', 'fetch', 'fetch'])
  })

  it('takes a callback for the proof while Twilio does not answer', async () => {
    stage.rest.on('update', async () => {
      await stage.callback('completed')
      return 'silence' as const
    })
    expect(await (await stage.dial()).hangUp()).toBe('ended')
  })

  it('tries three times', async () => {
    stage.rest.on('update', (_, nth) =>
      nth < 3 ? { status: 503 } : { status: 200, body: callResource({ status: 'canceled' }) },
    )
    const call = await stage.dial()
    expect(await call.hangUp()).toBe('ended')
    expect(stage.rest.count('update')).toBe(3)
    expect((await allOf(call.statuses)).at(-1)).toEqual({ status: 'canceled' })
  })

  it('T5 is unknown when three tries and every question fail; a later try may still succeed', async () => {
    stage.rest.on('update', (_, nth) =>
      nth < 4 ? 'reset' : { status: 200, body: callResource({ status: 'completed' }) },
    )
    stage.rest.on('fetch', () => ({ status: 503 }))
    const call = await stage.dial()
    expect(await call.hangUp()).toBe('unknown')
    expect(stage.rest.count('update')).toBe(3)
    expect(await call.hangUp()).toBe('ended')
  })

  it('is unknown when Twilio accepts it but goes on showing a running call', async () => {
    stage.rest.on('update', () => ({ status: 200, body: callResource({ status: 'in-progress' }) }))
    stage.rest.on('fetch', () => ({ status: 200, body: callResource({ status: 'in-progress' }) }))
    expect(await (await stage.dial()).hangUp()).toBe('unknown')
    expect(stage.rest.count('update')).toBe(1)
  })

  it('does not wait for an answer to its question for longer than three seconds', async () => {
    stage.rest.on('update', () => ({ status: 200, body: callResource({ status: 'in-progress' }) }))
    stage.rest.on('fetch', () => 'silence')
    const call = await stage.dial()
    const startedAt = performance.now()
    expect(await call.hangUp()).toBe('unknown')
    expect(performance.now() - startedAt).toBeLessThan(4000)
  })

  it.each([
    ['404', refusal(404, 20404, 'The requested resource was not found')],
    ['21220', refusal(400, 21220, 'Call is not in-progress. Cannot redirect.')],
  ])(
    'T6 counts as done when Twilio says with %s that nothing is left to end, and finds out how it ended',
    async (_, reply) => {
      stage.rest.on('update', () => reply)
      stage.rest.on('fetch', () => ({ status: 200, body: callResource({ status: 'busy' }) }))
      const call = await stage.dial()
      expect(await call.hangUp()).toBe('ended')
      expect(stage.rest.count('update')).toBe(1)
      expect((await allOf(call.statuses)).at(-1)).toEqual({ status: 'busy' })
    },
  )

  it.each([
    ['canceled', 'ringing'],
    ['completed', 'in-progress'],
  ])('ends the statuses with %s when a call last seen %s is gone without a word', async (last, seen) => {
    stage.rest.on('update', () => refusal(404, 20404, 'gone'))
    stage.rest.on('fetch', () => refusal(404, 20404, 'gone'))
    const call = await stage.dial()
    await stage.callback(seen)
    expect(await call.hangUp()).toBe('ended')
    expect((await allOf(call.statuses)).at(-1)).toEqual({ status: last })
  })
})

describe('hanging up while somebody is on the line', () => {
  async function talk() {
    const call = await stage.dial()
    const socket = await stage.openStream()
    socket.send(startMessage(stage.told().token))
    await call.media
    let closeCode: number | undefined
    const closed = new Promise<void>((resolve) => {
      socket.once('close', (code) => {
        closeCode = code
        resolve()
      })
    })
    return { call, closed, closeCode: () => closeCode }
  }

  it('leaves the stream alone when Twilio obeys', async () => {
    const { call, closed, closeCode } = await talk()
    expect(await call.hangUp()).toBe('ended')
    expect(closeCode()).toBeUndefined()
    await call.close()
    await closed
    expect(closeCode()).toBe(1000)
  })

  it('closes the stream as soon as the first try fails, keeps trying, and believes a callback', async () => {
    const { call, closeCode } = await talk()
    const codes: (number | undefined)[] = []
    stage.rest.on('fetch', () => ({ status: 503 }))
    stage.rest.on('update', async (_, nth) => {
      codes.push(closeCode())
      if (nth === 3) await stage.callback('completed')
      return { status: 503 }
    })
    expect(await call.hangUp()).toBe('ended')
    expect(codes).toEqual([undefined, 1000, 1000])
  })

  it.each([
    ['gives no answer', 'silence' as const],
    ['accepts it without effect', { status: 200, body: callResource({ status: 'in-progress' }) }],
  ])('closes the stream after 1.5 s when Twilio %s, and believes a callback', async (_, reply) => {
    stage.rest.on('update', () => reply)
    stage.rest.on('fetch', () => 'silence')
    const { call, closed, closeCode } = await talk()
    const startedAt = performance.now()
    const hungUp = call.hangUp()
    await closed
    expect(closeCode()).toBe(1000)
    expect(performance.now() - startedAt).toBeGreaterThan(1400)
    expect(performance.now() - startedAt).toBeLessThan(2500)
    await stage.callback('completed')
    expect(await hungUp).toBe('ended')
  })

  it('lets no stream begin any more once Twilio has not obeyed', async () => {
    const call = await stage.dial()
    const early = await stage.openStream()
    const closed = new Promise<number>((resolve) => early.once('close', resolve))
    stage.rest.on('update', async (_, nth) => {
      if (nth === 3) early.send(startMessage(stage.told().token))
      if (nth === 3) await stage.callback('completed')
      return { status: 503 }
    })
    expect(await call.hangUp()).toBe('ended')
    expect(await closed).toBe(1008)
    await expect(stage.openStream()).rejects.toThrow('404')
  })
})
