/** What Twilio says of the account, of the number that calls and of the number that is called. */
import { type AccountState, lookAtAccount } from '../../twilio/check-account.ts'
import { type BalanceState, lookAtBalance } from '../../twilio/check-balance.ts'
import { type CallingNumberState, lookAtCallingNumber } from '../../twilio/check-calling-number.ts'
import { lookAtPermission, lookAtPrice } from '../../twilio/check-destination.ts'
import type { TwilioRest } from '../../twilio/rest.ts'
import type { CalledNumber } from './called-checks.ts'
import { type Check, type Finding, fine, skipped, told } from './check.ts'

/** Below this the account may be empty before the call is over; in whatever currency it has. */
const LITTLE_MONEY = 1

/** The parts that are there, and the settings that the others lack. */
export type TwilioParts = {
  rest: Promise<TwilioRest> | undefined
  from: string | undefined
  lacking: { carrier: string; from: string }
  called: CalledNumber | undefined
  answerMs: number
}

/** The checks in the order in which they are shown; those of the called number only when there is one. */
export function twilioChecks({ rest: loading, from, lacking, called, answerMs }: TwilioParts): Check[] {
  const check = (
    [name, title]: readonly [name: string, title: string],
    late: Check['late'],
    look: (rest: TwilioRest) => Promise<Finding>,
  ): Check => ({
    ...{ name, title, late, withinMs: answerMs },
    look: async () => (loading ? look(await loading) : skipped(lacking.carrier)),
  })
  const account = check(['twilio-account', 'Twilio account'], 'failed', async (rest) =>
    accountFinding(await lookAtAccount(rest)),
  )
  const balance = check(['twilio-balance', 'Twilio balance'], 'unknown', async (rest) =>
    balanceFinding(await lookAtBalance(rest)),
  )
  const number = check(['calling-number', 'Calling number'], 'failed', async (rest) =>
    from === undefined
      ? skipped(lacking.from)
      : callingNumberFinding(from, await lookAtCallingNumber(rest, from)),
  )
  if (!called) return [account, balance, number]
  const permission = check(['permission', 'Permission'], 'unknown', async (rest) => {
    const country = (await called)?.country
    if (country === undefined) return skipped('a number of which the country is known')
    const state = await lookAtPermission(rest, country)
    if (state.type === 'allowed') return fine(`the account may call ${state.country}`)
    return told(state.error, state.type === 'blocked' ? 'failed' : 'unknown')
  })
  const price = check(['price', 'Price'], 'unknown', async (rest) => {
    const to = (await called)?.e164
    if (to === undefined) return skipped('a number that may be called')
    if (from === undefined) return skipped(lacking.from)
    const state = await lookAtPrice(rest, to, from)
    if (state.type === 'unknown') return told(state.error, 'unknown')
    return fine(`${state.perMinute} ${state.currency} a minute to ${state.country}, beside the model's`)
  })
  return [account, balance, number, permission, price]
}

function accountFinding(state: AccountState): Finding {
  switch (state.type) {
    case 'usable':
      return state.isFull
        ? fine('credentials accepted, account active and not a trial')
        : {
            state: 'warning',
            detail: 'credentials accepted, account active, but Twilio does not say whether it is a trial',
            hint: 'See https://console.twilio.com: a trial account has to be upgraded before it can carry a conversation.',
          }
    case 'unusable':
    case 'unreachable':
      return told(state.error)
    case 'unknown':
      return told(state.error, 'unknown')
    default:
      return state satisfies never
  }
}

function balanceFinding(state: BalanceState): Finding {
  switch (state.type) {
    case 'known': {
      const money = `${state.amount.toFixed(2)} ${state.currency}`
      if (state.amount >= LITTLE_MONEY) return fine(money)
      const hint = 'Add funds at https://console.twilio.com/billing, or calls may end early.'
      return { state: 'warning', detail: `only ${money} left`, hint }
    }
    case 'none':
      return fine('none of its own: the main account pays')
    case 'unknown':
      return told(state.error, 'unknown')
    default:
      return state satisfies never
  }
}

function callingNumberFinding(from: string, state: CallingNumberState): Finding {
  switch (state.type) {
    case 'own':
      return state.isVoiceCapable
        ? fine(`${from} belongs to the account and can call`)
        : {
            state: 'failed',
            detail: `${from} belongs to the account, but is not for voice`,
            hint: 'Take a number with the capability Voice for TWILIO_PHONE_NUMBER.',
          }
    case 'verified':
      return fine(`${from} is a verified caller ID`)
    case 'foreign':
      return {
        state: 'failed',
        detail: `${from} is neither a number of this account nor a verified caller ID`,
        hint: 'Set TWILIO_PHONE_NUMBER to one of https://console.twilio.com/us1/develop/phone-numbers/manage/incoming.',
      }
    case 'unreachable':
      return told(state.error)
    case 'unknown':
      return told(state.error, 'unknown')
    default:
      return state satisfies never
  }
}
