import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ACCOUNT_SID } from './fake-rest.ts'
import { openStage, postForm, reader, type Stage, sign, startMessage, statusForm } from './stage.ts'

const STRANGER = 'ACffffffffffffffffffffffffffffffff'
const OTHER_CALL = 'CAffffffffffffffffffffffffffffffff'

let stage: Stage
beforeEach(async () => {
  stage = await openStage()
})
afterEach(() => stage.close())

describe('the status door', () => {
  it('A1 refuses what is not signed by the account over our own public address', async () => {
    await stage.dial()
    const { statusUrl } = stage.told()
    const form = statusForm('completed')
    const forged = [
      '',
      'nonsense',
      sign(statusUrl, form, 'another token'),
      sign(statusUrl, statusForm('ringing')),
      sign('http://evil.example/status', form),
      sign(stage.told().streamUrl, form),
    ]
    for (const signature of forged) expect(await postForm(statusUrl, form, signature)).toBe(403)
  })

  it('C4 refuses signed news of another account or another call', async () => {
    const next = reader((await stage.dial()).statuses)
    await next()
    expect(await stage.callback('completed', { AccountSid: STRANGER })).toBe(403)
    expect(await stage.callback('completed', { CallSid: OTHER_CALL })).toBe(403)
    expect(await stage.callback('completed', { CallSid: 'nonsense' })).toBe(403)
    expect(await stage.callback('ringing')).toBe(204)
    expect(await next()).toEqual({ status: 'ringing' })
  })

  it('acknowledges a status that it does not know, without effect', async () => {
    const next = reader((await stage.dial()).statuses)
    await next()
    expect(await stage.callback('levitating')).toBe(204)
    expect(await stage.callback('busy')).toBe(204)
    expect(await next()).toEqual({ status: 'busy' })
  })

  it('A3 acknowledges a replay without effect', async () => {
    const next = reader((await stage.dial()).statuses)
    await next()
    for (const status of ['in-progress', 'ringing', 'in-progress'])
      expect(await stage.callback(status)).toBe(204)
    await stage.callback('completed')
    expect([await next(), await next(), await next()]).toEqual([
      { status: 'in-progress' },
      { status: 'completed' },
      undefined,
    ])
  })
})

describe('the media door', () => {
  it('M5 refuses an upgrade that is not signed, and the signed one still gets in', async () => {
    const call = await stage.dial()
    const { streamUrl, token } = stage.told()
    await expect(stage.openStream({})).rejects.toThrow('403')
    await expect(stage.openStream({ 'x-twilio-signature': 'nonsense' })).rejects.toThrow('403')
    const foreign = sign(streamUrl, {}, 'another token')
    await expect(stage.openStream({ 'x-twilio-signature': foreign })).rejects.toThrow('403')
    const socket = await stage.openStream()
    socket.send(startMessage(token))
    await call.media
  })

  it('accepts an upgrade signed in the https spelling', async () => {
    const call = await stage.dial()
    const { streamUrl, token } = stage.told()
    const socket = await stage.openStream({ 'x-twilio-signature': sign(streamUrl.replace('ws:', 'http:')) })
    socket.send(startMessage(token))
    await call.media
  })

  it('M5 opens once: a second signed upgrade is refused and does not disturb the first', async () => {
    const call = await stage.dial()
    const first = await stage.openStream()
    await expect(stage.openStream()).rejects.toThrow('403')
    first.send(startMessage(stage.told().token))
    const leg = await call.media
    const heard = new Promise<string>((resolve) => first.once('message', (text) => resolve(String(text))))
    leg.clear()
    expect(JSON.parse(await heard)).toMatchObject({ event: 'clear' })
    await expect(stage.openStream()).rejects.toThrow('403')
  })

  it('A2 refuses a stream for a call that is over', async () => {
    await stage.dial()
    await stage.callback('no-answer')
    await expect(stage.openStream()).rejects.toThrow('403')
  })

  it.each([
    ['another account', { accountSid: STRANGER }],
    ['another call', { callSid: OTHER_CALL }],
    ['another token', { customParameters: { token: 'f'.repeat(64) } }],
    ['another kind of sound', { mediaFormat: { encoding: 'audio/x-l16', sampleRate: 16000, channels: 1 } }],
  ])('A2 closes a stream of %s with 1008', async (_, change) => {
    await stage.dial()
    const socket = await stage.openStream()
    const closed = new Promise<number>((resolve) => socket.once('close', resolve))
    socket.send(startMessage(stage.told().token, change))
    expect(await closed).toBe(1008)
  })

  it('does without the token parameter, since the path has carried it already', async () => {
    const call = await stage.dial()
    const socket = await stage.openStream()
    socket.send(startMessage('', { accountSid: ACCOUNT_SID, customParameters: undefined }))
    await call.media
  })
})
