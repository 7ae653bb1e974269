/** The parameters of `POST Calls/{Sid}.json`: what is to become of a call. https://www.twilio.com/docs/voice/api/call-resource#update-a-call-resource */
import { isTimeLimit, MAX_TWIML_CHARACTERS, unknownParameters } from './call-order.ts'
import { badRequest, type RestError } from './rest-error.ts'

/** A change that the form asks for; ending a call goes before giving it other TwiML. */
type CallUpdate = {
  ends: 'completed' | 'canceled' | undefined
  twiml: string | undefined
  timeLimitMs: number | undefined
  warnings: readonly { code: number; detail: string }[]
}

/** The update in the form, or Twilio's refusal. */
export function readCallUpdate(form: URLSearchParams): CallUpdate | RestError {
  const ends = form.get('Status') ?? undefined
  const twiml = form.get('Twiml') ?? undefined
  const timeLimit = form.get('TimeLimit')
  if (ends !== undefined && ends !== 'completed' && ends !== 'canceled')
    return badRequest(20001, `Invalid Status: ${ends}`)
  if (twiml !== undefined && twiml.length > MAX_TWIML_CHARACTERS)
    return badRequest(32018, 'Twiml exceeds 4000 characters')
  if (!isTimeLimit(timeLimit)) return badRequest(13216, 'Invalid TimeLimit: 1 to 14400 seconds')
  return {
    ends,
    twiml: ends === undefined ? twiml : undefined,
    timeLimitMs: timeLimit === null ? undefined : Number(timeLimit) * 1000,
    warnings: unknownParameters(form, ['Status', 'Twiml', 'TimeLimit']),
  }
}
