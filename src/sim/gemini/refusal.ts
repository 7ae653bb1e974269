/** How Google refuses: there is no error frame, only a close code and a reason. */

/** Why the service closes a session. The reason is cut to what fits into a close frame when it is sent. */
export type Refusal = { code: number; reason: string }

/** The text for most requests that are well-formed but not allowed. */
export const INVALID_ARGUMENT: Refusal = { code: 1007, reason: 'Request contains an invalid argument.' }

/** A close frame holds 125 bytes, two of them the code (RFC 6455 §5.5); Google's longer texts end in mid-word. */
export function closeReason(text: string): string {
  let reason = text
  while (Buffer.byteLength(reason) > 123) reason = reason.slice(0, -1)
  return reason
}
