import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readDetectionForm, toDetection } from '../../src/twilio/detection.ts'
import { ACCOUNT_SID, CALL_SID, callResource } from './fake-rest.ts'
import { stateOf } from './moving.ts'
import { openStage, postForm, REQUEST, type Stage, sign } from './stage.ts'

const FORM = {
  CallSid: CALL_SID,
  AccountSid: ACCOUNT_SID,
  AnsweredBy: 'machine_end_beep',
  MachineDetectionDuration: '4200',
}

describe('the word on who answered', () => {
  it.each([
    ['human', false, false],
    ['unknown', false, false],
    ['machine_start', true, false],
    ['machine_end_beep', true, true],
    ['machine_end_silence', true, true],
    ['machine_end_other', true, true],
    ['fax', true, false],
    ['something_new', false, false],
  ])('%s: is a machine %s, records %s', (answeredBy, isMachine, records) => {
    expect(toDetection(answeredBy)).toEqual({ answeredBy, isMachine, records })
  })

  it('is read from a form that says of which call', () => {
    expect(readDetectionForm(FORM)).toEqual({
      accountSid: ACCOUNT_SID,
      callSid: CALL_SID,
      answeredBy: 'machine_end_beep',
    })
    for (const missing of ['CallSid', 'AccountSid', 'AnsweredBy'])
      expect(readDetectionForm({ ...FORM, [missing]: '' })?.accountSid || undefined).toBeUndefined()
    expect(readDetectionForm({ ...FORM, AnsweredBy: '\u001b[31mme' })).toBeUndefined()
  })
})

describe('a call that is to find out who answers', () => {
  let stage: Stage
  beforeEach(async () => {
    stage = await openStage()
  })
  afterEach(() => stage.close())

  const dial = () => stage.dial(undefined, { ...REQUEST, detectMachine: true })
  const doorUrl = () => stage.rest.seen[0]?.form.get('AsyncAmdStatusCallback') ?? ''

  it('asks for it without holding the media up, to the end of the greeting, with a door for the verdict', async () => {
    await dial()
    expect(Object.fromEntries(stage.rest.seen[0]?.form ?? [])).toMatchObject({
      MachineDetection: 'DetectMessageEnd',
      AsyncAmd: 'true',
      AsyncAmdStatusCallback: stage.told().statusUrl.replace('/status', '/detection'),
      AsyncAmdStatusCallbackMethod: 'POST',
    })
  })

  it('learns it at that door', async () => {
    const call = await dial()
    expect(await stateOf(call.detected)).toBe('pending')
    expect(await postForm(doorUrl(), FORM)).toBe(204)
    expect(await postForm(doorUrl(), { ...FORM, AnsweredBy: 'human' })).toBe(204)
    expect(await call.detected).toEqual({ answeredBy: 'machine_end_beep', isMachine: true, records: true })
  })

  it('learns it from a status callback that is quicker', async () => {
    const call = await dial()
    await stage.callback('completed', { AnsweredBy: 'fax' })
    expect(await call.detected).toEqual({ answeredBy: 'fax', isMachine: true, records: false })
  })

  it('learns it from the answer to a question for the status, which is no news otherwise', async () => {
    stage.rest.on('fetch', () => ({
      status: 200,
      body: callResource({ status: 'queued', answered_by: 'human' }),
    }))
    const call = await dial()
    expect(await call.detected).toEqual({ answeredBy: 'human', isMachine: false, records: false })
  })

  it('believes nobody but Twilio, and only about itself', async () => {
    const call = await dial()
    const refused = [
      postForm(doorUrl(), FORM, 'nonsense'),
      postForm(doorUrl(), FORM, sign(stage.told().statusUrl, FORM)),
      postForm(doorUrl(), { ...FORM, CallSid: 'CAffffffffffffffffffffffffffffffff' }),
      postForm(doorUrl(), { ...FORM, AccountSid: 'ACffffffffffffffffffffffffffffffff' }),
      postForm(doorUrl(), { ...FORM, AnsweredBy: 'somebody else' }),
    ]
    expect(await Promise.all(refused)).toEqual(refused.map(() => 403))
    expect(await stateOf(call.detected)).toBe('pending')
  })

  it('has no such door when it was not asked', async () => {
    const call = await stage.dial()
    expect([...(stage.rest.seen[0]?.form.keys() ?? [])].filter((name) => /Machine|Amd/.test(name))).toEqual(
      [],
    )
    expect(await postForm(stage.told().statusUrl.replace('/status', '/detection'), FORM)).toBe(404)
    expect(await stateOf(call.detected)).toBe('pending')
  })

  it('shuts the door with the call', async () => {
    const call = await dial()
    await call.close()
    expect(await postForm(doorUrl(), FORM)).toBe(404)
  })
})
