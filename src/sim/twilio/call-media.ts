/** The media streams of one call: opened by `<Connect>`, put on the line, reported to the customer. */
import type { CallState } from './call-state.ts'
import type { Exchange } from './exchange.ts'
import { openMediaStream } from './media-stream.ts'
import type { StreamNoun } from './parse-twiml.ts'
import type { PhoneLine } from './phone-line.ts'

/**
 * Opens a stream and resolves when it is over for the call: refused, closed by the server, or stopped because `signal` aborted. The
 * person's time begins when the line is through, or when it is clear that it will not be. Without `connects` nothing is even tried.
 */
export function runStream(
  exchange: Exchange,
  state: CallState,
  line: PhoneLine,
  noun: StreamNoun,
  signal: AbortSignal,
  connects: boolean,
): Promise<void> {
  const { clock, journal } = exchange
  const callSid = state.seen.sid
  return new Promise((resolve) => {
    if (!connects) {
      line.start()
      signal.addEventListener('abort', () => resolve(), { once: true })
      return
    }
    const report = (event: string, error?: string) => {
      if (!noun.statusCallback) return
      const fields = {
        StreamSid: stream.seen.sid,
        StreamName: noun.name,
        StreamEvent: event,
        Timestamp: clock.date().toISOString(),
        ...(error ? { StreamError: error } : {}),
      }
      void state.tell(event, { url: noun.statusCallback, method: noun.statusCallbackMethod }, fields)
    }
    const stream = openMediaStream(exchange, callSid, noun, {
      started() {
        line.connect(stream)
        line.start()
        report('stream-started')
      },
      failed({ code, detail }) {
        journal.warn({ code, detail, callSid, streamSid: stream.seen.sid })
        report('stream-error', `${code} ${detail}`)
      },
      over() {
        signal.removeEventListener('abort', stream.stop)
        line.connect(undefined)
        line.start()
        if (stream.seen.upgradeStatus === 101) report('stream-stopped')
        resolve()
      },
    })
    state.streaming(stream.seen)
    signal.addEventListener('abort', stream.stop, { once: true })
  })
}
