/** Comes to one of our own doors the way the carrier does: over the public address, through whatever stands before it. Loaded lazily, because of `ws`. */
import { WebSocket } from 'ws'
import { CallError } from '../call/error.ts'

/** A WebSocket to one of our doors: what it says once it is open, and what it must hear back. */
export type Visit = {
  url: string
  headers: Readonly<Record<string, string>>
  says: readonly string[]
  hears: string
}

/**
 * Resolves when the right words have come back, within `withinMs` of real time. The address is known to lead here by then, so what goes wrong is
 * what stands in between.
 * @throws CallError `public-url-unreachable`; `signal.reason` when aborted
 */
export async function knock(visit: Visit, withinMs: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()
  const socket = new WebSocket(visit.url, {
    headers: visit.headers,
    perMessageDeflate: false,
    handshakeTimeout: withinMs,
  })
  let timer: NodeJS.Timeout | undefined
  let aborted: () => void = () => {}
  const heard = new Promise<void>((resolve, reject) => {
    const fail = (what: string, hint: string) => reject(inTheWay(what, hint))
    timer = setTimeout(() => fail('does not answer on a WebSocket', SILENT_HINT), withinMs)
    aborted = () => reject(signal.reason)
    socket.on('open', () => {
      for (const text of visit.says) socket.send(text)
    })
    socket.on('message', (message) => {
      if (message.toString() === visit.hears) resolve()
    })
    socket.on('unexpected-response', (_request, response) => {
      const { what, hint } = refusal(response.statusCode ?? 0)
      fail(what, hint)
    })
    socket.on('error', (error) => {
      const code = 'code' in error ? String(error.code) : 'broken off'
      fail(`cannot be reached on a WebSocket (${code})`, PASS_HINT)
    })
    socket.on('close', () => fail('closes a WebSocket before anything came through it', PASS_HINT))
  })
  signal.addEventListener('abort', aborted, { once: true })
  try {
    await heard
    socket.close(1000)
  } catch (error) {
    socket.terminate()
    throw error
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', aborted)
  }
}

const PASS_HINT = 'Its proxy or tunnel has to pass WebSockets on, as it does with other requests.'
const SILENT_HINT = 'Its proxy or tunnel may hold back what goes through a WebSocket: turn buffering off.'

/** Why the upgrade was not accepted. Our own doors answer 403 to a wrong signature and 404 to a wrong path. */
function refusal(status: number): { what: string; hint: string } {
  if (status === 403)
    return {
      what: 'does not let through what the carrier signs (403)',
      hint: 'Its proxy has to pass the header X-Twilio-Signature on, unchanged.',
    }
  if (status === 404)
    return {
      what: 'loses the path of a WebSocket (404)',
      hint: 'Its proxy has to pass the path on, unchanged.',
    }
  return { what: `does not take WebSockets (${status})`, hint: PASS_HINT }
}

function inTheWay(what: string, hint: string): CallError {
  return new CallError('public-url-unreachable', `the public address ${what}`, { hint })
}
