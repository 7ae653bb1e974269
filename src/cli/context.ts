/** What main gives every command: the streams, what the terminal can do, and the wish to stop. */

/** Where a command writes: results to stdout, everything else to stderr. */
export type Output = {
  stdout: NodeJS.WriteStream
  stderr: NodeJS.WriteStream
  /** The variables that tell what a terminal can show, after `settleColour`. */
  environment: Readonly<Record<'FORCE_COLOR' | 'TERM' | 'CI', string | undefined>>
}

/** The same, and where it may ask. */
export type Io = Output & { stdin: NodeJS.ReadStream }

/** What the user wants of a running call, as signals. */
export type Wishes = {
  /** To hang up. Its reason is a StopReason, or what crashed. */
  stop: AbortSignal
  /** Not to wait for the proof of it, or after a crash no longer: the process ends soon, whatever is still open. Never before `stop`. */
  leave: AbortSignal
}

/** Given to each command by main. */
export type Context = {
  io: Io
  /** From this call on, Ctrl-C and the like become wishes, and the process goes on. */
  wishes(): Wishes
}
