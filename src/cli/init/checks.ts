/** Whether a service takes what was given: asked at once, so that a mistake is known while the right value is still at hand. */
import { CallError } from '../../call/error.ts'
import { DEFAULTS } from '../../config/call-defaults.ts'
import type { Services } from '../../config/services.ts'
import { listLiveModels } from '../../gemini/list-models.ts'
import { concernsAccount, type ErrorEntry, TRIAL } from '../../twilio/errors.ts'
import type { RestFailure } from '../../twilio/failure.ts'
import { connectRest } from '../../twilio/rest.ts'

/** What a service says. `unknown`: it could not be asked, which speaks for nothing. `caution`: it works, but a call would not. */
export type Verdict = { state: 'good' | 'caution' | 'wrong' | 'unknown'; lines: readonly string[] }

/** For the whole list of models, in real ms. */
const MODELS_WITHIN_MS = 8000

/** Asks Twilio for the account. Never rejects. */
export async function checkCredentials(access: Services['carrier']): Promise<Verdict> {
  const rest = await connectRest(access)
  const answer = await rest.fetchAccount()
  if (!answer.ok) return ofFailure(answer.failure)
  const { status, type } = answer.value
  if (type === 'Trial') return { state: 'caution', lines: entryLines(TRIAL) }
  if (status === 'suspended' || status === 'closed') {
    return {
      state: 'caution',
      lines: [`The Twilio account is ${status}.`, 'See https://console.twilio.com/billing.'],
    }
  }
  return { state: 'good', lines: ['Twilio takes the credentials.'] }
}

/** Asks Twilio whether the account may show this number, in E.164, as its own. Never rejects. */
export async function checkOwnNumber(access: Services['carrier'], number: string): Promise<Verdict> {
  const rest = await connectRest(access)
  const own = await rest.listNumbers(number)
  if (!own.ok) return ofFailure(own.failure)
  const found = own.value.find((one) => one.number === number)
  if (found?.isVoiceCapable) return { state: 'good', lines: [`${number} is a voice number of the account.`] }
  if (found) return { state: 'wrong', lines: [`${number} is a number of the account, but not for voice.`] }
  const verified = await rest.listCallerIds(number)
  if (!verified.ok) return ofFailure(verified.failure)
  if (verified.value.includes(number))
    return { state: 'good', lines: [`${number} is a verified caller ID of the account.`] }
  return {
    state: 'wrong',
    lines: [`${number} is neither a number of this Twilio account nor a verified caller ID of it.`],
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
    if (error instanceof CallError) {
      const lines = [sentence(error.message), error.hint ?? '']
      return { state: error.code === 'model-key' ? 'wrong' : 'unknown', lines }
    }
    return { state: 'unknown', lines: ['Google did not answer in time.'] }
  }
}

/** Only what is about the account is an answer to the question; a proxy may not know these requests at all. */
function ofFailure({ status, code, error }: RestFailure): Verdict {
  const lines = [sentence(error.message), error.hint ?? '']
  return { state: concernsAccount(status, code) ? 'wrong' : 'unknown', lines }
}

function entryLines({ sentence: words, remedy }: Pick<ErrorEntry, 'sentence' | 'remedy'>): string[] {
  return [sentence(words), remedy]
}

function sentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`
}
