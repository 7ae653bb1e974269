/** What all doors of one call have in common: Twilio's signature is the key to them, and it must be about our call. */
import type { DoorRequest, Doors } from '../call/public-address.ts'
import type { CallLedger } from './ledger.ts'
import type { SignatureCheck } from './signature.ts'

/** Where the doors of a call are, and how to tell who stands before them. */
export type DoorKeys = {
  doors: Doors
  accountSid: string
  isSigned: SignatureCheck
  ledger: CallLedger
}

/** An open door for POSTs. */
export type SignedDoor = { readonly url: string; close(): void }

/** Opens a door for POSTs that Twilio has signed and that `isOurs` knows. The XML document that `received` returns is the answer. */
export function openSignedDoor(
  { doors, isSigned }: DoorKeys,
  suffix: string,
  isOurs: (form: DoorRequest['form']) => boolean,
  received: (form: DoorRequest['form']) => string | undefined,
): SignedDoor {
  const url = `${doors.publicUrl.replace(/^ws/, 'http')}${suffix}`
  const close = doors.onPost(
    suffix,
    ({ headers, form }) => isSigned(url, headers['x-twilio-signature'], form) && isOurs(form),
    ({ form }) => received(form),
  )
  return { url, close }
}

/** True of our account and our call. The call's SID may be unknown still, but it may not be another. */
export function isOurCall({ accountSid, ledger }: DoorKeys, account: string, callSid: string): boolean {
  return account === accountSid && (ledger.callSid === undefined || ledger.callSid === callSid)
}
