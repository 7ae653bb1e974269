/** Whether a service takes what was given: asked at once, so that a mistake is known while the right value is still at hand. */
import { CallError } from '../../call/error.ts'
import { DEFAULTS } from '../../config/call-defaults.ts'
import type { Services } from '../../config/services.ts'
import { listLiveModels } from '../../gemini/list-models.ts'
import { lookAtAccount } from '../../twilio/check-account.ts'
import { lookAtCallingNumber } from '../../twilio/check-calling-number.ts'
import { connectRest } from '../../twilio/rest.ts'

/** What a service says. `unknown`: it could not be asked, which speaks for nothing. `caution`: it works, but a call would not. */
export type Verdict = { state: 'good' | 'caution' | 'wrong' | 'unknown'; lines: readonly string[] }

/** For the whole list of models, in real ms. */
const MODELS_WITHIN_MS = 8000

/** Asks Twilio for the account. Never rejects. */
export async function checkCredentials(access: Services['carrier']): Promise<Verdict> {
  const account = await lookAtAccount(await connectRest(access))
  switch (account.type) {
    case 'usable':
      return { state: 'good', lines: ['Twilio takes the credentials.'] }
    case 'unusable':
      return told(account.error, account.error.code === 'carrier-auth' ? 'wrong' : 'caution')
    case 'unknown':
    case 'unreachable':
      return told(account.error, 'unknown')
    default:
      return account satisfies never
  }
}

/** Asks Twilio whether the account may show this number, in E.164, as its own. Never rejects. */
export async function checkOwnNumber(access: Services['carrier'], number: string): Promise<Verdict> {
  const found = await lookAtCallingNumber(await connectRest(access), number)
  switch (found.type) {
    case 'own':
      return found.isVoiceCapable
        ? { state: 'good', lines: [`${number} is a voice number of the account.`] }
        : { state: 'wrong', lines: [`${number} is a number of the account, but not for voice.`] }
    case 'verified':
      return { state: 'good', lines: [`${number} is a verified caller ID of the account.`] }
    case 'foreign':
      return {
        state: 'wrong',
        lines: [`${number} is neither a number of this Twilio account nor a verified caller ID of it.`],
      }
    case 'unknown':
    case 'unreachable':
      return told(found.error, 'unknown')
    default:
      return found satisfies never
  }
}

/** Asks Google which models the key may talk to. Never rejects; `stop` gives it up. */
export async function checkGeminiKey(access: Services['model'], stop: AbortSignal): Promise<Verdict> {
  const within = AbortSignal.any([stop, AbortSignal.timeout(MODELS_WITHIN_MS)])
  try {
    const models = await listLiveModels(access, within)
    if (models.includes(DEFAULTS.model)) return { state: 'good', lines: ['Google takes the key.'] }
    return {
      state: 'caution',
      lines: [`Google takes the key, but offers no ${DEFAULTS.model} for it: a call will need --model.`],
    }
  } catch (error) {
    if (error instanceof CallError) return told(error, error.code === 'model-key' ? 'wrong' : 'unknown')
    return { state: 'unknown', lines: ['Google did not answer in time.'] }
  }
}

function told({ message, hint }: CallError, state: Verdict['state']): Verdict {
  const sentence = `${message.charAt(0).toUpperCase()}${message.slice(1)}.`
  return { state, lines: [sentence, ...(hint === undefined ? [] : [hint])] }
}
