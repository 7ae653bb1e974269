import { once } from 'node:events'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createLater } from '../../src/flow/later.ts'
import { ACCOUNT_SID, CALL_SID, callResource, refusal } from './fake-rest.ts'
import { IN_PROGRESS, nextRedirect, pass, startNext, stateOf, stop, type Talk, talk } from './moving.ts'
import {
  NEXT_STREAM_SID,
  openStage,
  post,
  postForm,
  REQUEST,
  type Stage,
  sign,
  startMessage,
  streamIn,
} from './stage.ts'

const SPEED = 20
const ORDER = { to: '+14155550177', ringTimeoutMs: 20_000, timeLimitMs: 600_000 }
const CHILD_SID = 'CAc0123456789abcdef0123456789abcde'
const STRANGER = 'ACffffffffffffffffffffffffffffffff'
const OTHER_CALL = 'CAffffffffffffffffffffffffffffffff'

let stage: Stage
beforeEach(async () => {
  stage = await openStage({ speed: SPEED })
})
afterEach(() => stage.close())

/** For a test that measures: seconds of the call must be told from delays of the machine. */
const SLOW_SPEED = 4
async function slowDown() {
  await stage.close()
  stage = await openStage({ speed: SLOW_SPEED })
}

const actionForm = (dialCallStatus: string, more: Record<string, string> = {}) => ({
  CallSid: CALL_SID,
  AccountSid: ACCOUNT_SID,
  CallStatus: 'in-progress',
  Direction: 'outbound-api',
  DialCallSid: CHILD_SID,
  DialCallStatus: dialCallStatus,
  ...more,
})
const childForm = (status: string, more: Record<string, string> = {}) => ({
  CallSid: CHILD_SID,
  ParentCallSid: CALL_SID,
  AccountSid: ACCOUNT_SID,
  CallStatus: status,
  Direction: 'outbound-dial',
  CallbackSource: 'call-progress-events',
  SequenceNumber: '2',
  ...more,
})

/** The addresses that a `<Dial>` names. */
function doorsIn(form: URLSearchParams) {
  const twiml = form.get('Twiml') ?? ''
  return {
    twiml,
    action: / action="([^"]+)"/.exec(twiml)?.[1] ?? '',
    status: / statusCallback="([^"]+)"/.exec(twiml)?.[1] ?? '',
  }
}

/** Transfers up to the moment at which Twilio has taken the person off the first stream. */
async function dialling(on: Talk) {
  const redirect = nextRedirect(stage)
  const transfer = on.call.transfer(ORDER)
  transfer.catch(() => {})
  const doors = doorsIn(await redirect)
  stop(on.socket)
  return { transfer, ...doors }
}

describe('putting a person through', () => {
  it('dials with our number, both limits and signed doors of this transfer, and makes room in the time of the call', async () => {
    const { call } = await talk(stage)
    const redirect = nextRedirect(stage)
    void call.transfer(ORDER)
    const form = await redirect
    const { twiml, action, status } = doorsIn(form)
    const base = stage.doors.publicUrl.replace('ws:', 'http:')
    expect(action).toMatch(new RegExp(`^${base}/[0-9a-f]{64}/transfer$`))
    expect(status).toBe(`${action}/status`)
    expect(action).not.toContain(stage.told().token)
    expect(twiml).toBe(
      `<?xml version="1.0" encoding="UTF-8"?><Response><Dial callerId="${REQUEST.from}" timeout="20" timeLimit="600"` +
        ` answerOnBridge="true" action="${action}" method="POST"><Number statusCallback="${status}"` +
        ` statusCallbackEvent="answered completed" statusCallbackMethod="POST">${ORDER.to}</Number></Dial></Response>`,
    )
    // The seconds so far, 20 of ringing, 600 of talking.
    expect(Number(form.get('TimeLimit'))).toBeGreaterThanOrEqual(621)
    expect(Number(form.get('TimeLimit'))).toBeLessThan(680)
  })

  it('stays within what Twilio allows', async () => {
    const { call } = await talk(stage)
    const redirect = nextRedirect(stage)
    void call.transfer({ ...ORDER, ringTimeoutMs: 900_000, timeLimitMs: 100_000_000 })
    const form = await redirect
    expect(form.get('Twiml')).toContain('timeout="600" timeLimit="14400"')
    expect(form.get('TimeLimit')).toBe('14400')
  })

  it('asks again without the time limit of the call when Twilio does not take that', async () => {
    const { call } = await talk(stage)
    const forms: URLSearchParams[] = []
    const asked = createLater<void>()
    stage.rest.on('update', ({ form }, nth) => {
      forms.push(form)
      if (nth === 2) asked.resolve(undefined)
      return nth === 1 ? refusal(400, 13216, 'Invalid timeLimit') : IN_PROGRESS
    })
    const transfer = call.transfer(ORDER)
    await asked.promise
    expect(forms.map((form) => form.has('TimeLimit'))).toEqual([true, false])
    expect(forms[1]?.get('Twiml')).toBe(forms[0]?.get('Twiml'))
    await postForm(doorsIn(forms[1] ?? new URLSearchParams()).status, childForm('in-progress'))
    expect(await transfer).toEqual({ type: 'connected' })
  })

  it('is done when somebody answers; the leg has ended with stopped by then', async () => {
    const on = await talk(stage)
    const { transfer, status } = await dialling(on)
    expect(await postForm(status, childForm('in-progress'))).toBe(204)
    expect(await transfer).toEqual({ type: 'connected' })
    expect(on.events).toEqual([{ type: 'closed', how: 'stopped' }])
  })

  it('is done, and the leg is over, also when Twilio has not said stop yet; its connection is not closed by us', async () => {
    const { call, events, closeCode } = await talk(stage)
    const redirect = nextRedirect(stage)
    const transfer = call.transfer(ORDER)
    await postForm(doorsIn(await redirect).status, childForm('in-progress'))
    expect(await transfer).toEqual({ type: 'connected' })
    expect(events).toEqual([{ type: 'closed', how: 'stopped' }])
    await pass(30)
    expect(closeCode()).toBeUndefined()
  })

  it('ends the call once the two have done talking', async () => {
    const on = await talk(stage)
    const { transfer, action, status } = await dialling(on)
    await postForm(status, childForm('in-progress'))
    await transfer
    await postForm(status, childForm('completed'))
    const response = await post(action, actionForm('completed', { DialCallDuration: '42' }))
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('text/xml; charset=utf-8')
    expect(await response.text()).toBe('<?xml version="1.0" encoding="UTF-8"?><Response><Hangup/></Response>')
  })

  it.each([
    ['the word that somebody answered is lost', 'completed'],
    ['Twilio says answered', 'answered'],
  ])('counts as done when %s and <Dial> is over', async (_, word) => {
    const on = await talk(stage)
    const { transfer, action } = await dialling(on)
    expect(await (await post(action, actionForm(word))).text()).toContain('<Hangup/>')
    expect(await transfer).toEqual({ type: 'connected' })
  })

  it('counts as done when the callbacks overtake the answer to the request', async () => {
    const { call } = await talk(stage)
    const redirect = nextRedirect(stage, 'silence')
    const transfer = call.transfer(ORDER)
    await postForm(doorsIn(await redirect).status, childForm('in-progress'))
    expect(await transfer).toEqual({ type: 'connected' })
  })

  it('takes the end of the stream for no end of the call: nobody asks for it every two seconds', async () => {
    const on = await talk(stage)
    const { transfer, status } = await dialling(on)
    await postForm(status, childForm('in-progress'))
    await transfer
    const asked = stage.rest.count('fetch')
    await pass(12_000 / SPEED)
    expect(stage.rest.count('fetch')).toBe(asked)
    stage.rest.on('fetch', () => ({ status: 200, body: callResource({ status: 'completed' }) }))
    let last: string | undefined
    for await (const news of on.call.statuses) last = news.status
    expect(last).toBe('completed')
  })

  it('is refused while it is under way, and keys too; and after it, for the person is gone', async () => {
    const on = await talk(stage)
    const { transfer, status } = await dialling(on)
    await expect(on.call.transfer(ORDER)).rejects.toMatchObject({ code: 'carrier-refused' })
    await expect(on.call.pressDigits('1')).rejects.toMatchObject({ code: 'carrier-refused' })
    await postForm(status, childForm('in-progress'))
    await transfer
    await expect(on.call.pressDigits('1')).rejects.toMatchObject({ code: 'carrier-refused' })
    expect(stage.rest.count('update')).toBe(1)
  })
})

describe('a person who cannot be put through', () => {
  it.each([
    ['busy', 'busy'],
    ['no-answer', 'no-answer'],
    ['failed', 'failed'],
    ['canceled', 'canceled'],
    ['something new', 'failed'],
  ])('because of %s comes back on a new stream', async (word, why) => {
    const on = await talk(stage)
    const { transfer, action } = await dialling(on)
    const response = await post(action, actionForm(word))
    expect(response.headers.get('content-type')).toBe('text/xml; charset=utf-8')
    const twiml = await response.text()
    expect(twiml).toMatch(/<Response><Connect><Stream .*<\/Connect><Hangup\/><\/Response>$/)
    expect(streamIn(twiml).token).not.toBe(stage.told().token)
    expect(action).not.toContain(streamIn(twiml).token)
    const socket = await startNext(stage, twiml)
    const result = await transfer
    expect(result).toMatchObject({ type: 'failed', why, leg: { streamId: NEXT_STREAM_SID } })
    expect(on.events).toEqual([{ type: 'closed', how: 'stopped' }])
    if (result.type !== 'failed') throw new Error('not failed')
    const heard = once(socket, 'message')
    result.leg.clear()
    expect(JSON.parse(String((await heard)[0]))).toMatchObject({ streamSid: NEXT_STREAM_SID })
  })

  it('can be put through to somebody else then, and late words of the first attempt are no news of the second', async () => {
    const on = await talk(stage)
    const first = await dialling(on)
    const twiml = await (await post(first.action, actionForm('busy'))).text()
    const socket = await startNext(stage, twiml)
    await first.transfer
    const redirect = nextRedirect(stage)
    const second = on.call.transfer({ ...ORDER, to: '+14155550188' })
    const doors = doorsIn(await redirect)
    socket.send(JSON.stringify({ event: 'stop', streamSid: NEXT_STREAM_SID, stop: {} }))
    expect(await postForm(first.status, childForm('in-progress'))).toBe(204)
    expect(await (await post(first.action, actionForm('completed'))).text()).toBe(twiml)
    expect(await stateOf(second)).toBe('pending')
    await postForm(doors.status, childForm('in-progress'))
    expect(await second).toEqual({ type: 'connected' })
  })

  it('gets the same answer for the same request twice, and only one stream', async () => {
    const on = await talk(stage)
    const { transfer, action } = await dialling(on)
    const twiml = await (await post(action, actionForm('no-answer'))).text()
    expect(await (await post(action, actionForm('no-answer'))).text()).toBe(twiml)
    await startNext(stage, twiml)
    expect(await transfer).toMatchObject({ type: 'failed' })
    await expect(stage.openStream(undefined, streamIn(twiml).streamUrl)).rejects.toThrow('403')
    expect(await (await post(action, actionForm('no-answer'))).text()).toBe(twiml)
  })

  it('and whose new stream fails at the door has lost the media connection at once', async () => {
    await slowDown()
    const on = await talk(stage)
    const { transfer, action } = await dialling(on)
    const twiml = await (await post(action, actionForm('busy'))).text()
    const next = await stage.openStream(undefined, streamIn(twiml).streamUrl)
    const startedAt = performance.now()
    next.close()
    await expect(transfer).rejects.toMatchObject({ code: 'media-lost' })
    expect(performance.now() - startedAt).toBeLessThan(8000 / SLOW_SPEED)
  })

  it('and does not come back has lost the media connection', async () => {
    const on = await talk(stage)
    const { transfer, action } = await dialling(on)
    const twiml = await (await post(action, actionForm('busy'))).text()
    await expect(transfer).rejects.toMatchObject({ code: 'media-lost' })
    await expect(stage.openStream(undefined, streamIn(twiml).streamUrl)).rejects.toThrow('404')
  })

  it('but hangs up meanwhile leaves the transfer pending', async () => {
    const on = await talk(stage)
    const { transfer, action } = await dialling(on)
    await stage.callback('completed')
    const response = await post(action, actionForm('canceled', { CallStatus: 'completed' }))
    expect(await response.text()).toContain('<Response><Hangup/></Response>')
    await pass(11_000 / SPEED)
    expect(await stateOf(transfer)).toBe('pending')
  })
})

describe('the doors of a transfer', () => {
  it('refuse what Twilio has not signed, and what is about another call or account', async () => {
    const on = await talk(stage)
    const { transfer, action, status } = await dialling(on)
    const refused = [
      postForm(action, actionForm('busy'), 'nonsense'),
      postForm(action, actionForm('busy'), sign(status, actionForm('busy'))),
      postForm(action, actionForm('busy'), sign(action, actionForm('completed'))),
      postForm(action, actionForm('busy', { CallSid: OTHER_CALL })),
      postForm(action, actionForm('busy', { CallSid: CHILD_SID })),
      postForm(action, actionForm('busy', { AccountSid: STRANGER })),
      postForm(action, { CallSid: CALL_SID, AccountSid: ACCOUNT_SID }),
      postForm(status, childForm('in-progress'), 'nonsense'),
      postForm(status, childForm('in-progress'), sign(action, childForm('in-progress'))),
      postForm(status, childForm('in-progress', { ParentCallSid: OTHER_CALL })),
      postForm(status, childForm('in-progress', { AccountSid: STRANGER })),
      postForm(status, { CallSid: CALL_SID, AccountSid: ACCOUNT_SID, CallStatus: 'in-progress' }),
    ]
    expect(await Promise.all(refused)).toEqual(refused.map(() => 403))
    expect(await stateOf(transfer)).toBe('pending')
  })

  it('take no word of the child for one of our call', async () => {
    const on = await talk(stage)
    const { transfer, status } = await dialling(on)
    for (const word of ['initiated', 'ringing', 'busy', 'no-answer', 'failed', 'canceled'])
      expect(await postForm(status, childForm(word))).toBe(204)
    expect(await stateOf(transfer)).toBe('pending')
    expect(await stage.callback('completed', { CallSid: CHILD_SID })).toBe(403)
  })

  it('are closed with the call', async () => {
    const on = await talk(stage)
    const { action, status } = await dialling(on)
    await on.call.close()
    expect(await postForm(action, actionForm('busy'))).toBe(404)
    expect(await postForm(status, childForm('in-progress'))).toBe(404)
  })
})

describe('a transfer that Twilio certainly did not make', () => {
  it('is told with the reason; the leg goes on and the doors are shut', async () => {
    const { call, leg, socket } = await talk(stage)
    const redirect = nextRedirect(stage, refusal(400, 21205, 'Url is not valid'))
    await expect(call.transfer(ORDER)).rejects.toMatchObject({ code: 'carrier-refused' })
    const { action, status } = doorsIn(await redirect)
    expect(await postForm(action, actionForm('busy'))).toBe(404)
    expect(await postForm(status, childForm('in-progress'))).toBe(404)
    const heard = once(socket, 'message')
    leg.clear()
    expect(JSON.parse(String((await heard)[0]))).toMatchObject({ event: 'clear' })
  })

  it('is pending when the call is over', async () => {
    const { call } = await talk(stage)
    void nextRedirect(stage, refusal(400, 21220, 'Call is not in-progress. Cannot redirect.'))
    const transfer = call.transfer(ORDER)
    await pass(100)
    expect(await stateOf(transfer)).toBe('pending')
  })
})

describe('a transfer of which nobody knows whether Twilio makes it', () => {
  it('is given up after three seconds in which the old connection stands', async () => {
    await slowDown()
    const { call, leg, socket } = await talk(stage)
    const answered = createLater<number>()
    const redirect = nextRedirect(stage, async () => {
      answered.resolve(performance.now())
      return { status: 503 }
    })
    await expect(call.transfer(ORDER)).rejects.toMatchObject({ code: 'carrier-unreachable' })
    const tookMs = performance.now() - (await answered.promise)
    expect(tookMs).toBeGreaterThan(2700 / SLOW_SPEED)
    expect(tookMs).toBeLessThan(8000 / SLOW_SPEED)
    expect(await postForm(doorsIn(await redirect).action, actionForm('busy'))).toBe(404)
    const heard = once(socket, 'message')
    leg.clear()
    expect(JSON.parse(String((await heard)[0]))).toMatchObject({ event: 'clear' })
    expect(stage.rest.count('update')).toBe(1)
  })

  it('is waited for when Twilio has taken the person off the stream', async () => {
    const { call, socket, events } = await talk(stage)
    const redirect = nextRedirect(stage, 'reset')
    const transfer = call.transfer(ORDER)
    const { status } = doorsIn(await redirect)
    stop(socket)
    await pass(15_000 / SPEED)
    expect(await stateOf(transfer)).toBe('pending')
    await postForm(status, childForm('in-progress'))
    expect(await transfer).toEqual({ type: 'connected' })
    expect(events).toEqual([{ type: 'closed', how: 'stopped' }])
    expect(stage.rest.count('update')).toBe(1)
  })
})

describe('ending a call while the person is being put through', () => {
  it('hangs up; what comes at the doors then ends the call, too', async () => {
    const on = await talk(stage)
    const { transfer, action } = await dialling(on)
    stage.rest.on('update', () => ({ status: 200, body: callResource({ status: 'completed' }) }))
    expect(await on.call.hangUp()).toBe('ended')
    expect(await (await post(action, actionForm('canceled'))).text()).toContain(
      '<Response><Hangup/></Response>',
    )
    expect(await stateOf(transfer)).toBe('pending')
  })

  it('lets nobody come back when Twilio does not obey', async () => {
    const on = await talk(stage)
    const { action } = await dialling(on)
    const twiml = await (await post(action, actionForm('busy'))).text()
    const { streamUrl, token } = streamIn(twiml)
    const coming = await stage.openStream(undefined, streamUrl)
    const closed = once(coming, 'close')
    stage.rest.on('fetch', () => ({ status: 503 }))
    stage.rest.on('update', async (_, nth) => {
      if (nth === 4) coming.send(startMessage(token, { streamSid: NEXT_STREAM_SID }))
      if (nth === 4) await stage.callback('completed')
      return { status: 503 }
    })
    expect(await on.call.hangUp()).toBe('ended')
    expect((await closed)[0]).toBe(1008)
  })
})
