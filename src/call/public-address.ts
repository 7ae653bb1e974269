/** What the middle of the house asks of the public address: doors for the carrier, and word when they no longer work. */
import type { CallError } from './error.ts'

/** A request that reached one of our doors. Header names are in lower case; `form` holds url-encoded body fields. */
export type DoorRequest = {
  headers: Readonly<Record<string, string | undefined>>
  form: Readonly<Record<string, string>>
}

/** One accepted WebSocket at a door. */
export type DoorSocket = {
  readonly bufferedBytes: number
  send(text: string): void
  /** Closes politely with this code, firmly after 1.5 s. Resolves when closed; may be called twice. */
  close(code: number): Promise<void>
}

/** What the owner of a door does with its socket. Called by the listener; must not throw. */
export type DoorSocketSink = {
  text(message: string): void
  /** A binary frame came: no carrier sends one. */
  binary(): void
  closed(code: number): void
}

/**
 * The public address and what is behind it. Doors are opened at unguessable suffixes; everything else is answered 404 without a hint.
 * Every function returned removes its door.
 */
export type Doors = {
  /** `wss://host[/base]` (or `ws://` on loopback), without a trailing slash. A door's public address is this plus its suffix; HTTP uses the scheme turned. */
  readonly publicUrl: string
  /**
   * A form POST at `suffix` (starts with `/`). `admit` is asked once the body is read; false answers 403. An admitted request is answered with
   * the XML document that `received` returns, or with 204.
   */
  onPost(
    suffix: string,
    admit: (request: DoorRequest) => boolean,
    received: (request: DoorRequest) => string | undefined,
  ): () => void
  /** A WebSocket upgrade at `suffix`. `admit` is asked before the upgrade; false answers 403 and costs nothing more. */
  onSocket(
    suffix: string,
    admit: (request: DoorRequest) => boolean,
    connected: (socket: DoorSocket) => DoorSocketSink,
  ): () => void
}

/** The open public address. */
export type Ingress = {
  readonly doors: Doors
  /** How the address was made: an ngrok tunnel, an address of the user's own, or this machine alone. */
  readonly via: 'ngrok' | 'own' | 'loopback'
  /** Resolves, with the reason, when the public address stops working. Pending while all is well; never rejects. */
  readonly lost: Promise<CallError>
  /** Takes the address down; resolves when the tunnel is gone and the listener's port is free. May be called twice. */
  close(): Promise<void>
}
