/** Twilio's time limit of a call. https://www.twilio.com/docs/voice/api/call-resource */

/** Twilio lets no call last longer. */
export const LONGEST_CALL_SECONDS = 4 * 60 * 60

/** A limit in the whole seconds that Twilio takes: a longer one than it knows would be refused, with 13216. */
export function timeLimitSeconds(limitMs: number): number {
  return Math.min(Math.ceil(limitMs / 1000), LONGEST_CALL_SECONDS)
}
