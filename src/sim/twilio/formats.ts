/** Dates and ids as Twilio writes them. */
import { randomBytes } from 'node:crypto'

/** RFC 2822 in UTC, such as `Sun, 22 Nov 2026 13:06:00 +0000`. */
export function rfc2822(date: Date): string {
  return date.toUTCString().replace('GMT', '+0000')
}

/** A new SID: two letters and 32 hex digits. */
export function newSid(prefix: 'AC' | 'CA' | 'MZ' | 'PN' | 'RQ'): string {
  return prefix + randomBytes(16).toString('hex')
}
