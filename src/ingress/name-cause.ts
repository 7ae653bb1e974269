/** Names the cause of a connection to ngrok that failed: the crate says only "tcp" or "tls". */
import { lookup } from 'node:dns/promises'
import { connect } from 'node:net'
import { CallError } from '../call/error.ts'
import { withDeadline } from '../flow/deadline.ts'

const PROBE_MS = 3000

/** What to do about a connection that fails with this code of the system. */
const REMEDIES: Readonly<Record<string, string>> = {
  // Whoever refuses has been reached.
  ECONNREFUSED: 'Check NGROK_SERVER_ADDR if it is set; if not, try again in a moment',
  ETIMEDOUT: 'A firewall may be in the way: call from another network',
  ECONNRESET: 'A firewall may be in the way: call from another network',
}

/** Looks up and dials `serverAddr` (`host` or `host:port`) itself, within 3 s for each, to say what the crate does not. */
export async function nameConnectFailure(serverAddr: string, step: 'tcp' | 'tls'): Promise<CallError> {
  const { host, port } = splitAddress(serverAddr)
  const service = `ngrok's service at ${host}:${port}`
  try {
    await withDeadline(lookup(host), PROBE_MS, timedOut)
  } catch (error) {
    return failed(
      `the name of ${service} cannot be resolved (${codeOf(error)})`,
      'Check the network and its DNS',
    )
  }
  try {
    await dial(host, port)
  } catch (error) {
    const code = codeOf(error)
    return failed(`${service} cannot be reached (${code})`, REMEDIES[code] ?? 'Check the network')
  }
  return step === 'tls'
    ? failed(
        `the certificate of ${service} is not trusted, or it does not speak TLS`,
        'If a proxy inspects TLS here, set NGROK_ROOT_CAS=host (or to a PEM file with its certificate)',
      )
    : failed(`${service} could not be reached a moment ago, but can be now`, 'Try again')
}

function failed(message: string, hint: string): CallError {
  return new CallError('tunnel-failed', message, {
    hint: `${hint}, or use an address of your own with --public-url.`,
  })
}

function splitAddress(serverAddr: string): { host: string; port: number } {
  const { hostname, port } = new URL(`https://${serverAddr}`)
  return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || 443) }
}

function dial(host: string, port: number): Promise<void> {
  const socket = connect(port, host)
  const connected = new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('error', reject)
  })
  return withDeadline(connected, PROBE_MS, timedOut).finally(() => socket.destroy())
}

function timedOut(): Error {
  return Object.assign(new Error('timed out'), { code: 'ETIMEDOUT' })
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown cause'
}
