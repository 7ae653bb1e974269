/** The door for the status callbacks of one call: `/{token}/status`. */
import { isFinal } from '../call/status.ts'
import { createLater } from '../flow/later.ts'
import { type DoorKeys, isOurCall, openSignedDoor, type SignedDoor } from './signed-door.ts'
import { readStatusForm } from './status-webhook.ts'

/** The open door. */
export type StatusDoor = SignedDoor & {
  /** Whether callbacks come at all: true from the first on. */
  readonly isTold: boolean
  /** Resolves when a callback has brought a final status: Twilio's last word. Pending when that never happens. */
  readonly lastWord: Promise<void>
}

/** Opens the door. What comes in is written into the ledger; `heard` is told that a callback came. */
export function openStatusDoor(keys: DoorKeys, token: string, heard: () => void): StatusDoor {
  const { ledger } = keys
  let isTold = false
  const lastWord = createLater<void>()
  const door = openSignedDoor(
    keys,
    `/${token}/status`,
    (form) => {
      const callback = readStatusForm(form)
      return callback !== undefined && isOurCall(keys, callback.accountSid, callback.callSid)
    },
    (form) => {
      const callback = readStatusForm(form)
      if (!callback || !ledger.learn(callback.callSid)) return undefined
      isTold = true
      if (callback.news) ledger.note(callback.news)
      heard()
      if (callback.news && isFinal(callback.news.status)) lastWord.resolve()
      return undefined
    },
  )
  return {
    ...door,
    get isTold() {
      return isTold
    },
    lastWord: lastWord.promise,
  }
}
