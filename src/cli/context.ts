/** What main gives every command: the streams, what the terminal can do, and the wish to stop. */

/** Where a command writes: results to stdout, everything else to stderr. */
export type Io = {
  stdout: NodeJS.WriteStream
  stderr: NodeJS.WriteStream
  /** The variables that tell what a terminal can show, after `settleColour`. */
  environment: Readonly<Record<'FORCE_COLOR' | 'NO_COLOR' | 'TERM' | 'CI', string | undefined>>
}

/** How a command is told to stop. */
export type StopSignals = {
  /** Aborts at the first signal, or when the program crashes: hang up, then end. Its reason is a StopReason, or what crashed. */
  readonly stop: AbortSignal
  /** Aborts when the user insists, or when hanging up after a crash takes too long: end now, with what is known. */
  readonly leave: AbortSignal
}

/** Given to each command by main. */
export type Context = {
  io: Io
  /** From this call on, Ctrl-C and the like abort these signals, and the process goes on. */
  stopSignals(): StopSignals
}
