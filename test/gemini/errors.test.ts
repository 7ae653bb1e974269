import { describe, expect, it } from 'vitest'
import type { CallErrorCode } from '../../src/call/error.ts'
import { type Failure, modelError, plainText } from '../../src/gemini/errors.ts'

const apiKey = 'AIzaSyCanary0123456789'
const close = (code: number, reason = ''): Failure => ({ type: 'close', code, reason })
const http = (status: number, text = ''): Failure => ({ type: 'http', status, text })
const fail = (failure: Failure, ready = false) =>
  modelError(failure, { model: 'gemini-3.8-live', apiKey, ready })

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
    expect(fail(failure, true).code).toBe(after)
    expect(fail(failure).hint).toMatch(/\S/)
  })

  it('is told in one sentence with what Gemini said', () => {
    expect(fail(close(1007, 'API key not valid. Please pass a valid API key.')).message).toBe(
      'Gemini does not accept the API key (closed with 1007: API key not valid. Please pass a valid API key)',
    )
    expect(fail(http(429)).message).toBe('The Gemini quota is used up (HTTP 429)')
    expect(fail(close(1006), true).message).toBe('The connection to Gemini was lost (the connection broke)')
    expect(fail({ type: 'silence', waitedMs: 10_000 }).message).toBe('Gemini did not answer within 10 s')
  })

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
