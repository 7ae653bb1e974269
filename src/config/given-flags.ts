/** The flags of a call from both of their sources, and the name under which the user knows each of them. Pure. */
import { type CallFlags, type FlagProblem, flagName } from './call-flags.ts'
import { printable } from './parsed.ts'
import type { Script } from './script/script.ts'
import { keyOf } from './script/script-flags.ts'

/** Flags of which some may have come from a script. */
export type GivenFlags = {
  flags: CallFlags
  /** `--max-duration`, or `booking.yaml:7: max_duration`; undefined when a missing variable stands there, so that nothing can be said of it. */
  nameOf(problem: Omit<FlagProblem, 'text'>): string | undefined
}

/** Lays the flags of argv over those of the script. */
export function givenFlags(argv: CallFlags, script: Script): GivenFlags {
  // A message belongs to its policy: another policy leaves it behind.
  const { voicemailMessage, ...rest } = script.flags
  const isForgotten = argv.onMachine !== undefined && argv.onMachine !== 'leave-message'
  return {
    flags: { ...(isForgotten ? rest : script.flags), ...argv },
    nameOf({ flag, item }) {
      const place = argv[flag] === undefined ? script.whereIs(flag, item) : undefined
      if (!place || script.file === undefined) return flagName(flag)
      return place.open ? undefined : `${placeIn(script.file, place.line)}: ${keyOf(flag)}`
    },
  }
}

/** A line of a file, as compilers write it. */
export function placeIn(file: string, line: number): string {
  return `${printable(file)}:${line}`
}
