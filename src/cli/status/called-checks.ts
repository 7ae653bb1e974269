/** Whether a number may be called at all, and at this hour: what can be known of it without the network. */
import { CallError } from '../../call/error.ts'
import { readDoNotCall } from '../../config/do-not-call.ts'
import { asE164, type CheckedNumber, checkPhoneNumber } from '../../config/phone-number.ts'
import { checkHour, refuseQuietHour } from '../../config/quiet-hours.ts'
import { type Check, type Finding, fine, skipped, told } from './check.ts'

/** Looking time zones up loads a table. */
const WITHIN_MS = 5000

/** What `--to` says, and what it must fit. */
export type Called = { to: string; from: string | undefined; home: string; now: Date }

/** What the checks of a number need: the number, or undefined when it cannot be called. */
export type CalledNumber = Promise<CheckedNumber | undefined>

/** The checks, and the number for those that ask the carrier about it. */
export function calledChecks(called: Called): { checks: Check[]; number: CalledNumber } {
  const checked = lookUp(called)
  const number = checked.catch(() => undefined)
  const check = (name: string, title: string, look: Check['look']): Check => ({
    ...{ name, title, look, withinMs: WITHIN_MS, late: 'failed' },
  })
  const checks = [
    check('called-number', 'Called number', async () => numberFinding(await checked)),
    check('hour', 'Hour there', async () => {
      const callable = await number
      return callable ? hourFinding(callable, called.now) : skipped('a number that may be called')
    }),
  ]
  return { checks, number }
}

async function lookUp({ to, from, home }: Called): Promise<CheckedNumber> {
  const number = (await readDoNotCall(home)).allow(await checkPhoneNumber(to))
  if (from !== undefined && number.e164 === asE164(from)) {
    throw new CallError('number-refused', `${number.e164} is the number that calls`, {
      hint: 'Give the number of somebody else.',
    })
  }
  return number
}

function numberFinding({ e164, country, warnings }: CheckedNumber): Finding {
  const [warning] = warnings
  if (!warning) return fine(`${e164}${country ? ` (${country})` : ''} may be called`)
  const { message, hint } = warning
  return { state: 'warning', detail: message, ...(hint !== undefined && { hint }) }
}

async function hourFinding({ e164 }: CheckedNumber, now: Date): Promise<Finding> {
  const refusal = refuseQuietHour(await checkHour(e164, now))
  return refusal ? told(refusal, 'warning') : fine('it is day where the phone rings')
}
