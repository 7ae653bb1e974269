/** A media stream to ourselves: what Twilio would send, signed as Twilio signs, to a door such as that of every call. */
import { randomBytes } from 'node:crypto'
import type { Doors } from '../call/public-address.ts'
import { createLedger } from './ledger.ts'
import { markJson } from './media-messages.ts'
import { createSignatureCheck } from './signature.ts'
import { openStreamDoor } from './stream-door.ts'

/** A door that waits for its stream, and how to be that stream. */
export type SelfStream = {
  url: string
  /** Of the WebSocket upgrade. */
  headers: Readonly<Record<string, string>>
  /** What to send once connected. */
  says: readonly string[]
  /** What comes back from whoever has the key to the door, and from nobody else. */
  hears: string
  /** Closes the door and the stream. */
  close(): void
}

/** Opens the door. It takes one stream, as the door of a call does, and judges it by the same signature, token and `start`. */
export async function openSelfStream(
  { accountSid, authToken }: { accountSid: string; authToken: string },
  doors: Doors,
): Promise<SelfStream> {
  const { getExpectedTwilioSignature } = await import('twilio/lib/webhooks/webhooks.js')
  const isSigned = await createSignatureCheck(authToken)
  const name = randomBytes(16).toString('hex')
  const keys = { doors, accountSid, isSigned, ledger: createLedger() }
  const owner = { started: () => {}, ended: () => {} }
  const door = openStreamDoor(keys, owner)
  // The leg answers with a mark, which is what our side of a call sends.
  const leg = door.started.then((started) => {
    started.mark(name)
    return started
  })
  const streamSid = `MZ${randomBytes(16).toString('hex')}`
  const start = {
    accountSid,
    streamSid,
    callSid: `CA${randomBytes(16).toString('hex')}`,
    tracks: ['inbound'],
    mediaFormat: { encoding: 'audio/x-mulaw', sampleRate: 8000, channels: 1 },
    customParameters: { token: door.token },
  }
  return {
    url: door.streamUrl,
    headers: { 'x-twilio-signature': getExpectedTwilioSignature(authToken, door.streamUrl, {}) },
    says: [
      JSON.stringify({ event: 'connected', protocol: 'Call', version: '1.0.0' }),
      JSON.stringify({ event: 'start', sequenceNumber: '1', start, streamSid }),
    ],
    hears: markJson(streamSid, name),
    close() {
      door.close()
      void leg.then((started) => started.close())
    },
  }
}
