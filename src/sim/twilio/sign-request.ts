/** Twilio's request signature, made from the description of the algorithm. https://www.twilio.com/docs/usage/security#validating-requests */
import { createHmac } from 'node:crypto'

/**
 * The value of `X-Twilio-Signature`: HMAC-SHA1, keyed with the auth token, over the URL followed by every form field's name and value,
 * sorted by name. `url` is taken to the letter; a WebSocket upgrade and a GET have no fields.
 */
export function signRequest(
  authToken: string,
  url: string,
  fields: Readonly<Record<string, string>> = {},
): string {
  const names = Object.keys(fields).sort()
  const text = names.reduce((signed, name) => signed + name + fields[name], url)
  return createHmac('sha1', authToken).update(text, 'utf8').digest('base64')
}
