import { describe, expect, it } from 'vitest'
import type { CallErrorCode } from '../../src/call/error.ts'
import { modelError, plainText } from '../../src/gemini/errors.ts'
import { type Failure, isTroubleOfGemini, type Stage } from '../../src/gemini/failure.ts'

const apiKey = 'AIzaSyCanary0123456789'
const close = (code: number, reason = ''): Failure => ({ type: 'close', code, reason })
const http = (status: number, text = ''): Failure => ({ type: 'http', status, text })
const fail = (failure: Failure, stage: Stage = 'starting') =>
  modelError(failure, { model: 'gemini-3.8-live', apiKey, stage })

const NOT_FOUND =
  'models/x is not found for API version v1beta, or is not supported for bidiGenerateContent. Call ListMod'
const QUOTA = 'You exceeded your current quota, please check your plan and billing details.'

describe('a failure of Gemini', () => {
  it.each<[Failure, CallErrorCode, CallErrorCode]>([
    // What failed; what it means before the session is ready, and after.
    [close(1007, 'API key not valid. Please pass a valid API key.'), 'model-key', 'model-key'],
    [
      close(1008, 'Your API key was reported as leaked. Please use another API key.'),
      'model-key',
      'model-key',
    ],
    [http(400, 'API key not valid. Please pass a valid API key.'), 'model-key', 'model-key'],
    [http(403), 'model-key', 'model-key'],
    [http(401), 'model-key', 'model-key'],
    [http(403, "Method doesn't allow unregistered callers"), 'model-key', 'model-key'],
    [http(403, 'Generative Language API has not been used in project 1 before'), 'model-key', 'model-key'],
    [close(1008, NOT_FOUND), 'model-not-found', 'model-not-found'],
    [http(404, NOT_FOUND), 'model-not-found', 'model-not-found'],
    [close(1011, QUOTA), 'model-quota', 'model-quota'],
    [close(1008, QUOTA), 'model-quota', 'model-quota'],
    [http(429), 'model-quota', 'model-quota'],
    [close(1007, 'Request contains an invalid argument.'), 'model-refused', 'model-refused'],
    [
      close(
        1007,
        'Invalid JSON payload received. Unknown name "proactivity" at \'setup\': Cannot find field.',
      ),
      'model-refused',
      'model-refused',
    ],
    [
      close(1008, 'Operation is not implemented, or supported, or enabled.'),
      'model-refused',
      'model-refused',
    ],
    [close(1007), 'model-refused', 'model-refused'],
    [http(400, 'User location is not supported for the API use.'), 'model-refused', 'model-refused'],
    [close(1011, 'Internal error encountered.'), 'model-unreachable', 'model-lost'],
    [close(1011, 'Deadline expired before operation could complete.'), 'model-unreachable', 'model-lost'],
    [close(1008, 'OVERLOADED_TOO_MANY_RETRIES_PER_REQUEST'), 'model-unreachable', 'model-lost'],
    [close(1000), 'model-unreachable', 'model-lost'],
    [close(1001), 'model-unreachable', 'model-lost'],
    [close(1006), 'model-unreachable', 'model-lost'],
    [http(404), 'model-unreachable', 'model-lost'],
    [http(503, 'The service is currently unavailable.'), 'model-unreachable', 'model-lost'],
    [{ type: 'network', code: 'ECONNREFUSED' }, 'model-unreachable', 'model-lost'],
    [{ type: 'silence', waitedMs: 10_000 }, 'model-silent', 'model-lost'],
  ])('%j is %s, and once ready %s', (failure, before, after) => {
    expect(fail(failure).code).toBe(before)
    expect(fail(failure, 'open').code).toBe(after)
    expect(fail(failure).hint).toMatch(/\S/)
  })

  it('is told in one sentence with what Gemini said', () => {
    expect(fail(close(1007, 'API key not valid. Please pass a valid API key.')).message).toBe(
      'Gemini does not accept the API key (closed with 1007: API key not valid. Please pass a valid API key)',
    )
    expect(fail(http(429)).message).toBe('the Gemini quota is used up (HTTP 429)')
    expect(fail(close(1006), 'open').message).toBe('the connection to Gemini was lost (the connection broke)')
    expect(fail({ type: 'silence', waitedMs: 10_000 }).message).toBe('Gemini did not answer within 10 s')
  })

  it.each<[Failure, boolean]>([
    [http(500), true],
    [http(502), true],
    [http(503, 'The service is currently unavailable.'), true],
    [close(1011, 'Internal error encountered.'), true],
    [close(1008, 'OVERLOADED_TOO_MANY_RETRIES_PER_REQUEST'), true],
    [close(1000), true],
    [close(1001), true],
    [close(1006), false],
    [http(302), false],
    [http(404), false],
    [{ type: 'network', code: 'ECONNREFUSED' }, false],
  ])('%j before the session is open is a trouble of Gemini itself: %s', (failure, itself) => {
    expect(isTroubleOfGemini(failure)).toBe(itself)
    const { message, hint } = fail(failure)
    expect(message).toMatch(
      itself ? /^Gemini was reached, but failed to open the session \(/ : /^Gemini could not be reached \(/,
    )
    expect(hint).toMatch(itself ? /^Try again in a minute\.$/ : /^Check the network/)
  })

  it.each<Failure>([
    http(403),
    http(429),
    close(1007),
    close(1008, NOT_FOUND),
    { type: 'silence', waitedMs: 1 },
    { type: 'aborted' },
    { type: 'unusable-key' },
  ])('%j is no trouble of Gemini itself', (failure) => {
    expect(isTroubleOfGemini(failure)).toBe(false)
  })

  it.each([close(1007), close(1008, NOT_FOUND), close(1008, 'Operation is not implemented.')])(
    '%j is not laid at the door of voice and model once the session has begun',
    (failure) => {
      expect(fail(failure).hint).toMatch(/--model/)
      for (const stage of ['moving', 'open'] as const) expect(fail(failure, stage).hint).not.toMatch(/--/)
    },
  )

  it.each<Failure>([
    http(503),
    http(403),
    http(429),
    close(1006),
    close(1007),
    close(1011),
    close(1008, NOT_FOUND),
    { type: 'silence', waitedMs: 1 },
    { type: 'network', code: 'ENOTFOUND' },
    { type: 'aborted' },
    { type: 'unusable-key' },
  ])(
    '%j is told like any error of the product: no capital but of a name, a full stop after the hint only',
    (failure) => {
      for (const stage of ['starting', 'moving', 'open'] as const) {
        const { message, hint } = fail(failure, stage)
        expect(message).toMatch(/^(Gemini |[a-z]).*[^.]$/)
        expect(hint).toMatch(/^[A-Z].*\.$/)
      }
    },
  )

  it('says where keys, models and voices are found', () => {
    expect(fail(http(403)).hint).toContain('https://aistudio.google.com/apikey')
    expect(fail(close(1008, NOT_FOUND)).hint).toContain('--model')
    expect(fail(close(1007)).hint).toContain('ai-caller voices')
    expect(fail(http(429)).hint).toContain('https://aistudio.google.com/')
  })

  it('never shows the key, a control character or a line break', () => {
    const reason = `\u001b]52;c;aGk=\u0007 bad\r\nkey \u202e${apiKey}\u200b at wss://x/ws?key=AIzaSyCut&alt=1 \u009b2J`
    const { message, hint, cause } = fail(close(1008, reason))
    expect(`${message} ${hint}`).not.toContain(apiKey)
    expect(message).not.toContain('AIzaSyCut')
    expect(message).not.toMatch(/[\p{Cc}\p{Cf}]/u)
    expect(message).toContain('bad key [key] at wss://x/ws?key=[key]&alt=1')
    expect(cause).toBeUndefined()
  })

  it('shortens what is too long', () => {
    expect(plainText('x'.repeat(5000), apiKey)).toHaveLength(300)
  })
})
