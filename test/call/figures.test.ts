import { describe, expect, it } from 'vitest'
import { greetingTrigger, systemInstruction } from '../../src/call/conversation/instructions.ts'
import { estimateCostUsd } from '../../src/call/cost.ts'
import { CallError } from '../../src/call/error.ts'
import { percentile } from '../../src/call/figures.ts'
import { inWords } from '../../src/call/report.ts'
import { advances, type CallStatus, isCallStatus, isFinal } from '../../src/call/status.ts'

describe('a call status', () => {
  it('only advances', () => {
    const steps: CallStatus[] = ['queued', 'initiated', 'ringing', 'in-progress', 'completed']
    for (const [i, earlier] of steps.entries())
      for (const [j, later] of steps.entries()) expect(advances(earlier, later)).toBe(j > i)
    expect(advances('busy', 'completed')).toBe(false)
    expect(advances(undefined, 'queued')).toBe(true)
  })

  it('is final exactly when the call is over', () => {
    expect(
      ['completed', 'busy', 'no-answer', 'failed', 'canceled'].every((s) => isCallStatus(s) && isFinal(s)),
    ).toBe(true)
    expect(['queued', 'initiated', 'ringing', 'in-progress'].some((s) => isCallStatus(s) && isFinal(s))).toBe(
      false,
    )
    expect(isCallStatus('toString')).toBe(false)
  })
})

describe('the figures', () => {
  it('take percentiles by the nearest rank', () => {
    const values = [50, 10, 20, 40, 30]
    expect(percentile(values, 0.5)).toBe(30)
    expect(percentile(values, 0.95)).toBe(50)
    expect(percentile([], 0.5)).toBeNull()
  })

  it('price sound, text and thoughts apart', () => {
    const usage = {
      promptTokens: 2_000_000,
      promptAudioTokens: 1_000_000,
      responseTokens: 1_500_000,
      responseAudioTokens: 1_000_000,
      thoughtTokens: 500_000,
      totalTokens: 3_500_000,
    }
    expect(estimateCostUsd(usage)).toBeCloseTo(3 + 0.75 + 12 + 4.5, 6)
  })
})

describe('the instructions', () => {
  it('always tell the model to disclose that it is an AI, and how to end the call', () => {
    const text = systemInstruction({ prompt: 'Order a pizza.', language: undefined, transferTo: [] })
    expect(text).toMatch(/^Order a pizza\./)
    expect(text).toContain('you are an AI assistant')
    expect(text).toContain('end_call')
    expect(text).not.toContain('RESPOND IN')
  })

  it('name the language in the words that the model obeys', () => {
    expect(systemInstruction({ prompt: 'x', language: 'de-DE', transferTo: [] })).toContain(
      'UNMISTAKABLY IN GERMAN',
    )
    expect(systemInstruction({ prompt: 'x', language: 'not a tag', transferTo: [] })).toContain(
      'NOT A TAG'.toLowerCase(),
    )
  })

  it('quote a given greeting so that its own quotes cannot end it', () => {
    expect(greetingTrigger('Say "hi"')).toContain('"Say \\"hi\\""')
    expect(greetingTrigger(undefined)).toContain('Greet them')
  })
})

describe('the words of an ending', () => {
  it('say how to check what could not be proved, with the SID where there is one', () => {
    const placed = inWords('sigint', { callSid: 'CA1', hungUp: 'unknown' })
    expect(placed.error?.message).toBe('it could not be proved that the call has ended')
    expect(placed.error?.hint).toContain("'ai-caller hangup CA1'")
    const out = inWords('sigint', { callSid: null, hungUp: 'unknown' })
    expect(out.error?.message).toBe('it could not be proved whether the call was placed')
    expect(out.error?.hint).toMatch(/'ai-caller hangup --all'.*console\.twilio\.com/)
    expect(inWords('sigint', { callSid: 'CA1', hungUp: true })).toEqual({ reason: 'sigint' })
  })

  it('leave a failure that tells of the doubt itself as it is, and add the doubt to any other', () => {
    const doubt = new CallError('dial-unknown', 'nobody knows', { hint: 'Look.' })
    expect(inWords(doubt, { callSid: null, hungUp: 'unknown' }).error).toEqual({
      message: 'nobody knows',
      hint: 'Look.',
    })
    const lost = inWords(new CallError('model-lost', 'the model is gone'), {
      callSid: 'CA1',
      hungUp: 'unknown',
    })
    expect(lost.error?.message).toBe('the model is gone; and it could not be proved that the call has ended')
  })
})
