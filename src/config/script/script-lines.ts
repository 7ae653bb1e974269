/** What stands in the way of a call with a script, in lines for its author. Pure. */
import { placeIn } from '../given-flags.ts'
import { quoted } from '../parsed.ts'
import type { ScriptProblem, ScriptReading } from './parse-script.ts'

/** Every problem as `file:line: sentence`, in the order of lines. */
export function scriptLines(file: string, problems: readonly ScriptProblem[]): string[] {
  return inOrder(problems).map(({ line, text }) => `${placeIn(file, line)}: ${text}`)
}

/** Problems in the order of their lines. */
export function inOrder(problems: readonly ScriptProblem[]): ScriptProblem[] {
  return [...problems].sort((a, b) => a.line - b.line)
}

/** One problem that names all variables without a value; none when each has one. */
export function missingProblem({ missing }: Pick<ScriptReading, 'missing'>): ScriptProblem[] {
  const [first] = missing
  if (!first) return []
  const names = missing.map(({ name }) => name)
  const are = names.length === 1 ? 'the variable has no value' : 'these variables have no value'
  const how = names.map((name) => `--var ${name}=...`).join(' ')
  return [
    {
      line: first.line,
      text: `${are}: ${names.join(', ')}; give ${names.length === 1 ? 'it' : 'them'} with ${how}`,
    },
  ]
}

/** The variables of the user's environment that are not set. */
export function unsetProblems({ unset }: Pick<ScriptReading, 'unset'>): ScriptProblem[] {
  return unset.map(({ name, line }) => ({
    line,
    text: `${name} is not set: put it into the environment or a file named .env in this folder`,
  }))
}

/** What `--var` gives but no script has, in sentences that begin with the flag. */
export function unknownVars(
  values: ReadonlyMap<string, string>,
  readings: readonly Pick<ScriptReading, 'variables' | 'knowsVariables'>[],
): string[] {
  if (readings.some(({ knowsVariables }) => !knowsVariables)) return []
  const known = new Set(readings.flatMap(({ variables }) => variables.map(({ name }) => name)))
  const has = known.size === 0 ? 'it has none' : `it has: ${[...known].join(', ')}`
  return [...values.keys()]
    .filter((name) => !known.has(name))
    .map((name) => `--var ${quoted(name)} is no variable of the script; ${has}`)
}
