/** The two doors of one call: `/{token}` for its media stream, `/{token}/status` for its status callbacks. Twilio's signature is the key to both. */
import { randomBytes } from 'node:crypto'
import type { PhoneLeg } from '../call/carrier.ts'
import type { DoorRequest, Doors } from '../call/public-address.ts'
import { isFinal } from '../call/status.ts'
import { createLater } from '../flow/later.ts'
import type { CallLedger } from './ledger.ts'
import { acceptMediaLeg } from './media-leg.ts'
import type { StreamStart } from './media-messages.ts'
import type { SignatureCheck } from './signature.ts'
import { readStatusForm } from './status-webhook.ts'

/** Who is told what comes in. SID and status go to the ledger first. */
export type CallDoorsOwner = {
  accountSid: string
  isSigned: SignatureCheck
  ledger: CallLedger
  /** A status callback came. */
  heard(): void
  streamStarted(leg: PhoneLeg): void
  streamEnded(): void
}

/** The open doors of one call. */
export type CallDoors = {
  /** Unguessable, used once, dies with the call: a captured request can be replayed to nobody. */
  token: string
  streamUrl: string
  statusUrl: string
  /** Whether status callbacks come at all: true from the first on. */
  readonly isTold: boolean
  /** Resolves when a callback has brought a final status: Twilio's last word. Pending when that never happens. */
  readonly lastWord: Promise<void>
  /** Lets no stream in any more. */
  closeStream(): void
  close(): void
}

/** Opens both doors; to be called before the call is placed, since Twilio may be quicker at the door than with its answer. */
export function openCallDoors(doors: Doors, owner: CallDoorsOwner): CallDoors {
  const { accountSid, isSigned, ledger } = owner
  const token = randomBytes(32).toString('hex')
  const streamUrl = `${doors.publicUrl}/${token}`
  const statusUrl = `${streamUrl.replace(/^ws/, 'http')}/status`
  const signed = (url: string, { headers, form }: DoorRequest) =>
    isSigned(url, headers['x-twilio-signature'], form)

  /** The call's SID may be unknown still, but it may not be another. */
  const isOurs = (account: string, callSid: string) =>
    account === accountSid && (ledger.callSid === undefined || ledger.callSid === callSid)
  const belongs = ({ accountSid: account, callSid, parameters }: StreamStart) => {
    const told = parameters.get('token')
    return (told === undefined || told === token) && isOurs(account, callSid) && ledger.learn(callSid)
  }

  let streamTaken = false
  const closeStream = doors.onSocket(
    `/${token}`,
    (request) => {
      if (streamTaken || ledger.isOver || !signed(streamUrl, request)) return false
      streamTaken = true
      return true
    },
    (socket) =>
      acceptMediaLeg(socket, {
        belongs,
        started(leg) {
          // A stream proves the answer, whether or not the callback that says so ever comes.
          ledger.note({ status: 'in-progress' })
          owner.streamStarted(leg)
        },
        ended: owner.streamEnded,
      }),
  )
  let isTold = false
  const lastWord = createLater<void>()
  const closeStatus = doors.onPost(
    `/${token}/status`,
    (request) => {
      if (!signed(statusUrl, request)) return false
      const callback = readStatusForm(request.form)
      return callback !== undefined && isOurs(callback.accountSid, callback.callSid)
    },
    ({ form }) => {
      const callback = readStatusForm(form)
      if (!callback || !ledger.learn(callback.callSid)) return
      isTold = true
      if (callback.news) ledger.note(callback.news)
      owner.heard()
      if (callback.news && isFinal(callback.news.status)) lastWord.resolve()
    },
  )
  return {
    token,
    streamUrl,
    statusUrl,
    get isTold() {
      return isTold
    },
    lastWord: lastWord.promise,
    closeStream,
    close() {
      closeStream()
      closeStatus()
    },
  }
}
