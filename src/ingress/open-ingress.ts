/** Opens the public address: listener, then tunnel or an address of the user's own, then the proof that it leads here. */
import { randomBytes } from 'node:crypto'
import type { CallError } from '../call/error.ts'
import type { IngressAddress } from '../call/ingress-address.ts'
import type { Ingress } from '../call/public-address.ts'
import { createCloseStack } from '../flow/close-stack.ts'
import { basePathOf, createDoors, openDoor } from './doors.ts'
import { openListener } from './listener.ts'
import { proveReachable } from './preflight.ts'
import { openTunnel } from './tunnel.ts'

/** How long to wait, in real ms: for each answer of ngrok's service, and until the address has proved to lead here. */
export type IngressPatience = { tunnelMs?: number; proofMs?: number }

const PROOF_WITHIN_MS = { ngrok: 30_000, own: 5000, loopback: 5000 } as const satisfies Record<
  IngressAddress['via'],
  number
>

/**
 * Resolves when the address works and doors may be opened. `port`: of the listener on 127.0.0.1; 0 for any free one. When a step fails or `signal` aborts, everything is undone first.
 * @throws CallError `listener-failed`, `tunnel-failed`, `tunnel-lost` or `public-url-unreachable`; `signal.reason` when aborted
 */
export async function openIngress(
  { port, address }: { port: number; address: IngressAddress },
  signal: AbortSignal,
  { tunnelMs, proofMs = PROOF_WITHIN_MS[address.via] }: IngressPatience = {},
): Promise<Ingress> {
  signal.throwIfAborted()
  const opened = createCloseStack()
  try {
    const listener = await openListener({ port })
    opened.push('listener', listener.close, 3000)
    const { url, lost, close } = await openAddress(address, listener.port, signal, tunnelMs)
    opened.push('tunnel', close, 4000)

    const publicUrl = toWebSocketUrl(url)
    const nonce = { suffix: `/${randomHex()}`, answer: randomHex() }
    const closeNonce = openDoor(listener.doors.gets, basePathOf(publicUrl), nonce.suffix, nonce.answer)
    await proveReachable(publicUrl, listener.port, nonce, proofMs, AbortSignal.any([signal, abortedBy(lost)]))
    closeNonce()

    return {
      doors: createDoors(listener.doors, publicUrl),
      via: address.via,
      lost,
      close: async () => void (await opened.close()),
    }
  } catch (error) {
    await opened.close()
    throw error
  }
}

type OpenAddress = { url: string; lost: Promise<CallError>; close(): Promise<void> }

async function openAddress(
  address: IngressAddress,
  port: number,
  signal: AbortSignal,
  tunnelMs: number | undefined,
): Promise<OpenAddress> {
  if (address.via === 'ngrok')
    return openTunnel(address, port, signal, tunnelMs === undefined ? {} : { openMs: tunnelMs })
  const url = address.via === 'own' ? address.url : `ws://127.0.0.1:${port}`
  // Nothing watches over an address that is not ours to open: its loss shows in the media stream.
  return { url, lost: new Promise(() => {}), close: async () => {} }
}

/** `ws(s)://host[:port][/base]` of any of the four schemes, without a trailing slash, query or credentials. */
function toWebSocketUrl(url: string): string {
  const { protocol, host } = new URL(url)
  return `${protocol.replace(/^http/, 'ws')}//${host}${basePathOf(url)}`
}

function abortedBy(lost: Promise<CallError>): AbortSignal {
  const controller = new AbortController()
  void lost.then((error) => controller.abort(error))
  return controller.signal
}

/** 256 bits that nobody can guess. */
function randomHex(): string {
  return randomBytes(32).toString('hex')
}
