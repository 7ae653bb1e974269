import { describe, expect, it } from 'vitest'
import { parseTwilioAccess } from '../../src/config/twilio-access.ts'

const SET = { TWILIO_ACCOUNT_SID: 'AC123', TWILIO_AUTH_TOKEN: 'twilio-secret' }

describe('the access to Twilio alone', () => {
  it('needs the account and its token, and takes the address of another endpoint', () => {
    expect(parseTwilioAccess(SET)).toEqual({ accountSid: 'AC123', authToken: 'twilio-secret' })
    const baseUrl = 'http://127.0.0.1:4001'
    expect(parseTwilioAccess({ ...SET, TWILIO_BASE_URL: baseUrl })).toMatchObject({ baseUrl })
  })

  it('tells everything that is missing or wrong at once, and no secret', () => {
    const told = (settings: Record<string, string>) => {
      try {
        return parseTwilioAccess(settings)
      } catch (error) {
        return error
      }
    }
    expect(told({})).toMatchObject({
      code: 'settings',
      message: expect.stringMatching(
        /2 things.*\n {2}TWILIO_ACCOUNT_SID is missing: copy.*\n {2}TWILIO_AUTH_TOKEN is/,
      ),
      hint: expect.stringContaining('ai-caller init'),
    })
    expect(told({ TWILIO_ACCOUNT_SID: 'AC123' })).toMatchObject({
      message: expect.stringMatching(/^TWILIO_AUTH_TOKEN is/),
    })
    const wrong = {
      TWILIO_ACCOUNT_SID: 'SK1',
      TWILIO_AUTH_TOKEN: 'a secret',
      TWILIO_BASE_URL: 'http://example.com',
    }
    const failure = told(wrong)
    expect(failure).toMatchObject({ message: expect.stringMatching(/3 things.*SK….*ASCII.*https/s) })
    expect(String(failure)).not.toContain('a secret')
  })
})
