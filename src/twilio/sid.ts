/** Twilio's identifiers: two letters that tell the kind, then (today) 32 hex digits. */

/**
 * True when `text` looks like a Twilio id of this kind: `CA` a call, `MZ` a media stream. Looser than 32 hex digits, because emulators
 * make up their own, yet nothing that could leave a URL path, a file name or a JSON string.
 */
export function isSid(kind: 'CA' | 'MZ', text: unknown): text is string {
  return typeof text === 'string' && text.startsWith(kind) && /^\w{3,64}$/.test(text)
}
