/** What a script decides about a call, and the script that holds without one. */
import type { ToolSources } from '../../call/tools.ts'
import type { CallFlags } from '../call-flags.ts'

/** The flags that a script gives: those of argv win over them. */
export type ScriptFlags = Pick<
  CallFlags,
  | 'voice'
  | 'model'
  | 'greeting'
  | 'language'
  | 'maxDuration'
  | 'maxTurns'
  | 'silenceTimeout'
  | 'ringTimeout'
  | 'digits'
  | 'detectMachine'
  | 'onMachine'
  | 'voicemailMessage'
  | 'transferTo'
>

/** A script, its variables filled in. */
export type Script = {
  /** As it was named; undefined: the built-in one. */
  file: string | undefined
  description: string | undefined
  /** Undefined when it is missing or cannot be used. */
  prompt: string | undefined
  flags: ScriptFlags
  farewells: readonly string[]
  tools: ToolSources
  /** Values of the user's environment that must never be shown. */
  secrets: readonly string[]
  /** Where a flag's value stands (`item`: which one of several); undefined when the script says nothing of it. */
  whereIs(flag: keyof CallFlags, item?: number): Place | undefined
}

/** A place in a script. `open`: a variable without a value stands there, so nothing can be said of it yet. */
export type Place = { line: number; open: boolean }

/**
 * What the agent is when the user gives no script and no prompt of their own. What holds for every call (to say that it is an AI, to be
 * brief, how to hang up) is told to the model with each prompt, and so not here.
 */
export const DEFAULT_SCRIPT: Script = {
  file: undefined,
  description: undefined,
  prompt: `You are a polite, warm AI assistant who is calling somebody by phone for a friendly conversation.

Begin by asking whether this is a good moment to talk. If it is not, apologise and end the call.

Listen, and let the person choose what to talk about. If you did not understand, say so and ask again.
Never invent facts; say when you do not know something.
If the person wants to stop, end the call. If the person asks not to be called again, promise it and end the call.`,
  flags: {},
  farewells: [],
  tools: { http: [], mcp: [] },
  secrets: [],
  whereIs: () => undefined,
}
