/** Where the public address of a call comes from. */

/** An ngrok tunnel, an address of the user's own that leads to our port, or this machine alone. */
export type IngressAddress =
  | ({ via: 'ngrok' } & TunnelSettings)
  /** `url`: `ws(s)` or `http(s)`, with or without a path. */
  | { via: 'own'; url: string }
  | { via: 'loopback' }

/** What the user may decide about the tunnel. */
export type TunnelSettings = {
  authtoken: string
  /** A domain of the account; without it ngrok chooses. */
  domain?: string
  /** `host:port` of ngrok's service, when not the public one. */
  serverAddr?: string
  /** Whom to trust as that service: a PEM file, or `host` for the system's own certificates. */
  rootCas?: string
}
