/** Twilio's signature on what it sends us: HMAC-SHA1 with the account's auth token over the address it was told to use. https://www.twilio.com/docs/usage/security#validating-requests */

/**
 * True when `signature` (the `x-twilio-signature` header) is Twilio's over `url` and the form fields. `url` is the public address that
 * we gave to Twilio, never one put together from a request's Host headers: those are the sender's to choose.
 */
export type SignatureCheck = (
  url: string,
  signature: string | undefined,
  form: Readonly<Record<string, string>>,
) => boolean

/** A check for one account, by the SDK's own `validateRequest`. Loads only that file of the SDK, not the whole. */
export async function createSignatureCheck(authToken: string): Promise<SignatureCheck> {
  const { validateRequest } = await import('twilio/lib/webhooks/webhooks.js')
  return (url, signature, form) => {
    if (!signature) return false
    try {
      return spellings(url).some((spelling) => validateRequest(authToken, signature, spelling, form))
    } catch {
      // The SDK throws on what it cannot parse; unreadable is unsigned.
      return false
    }
  }
}

/**
 * The ways in which the same address may have been written when it was signed: with or without the default port and a trailing slash,
 * and for a WebSocket as `wss:` (documented) or `https:` (what the upgrade is on the wire). The SDK adds `:80`, not `:443`, to `wss:`.
 */
function spellings(url: string): string[] {
  const { protocol, host, port, pathname } = new URL(url)
  const secure = protocol === 'wss:' || protocol === 'https:'
  const schemes = protocol.startsWith('ws') ? [protocol, secure ? 'https:' : 'http:'] : [protocol]
  const hosts = port ? [host] : [host, `${host}:${secure ? 443 : 80}`]
  const bare = pathname.replace(/\/$/, '')
  const rebuilt = schemes.flatMap((scheme) =>
    hosts.flatMap((where) => [`${scheme}//${where}${bare}`, `${scheme}//${where}${bare}/`]),
  )
  return [url, ...rebuilt]
}
