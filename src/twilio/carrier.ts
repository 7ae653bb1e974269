/** Twilio as a Carrier: one account that can be checked and can place calls. */

import type { Carrier } from '../call/carrier.ts'
import { CallError } from '../call/error.ts'
import type { Clock } from '../flow/clock.ts'
import { checkAccount } from './check-account.ts'
import type { TwilioAccess } from './client.ts'
import { dial } from './dial.ts'
import { connectRest } from './rest.ts'
import { createSignatureCheck } from './signature.ts'
import { vendorText } from './vendor-text.ts'

/**
 * A carrier for one account. The SDK begins to load at once, so that it is there when it is needed; create the carrier early.
 * `clock` paces polling; everything that bounds the network runs in real time.
 */
export function createTwilioCarrier({ clock, ...access }: TwilioAccess & { clock: Clock }): Carrier {
  const loading = Promise.all([connectRest(access), createSignatureCheck(access.authToken)])
  // Whoever needs it will hear of the failure; until then it must not count as unhandled.
  loading.catch(() => {})
  const loaded = () =>
    loading.catch((error: unknown) => {
      const words = vendorText(error instanceof Error ? error.message : String(error), [access.authToken])
      throw new CallError('settings', `Twilio cannot be used with these settings: ${words}`, {
        hint: 'Check TWILIO_ACCOUNT_SID (it starts with AC), TWILIO_AUTH_TOKEN and TWILIO_BASE_URL.',
      })
    })
  return {
    async check(signal) {
      const [rest] = await loaded()
      await checkAccount(rest, signal)
    },
    async dial(request, doors, signal) {
      const [rest, isSigned] = await loaded()
      if (signal.aborted)
        throw new CallError('internal', 'stopped before the call was placed', { cause: signal.reason })
      return await dial({ accountSid: access.accountSid, rest, isSigned, clock }, request, doors, signal)
    },
  }
}
