import { describe, expect, it } from 'vitest'
import { readStatusForm } from '../../src/twilio/status-webhook.ts'
import { ACCOUNT_SID, CALL_SID } from './fake-rest.ts'
import { statusForm } from './stage.ts'

describe('reading a status callback', () => {
  it('tells account, call and status', () => {
    expect(readStatusForm(statusForm('ringing'))).toEqual({
      accountSid: ACCOUNT_SID,
      callSid: CALL_SID,
      news: { status: 'ringing' },
    })
  })

  it('tells who answered when that comes along', () => {
    const form = statusForm('completed', {
      AnsweredBy: 'machine_end_beep',
      CallDuration: '12',
    })
    expect(readStatusForm(form)?.news).toEqual({
      status: 'completed',
      answeredBy: 'machine_end_beep',
    })
  })

  it('drops a word for who answered that is not of the expected form', () => {
    const form = statusForm('busy', { AnsweredBy: '\u001b[31mme' })
    expect(readStatusForm(form)?.news).toEqual({ status: 'busy' })
  })

  it('knows no news in a status that Twilio does not have, and none without a status', () => {
    expect(readStatusForm(statusForm('exploded'))).toMatchObject({ callSid: CALL_SID, news: undefined })
    expect(readStatusForm(statusForm('__proto__'))).toMatchObject({ news: undefined })
    expect(readStatusForm({ CallSid: CALL_SID, AccountSid: ACCOUNT_SID })).toMatchObject({ news: undefined })
  })

  it('is undefined without a call or an account', () => {
    expect(readStatusForm({})).toBeUndefined()
    expect(readStatusForm({ CallSid: CALL_SID })).toBeUndefined()
    expect(readStatusForm({ CallSid: 'CA/../../x', AccountSid: ACCOUNT_SID })).toBeUndefined()
  })
})
