/** The ngrok tunnel: a public https address for a port on loopback, opened through the crate's SessionBuilder. */
import type { Session, SessionBuilder } from '@ngrok/ngrok'
import { CallError } from '../call/error.ts'
import type { TunnelSettings } from '../call/ingress-address.ts'
import { createCloseStack } from '../flow/close-stack.ts'
import { withDeadline } from '../flow/deadline.ts'
import { createLinkWatch, type LinkWatch } from './link-watch.ts'
import { nameConnectFailure } from './name-cause.ts'
import { explainLoadFailure, explainRefusal, refuseToken } from './ngrok-errors.ts'

/** How long we wait for what the crate may never answer, and how soon a dead link is noticed. */
export type TunnelTiming = {
  /** For the session, and again for the endpoint, in ms. */
  openMs: number
  /** Between two heartbeats, and for the answer to one; whole seconds. */
  heartbeatSeconds: number
  /** How long the link may be in trouble, in ms. */
  graceMs: number
}

/** An open tunnel. */
export type Tunnel = {
  /** `https://host`, as ngrok says it. */
  readonly url: string
  /** Resolves with a `tunnel-lost` error when ngrok stops the tunnel or the link dies; pending otherwise, also after `close()`. */
  readonly lost: Promise<CallError>
  /** Unregisters the endpoint, then the session; at most 3 s. May be called twice; never rejects. */
  close(): Promise<void>
}

const TIMING: TunnelTiming = { openMs: 15_000, heartbeatSeconds: 5, graceMs: 5000 }
const AGAIN = 'Try again in a moment, or use an address of your own with --public-url.'
const DEFAULT_SERVER = 'connect.ngrok-agent.com:443'

/**
 * Opens a tunnel to 127.0.0.1 at `port`. When the service takes the connection but never answers, the crate's own promise stays
 * pending, keeps the process alive and lets no other tunnel of this process open. That is why the command opens one tunnel in its
 * life, and why `cli/main.ts` ends the process itself a moment after its work is done, whatever is still pending.
 * @throws CallError `tunnel-failed`, in which the authtoken never occurs; `signal.reason` when aborted
 */
export async function openTunnel(
  settings: TunnelSettings,
  port: number,
  signal: AbortSignal,
  changes: Partial<TunnelTiming> = {},
): Promise<Tunnel> {
  const timing = { ...TIMING, ...changes }
  const refused = refuseToken(settings.authtoken)
  if (refused) throw refused
  const ngrok = await loadNgrok()
  signal.throwIfAborted()

  let closing = false
  let lose: (error: CallError) => void = () => {}
  const lost = new Promise<CallError>((resolve) => {
    lose = (error) => {
      if (!closing) resolve(error)
    }
  })
  const watch = createLinkWatch(timing.graceMs, () =>
    lose(
      new CallError('tunnel-lost', "the connection to ngrok's service broke", { hint: 'Check the network.' }),
    ),
  )
  const opened = createCloseStack()
  opened.push('link watch', watch.stop)
  try {
    const builder = configure(new ngrok.SessionBuilder(), settings, timing, watch)
    const session = await openWithin(connect(builder, settings), timing.openMs, signal)
    opened.push('session', () => session.close(), 1000)
    const listener = await openWithin(bind(session, settings, port), timing.openMs, signal)
    // The endpoint goes first: a session that closes with an endpoint leaves it registered.
    opened.push('endpoint', () => listener.close(), 2000)
    const url = listener.url()
    if (url === null)
      throw new CallError('tunnel-failed', 'ngrok opened a tunnel without an address', { hint: AGAIN })
    void listener.join().then(
      () => lose(new CallError('tunnel-lost', 'the ngrok tunnel ended', { hint: AGAIN })),
      (error) => lose(explainRefusal('tunnel-lost', error, settings.authtoken)),
    )
    return {
      url,
      lost,
      async close() {
        closing = true
        await opened.close()
      },
    }
  } catch (error) {
    await opened.close()
    throw error
  }
}

async function loadNgrok(): Promise<typeof import('@ngrok/ngrok')> {
  try {
    return await import('@ngrok/ngrok')
  } catch (error) {
    throw explainLoadFailure(error)
  }
}

function configure(
  builder: SessionBuilder,
  { authtoken, serverAddr, rootCas }: TunnelSettings,
  { heartbeatSeconds }: TunnelTiming,
  watch: LinkWatch,
): SessionBuilder {
  builder
    .authtoken(authtoken)
    .heartbeatInterval(heartbeatSeconds)
    .heartbeatTolerance(heartbeatSeconds)
    // The types do not say so, but a missed heartbeat comes as null; the crate itself does nothing about it.
    .handleHeartbeat((latencyMs: number | null) => (latencyMs === null ? watch.troubled() : watch.alive()))
    .handleDisconnection(() => {
      watch.troubled()
      return true
    })
  try {
    if (serverAddr) builder.serverAddr(serverAddr)
  } catch {
    throw new CallError('tunnel-failed', 'NGROK_SERVER_ADDR is not the address of a service', {
      hint: 'It looks like connect.example.com:443.',
    })
  }
  try {
    if (rootCas) builder.rootCas(rootCas)
  } catch {
    throw new CallError('tunnel-failed', 'the file that NGROK_ROOT_CAS names cannot be read', {
      hint: 'It is "host", "trusted", or a PEM file.',
    })
  }
  return builder
}

async function connect(builder: SessionBuilder, settings: TunnelSettings): Promise<Session> {
  try {
    return await builder.connect()
  } catch (error) {
    const step = failedStep(error)
    throw step
      ? await nameConnectFailure(settings.serverAddr ?? DEFAULT_SERVER, step)
      : explainRefusal('tunnel-failed', error, settings.authtoken)
  }
}

/** The step at which the crate lost the cause, if it did. */
function failedStep(error: unknown): 'tcp' | 'tls' | undefined {
  const message = error instanceof Error ? error.message : ''
  if (message.endsWith('failed to establish tcp connection')) return 'tcp'
  return message.endsWith('tls handshake error') ? 'tls' : undefined
}

async function bind(session: Session, settings: TunnelSettings, port: number) {
  const endpoint = session.httpEndpoint()
  if (settings.domain) endpoint.domain(settings.domain)
  try {
    // The dashboard shows this address, and nothing else of this machine.
    return await endpoint.listenAndForward(`http://127.0.0.1:${port}`)
  } catch (error) {
    throw explainRefusal('tunnel-failed', error, settings.authtoken)
  }
}

/** Waits for the crate, which has no deadline of its own; what it opens too late is closed again. */
async function openWithin<T extends { close(): Promise<void> }>(
  opening: Promise<T>,
  withinMs: number,
  signal: AbortSignal,
): Promise<T> {
  const late = () =>
    new CallError('tunnel-failed', `ngrok's service did not answer within ${withinMs / 1000} s`, {
      hint: 'A firewall or a proxy may hold the connection; use another network, or an address of your own with --public-url.',
    })
  try {
    return await withDeadline(opening, withinMs, late, signal)
  } catch (error) {
    opening.then((it) => it.close()).catch(() => {})
    throw error
  }
}
