/** One client's connection, as the talk sees it. */
import type { SessionRecord } from './observations.ts'
import type { SessionSettings } from './setup-rules.ts'

/** What the model's side needs of a connection. */
export type ClientConnection = {
  settings: SessionSettings
  record: SessionRecord
  /** Sends one server message; lost when the connection is closed. */
  send: (message: Record<string, unknown>) => void
  /** True when a fault has broken the connection in the middle of this turn of the agent. */
  breaks: (turn: number) => boolean
  /** The simulator itself failed (no sound for a turn). */
  failed: (error: unknown) => void
}
