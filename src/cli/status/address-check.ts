/** The public address, opened as a call opens it and proved from end to end: the listener, the tunnel, and a signed media stream to ourselves. */
import { randomBytes } from 'node:crypto'
import { CallError } from '../../call/error.ts'
import { portWarning } from '../../config/config.ts'
import type { Services } from '../../config/services.ts'
import type { CloseStack } from '../../flow/close-stack.ts'
import { openIngress } from '../../ingress/open-ingress.ts'
import { openSelfStream } from '../../twilio/self-stream.ts'
import { type Check, fine, skipped } from './check.ts'

const VIA = { ngrok: 'ngrok tunnel', own: 'your own address', loopback: 'this machine only' } as const

/** The part, if it is there, and the settings that it lacks otherwise. What is opened goes on `opened`, and is closed once everything is told. */
export type AddressParts = {
  ingress: Services['ingress'] | undefined
  lacking: string
  opened: CloseStack
  answerMs: number
}

/** The check. */
export function addressCheck({ ingress: settings, lacking, opened, answerMs }: AddressParts): Check {
  return {
    ...{ name: 'public-address', title: 'Public address', late: 'failed' },
    // For the last resort: each step has its own, and words for it. A fresh tunnel may need a while until it is known everywhere.
    withinMs: 6 * answerMs,
    async look(signal) {
      if (!settings) return skipped(lacking)
      try {
        const proofMs = settings.address.via === 'ngrok' ? 2 * answerMs : answerMs
        const ingress = await openIngress(settings, signal, { tunnelMs: answerMs, proofMs })
        opened.push('public address', ingress.close, 5000)
        // Any key will do, since both ends are ours; so the account's own goes nowhere.
        const account = { accountSid: `AC${randomHex()}`, authToken: randomHex() }
        const stream = await openSelfStream(account, ingress.doors)
        const { knock } = await import('../../ingress/knock.ts')
        await knock(stream, answerMs, signal).finally(stream.close)
        return fine(`${ingress.doors.publicUrl} (${VIA[ingress.via]}): a signed stream came through it`)
      } catch (error) {
        const [warning] = portWarning({ ingress: settings })
        throw warning && error instanceof CallError ? withHint(error, warning.hint) : error
      }
    },
  }
}

/** Without a port of its own, an own address leads here by luck only. */
function withHint({ code, message }: CallError, hint: string | undefined): CallError {
  return new CallError(code, message, hint === undefined ? {} : { hint })
}

function randomHex(): string {
  return randomBytes(16).toString('hex')
}
