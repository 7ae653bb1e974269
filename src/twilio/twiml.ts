/** The TwiML of our calls, written by hand: two verbs are not worth the SDK's 30 ms of loading. */

const ENTITIES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' } as const

/**
 * What Twilio does once the callee answers: connect the sound to us, and hang up when that ends.
 *
 * `<Hangup/>` is the dead-man's switch: when this process dies, its socket closes, `<Connect>` is over, and Twilio goes on to the next
 * verb; without one that ends the call a person could sit on a silent line.
 * The token travels in the path of `streamUrl` and once more as a parameter, which comes back in `start`.
 * https://www.twilio.com/docs/voice/twiml/stream
 * @throws RangeError when `streamUrl` has a query or a fragment: Twilio refuses or strips them (error 31920)
 */
export function connectStreamTwiml({ streamUrl, token }: { streamUrl: string; token: string }): string {
  if (/[?#]/.test(streamUrl)) throw new RangeError('a Media Streams URL carries no query and no fragment')
  return (
    '<?xml version="1.0" encoding="UTF-8"?><Response><Connect>' +
    `<Stream url="${escapeXml(streamUrl)}"><Parameter name="token" value="${escapeXml(token)}"/></Stream>` +
    '</Connect><Hangup/></Response>'
  )
}

function escapeXml(text: string): string {
  return text.replace(/[&<>"']/g, (mark) => ENTITIES[mark as keyof typeof ENTITIES])
}
