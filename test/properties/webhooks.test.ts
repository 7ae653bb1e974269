import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isCallStatus } from '../../src/call/status.ts'
import { signRequest } from '../../src/sim/twilio/sign-request.ts'
import { readAnsweredBy, readDetectionForm, toDetection } from '../../src/twilio/detection.ts'
import { createSignatureCheck } from '../../src/twilio/signature.ts'
import { readStatusForm } from '../../src/twilio/status-webhook.ts'
import { readChildStatus, readDialEnd } from '../../src/twilio/transfer-webhooks.ts'
import { anyForm, anyText } from './arbitraries.ts'

const RIGHT = {
  AccountSid: 'AC1',
  CallSid: 'CA1',
  ParentCallSid: 'CA2',
  CallStatus: 'in-progress',
  DialCallStatus: 'busy',
  AnsweredBy: 'machine_end_beep',
}
const CALL_SID = /^CA\w{1,62}$/

describe('a webhook, whatever is in it', () => {
  it('tells of a call by its SID and in known words, or tells nothing', () => {
    fc.assert(
      fc.property(anyForm(RIGHT), (form) => {
        const status = readStatusForm(form)
        if (status) expect(status.callSid).toMatch(CALL_SID)
        if (status?.news) expect(isCallStatus(status.news.status)).toBe(true)
        if (status?.news?.answeredBy) expect(status.news.answeredBy).toMatch(/^[a-z_]+$/)
        const detection = readDetectionForm(form)
        if (detection)
          expect([detection.callSid, detection.answeredBy]).toEqual([
            expect.stringMatching(CALL_SID),
            readAnsweredBy(form.AnsweredBy),
          ])
        const end = readDialEnd(form)
        if (end) expect(['connected', 'busy', 'no-answer', 'canceled', 'failed']).toContain(end.outcome)
        const child = readChildStatus(form)
        if (child) expect(child.parentCallSid).toMatch(CALL_SID)
      }),
      { numRuns: 1000 },
    )
  })

  it('never makes a machine of a word that does not say so', () => {
    fc.assert(
      fc.property(anyText, (word) => {
        const read = readAnsweredBy(word)
        if (read === undefined) return
        expect(toDetection(read).isMachine).toBe(/^machine_end_|^machine_start$|^fax$/.test(read))
      }),
    )
  })

  it('is believed with the signature of exactly its fields and its address, and with no other', async () => {
    const isSigned = await createSignatureCheck('a-token')
    const url = 'https://calls.example.com/ws/abc/status'
    const anyFields = fc.dictionary(
      fc.string({ minLength: 1, maxLength: 12 }),
      fc.string({ unit: 'binary', maxLength: 20 }),
      { maxKeys: 6 },
    )
    fc.assert(
      fc.property(anyFields, anyText, anyText, (fields, name, value) => {
        const form = { ...fields }
        const signature = signRequest('a-token', url, form)
        expect(isSigned(url, signature, form)).toBe(true)
        expect(isSigned(url, signRequest('another', url, form), form)).toBe(false)
        expect(isSigned('https://calls.example.com/ws/abd/status', signature, form)).toBe(false)
        const forged = Object.fromEntries([...Object.entries(form), [`${name}x`, value]])
        if (forged[`${name}x`] !== form[`${name}x`]) expect(isSigned(url, signature, forged)).toBe(false)
      }),
      { numRuns: 200 },
    )
  })

  it('with any signature and at any address is judged without a crash', async () => {
    const isSigned = await createSignatureCheck('a-token')
    fc.assert(
      fc.property(anyText, anyText, anyForm(RIGHT), (url, signature, form) => {
        expect(isSigned(url, signature, form)).toBe(false)
        expect(isSigned('wss://calls.example.com/a', signature, form)).toBe(false)
      }),
    )
  })
})
