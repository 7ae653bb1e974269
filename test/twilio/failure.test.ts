import { describe, expect, it } from 'vitest'
import { restFailure } from '../../src/twilio/failure.ts'

/** The shape of the SDK's RestException. */
const rest = (status: number, code: number | undefined, message: string) =>
  Object.assign(new Error(message), { status, code, moreInfo: 'https://x', details: undefined })
/** The shape of an AxiosError. */
const axios = (code: string, cause: object = {}) =>
  Object.assign(new Error('secret token'), {
    isAxiosError: true,
    code,
    cause,
    config: { headers: { Authorization: 'Basic x' } },
  })

describe('a refusal of Twilio', () => {
  it.each([
    [401, 20003, 'carrier-auth', /credentials/],
    [403, 70051, 'carrier-auth', /permission/],
    [404, 20404, 'carrier-refused', /does not know/],
    [403, 20005, 'carrier-refused', /not active/],
    [400, 10004, 'carrier-refused', /at once/],
    [400, 21202, 'carrier-refused', /premium/],
    [400, 21210, 'carrier-refused', /calling number/],
    [400, 21211, 'carrier-refused', /not a valid/],
    [400, 21214, 'carrier-refused', /cannot reach/],
    [400, 21215, 'carrier-refused', /country/],
    [400, 13227, 'carrier-refused', /country/],
    [400, 32205, 'carrier-refused', /country/],
    [400, 21216, 'carrier-refused', /block list/],
    [400, 21217, 'carrier-refused', /not a valid/],
    [400, 21219, 'carrier-refused', /trial/],
    [400, 573002, 'carrier-refused', /trial/],
    [400, 573005, 'carrier-refused', /trial/],
    [429, 20429, 'carrier-refused', /too many requests/],
  ])('HTTP %i with error %i is %s, with a remedy', (status, code, expected, words) => {
    const { kind, error } = restFailure(rest(status, code, 'vendor words'), [])
    expect(kind).toBe('refused')
    expect(error.code).toBe(expected)
    expect(error.message).toMatch(words)
    expect(error.message).toContain(String(code))
    expect(error.hint).toBeTruthy()
  })

  it('of a trial account is recognised by its words, since it has no code', () => {
    const message = 'Invalid or disallowed parameters provided - trial accounts have limited parameter access'
    const { error } = restFailure(rest(400, undefined, message), [])
    expect(error.message).toMatch(/Media Streams are not available on trial accounts/)
    expect(error.hint).toMatch(/Upgrade/)
  })

  it('that is not in the table quotes Twilio, cleaned, and points to the documentation', () => {
    const { error } = restFailure(rest(400, 29999, 'No\u001b[2J way to +14155550123 with t0ken'), ['t0ken'])
    expect(error.message).toBe(
      'Twilio refused: No [2J way to +1••••••0123 with [redacted] (Twilio error 29999)',
    )
    expect(error.hint).toContain('29999')
  })

  it('without words and code still is a sentence', () => {
    expect(restFailure(Object.assign(new Error(), { status: 418 }), []).error.message).toBe(
      'Twilio refused (HTTP 418)',
    )
    expect(restFailure({ status: 401 }, []).error.code).toBe('carrier-auth')
  })
})

describe('a request without a clear answer', () => {
  it.each([500, 502, 503, 504, 408, 204])('is unknown with HTTP %i', (status) => {
    expect(restFailure(rest(status, undefined, '<html>'), [])).toMatchObject({
      kind: 'unknown',
      error: { code: 'carrier-unreachable' },
    })
  })

  it.each(['ECONNRESET', 'ECONNABORTED', 'ERR_CANCELED', 'ERR_BAD_RESPONSE', 'EPIPE', 'ETIMEDOUT'])(
    'is unknown after %s',
    (code) => {
      expect(restFailure(axios(code), []).kind).toBe('unknown')
    },
  )

  it('names our own deadline in words, not by its code', () => {
    expect(restFailure(axios('ERR_CANCELED'), []).error.message).toBe('Twilio did not answer in time')
  })

  it('is unknown when the answer could not be read, or something else was thrown', () => {
    for (const thrown of [
      new SyntaxError('Unexpected token < in JSON'),
      new TypeError('x'),
      'text',
      undefined,
      null,
    ]) {
      expect(restFailure(thrown, []).kind).toBe('unknown')
    }
  })

  it.each(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'SELF_SIGNED_CERT_IN_CHAIN'])(
    'was certainly not sent after %s',
    (code) => {
      expect(restFailure(axios(code), [])).toMatchObject({
        kind: 'not-sent',
        error: { code: 'carrier-unreachable' },
      })
    },
  )

  it('was certainly not sent when no address of Twilio could be connected', () => {
    const tried = new AggregateError([
      Object.assign(new Error(), { syscall: 'connect' }),
      Object.assign(new Error(), { syscall: 'connect' }),
    ])
    expect(restFailure(axios('ETIMEDOUT', tried), []).kind).toBe('not-sent')
    expect(restFailure(axios('ETIMEDOUT', { syscall: 'connect' }), []).kind).toBe('not-sent')
    expect(restFailure(axios('ETIMEDOUT', { syscall: 'read' }), []).kind).toBe('unknown')
  })
})
