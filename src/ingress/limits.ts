/** What a stranger may cost us. Times in ms. */
export type ListenerLimits = {
  /** From the connection to the end of the request's headers. */
  headersMs: number
  requestMs: number
  bodyMs: number
  maxBodyBytes: number
  /** Of one WebSocket message; a carrier's media message has less than 1 kB. */
  maxMessageBytes: number
  /** How often a WebSocket is asked for a sign of life; one that gives none from one time to the next is dead, though nothing says so. */
  aliveMs: number
  maxConnections: number
}

/** For a public address behind which a carrier, and nobody else, has business. */
export const LIMITS: ListenerLimits = {
  headersMs: 5000,
  requestMs: 10_000,
  bodyMs: 5000,
  maxBodyBytes: 64 * 1024,
  maxMessageBytes: 64 * 1024,
  aliveMs: 7000,
  maxConnections: 512,
}
