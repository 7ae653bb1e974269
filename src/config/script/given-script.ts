/** The script of a call: the one that `--script` names with the values of `--var`, or the built-in one. */
import type { CallFlags } from '../call-flags.ts'
import { quoted } from '../parsed.ts'
import type { ScriptDoors } from './parse-script.ts'
import { readScript } from './read-script.ts'
import { DEFAULT_SCRIPT, type Script } from './script.ts'
import { missingProblem, scriptLines, unknownVars, unsetProblems } from './script-lines.ts'
import { parseVars } from './variables.ts'

/** Reads it. Whatever is wrong with the script or its variables is a line of `problems`. */
export async function readGivenScript(
  { script: file, var: items = [] }: Pick<CallFlags, 'script' | 'var'>,
  doors: Omit<ScriptDoors, 'values'>,
): Promise<{ script: Script; problems: string[] }> {
  if (file === undefined) return { script: DEFAULT_SCRIPT, problems: [] }
  const { values, problems } = parseVars(items)
  const varProblems = problems.map((text) => `--var ${text}`)
  const read = await readScript(file, { ...doors, values })
  if ('wrong' in read)
    return { script: DEFAULT_SCRIPT, problems: [`--script ${quoted(file)} ${read.wrong}`, ...varProblems] }
  const reading = read.value
  const all = [...reading.problems, ...missingProblem(reading), ...unsetProblems(reading)]
  return {
    script: reading.script,
    problems: [...scriptLines(file, all), ...varProblems, ...unknownVars(values, [reading])],
  }
}
