/** The door at which Twilio tells who answered: `/{token}/detection`. */
import { readDetectionForm } from './detection.ts'
import { type DoorKeys, isOurCall, openSignedDoor, type SignedDoor } from './signed-door.ts'

/** Opens the door. The verdict is written into the ledger. */
export function openDetectionDoor(keys: DoorKeys, token: string): SignedDoor {
  const { ledger } = keys
  return openSignedDoor(
    keys,
    `/${token}/detection`,
    (form) => {
      const callback = readDetectionForm(form)
      return callback !== undefined && isOurCall(keys, callback.accountSid, callback.callSid)
    },
    (form) => {
      const callback = readDetectionForm(form)
      if (callback && ledger.learn(callback.callSid)) ledger.noteAnsweredBy(callback.answeredBy)
      return undefined
    },
  )
}
