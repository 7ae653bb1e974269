/** A script's text -> the script, with every problem by its line. The format is described in `script-format.ts`. Pure. */
import { dirname, resolve } from 'node:path'
import type { FormatProblem } from '../../text/format-parts.ts'
import { readFields } from '../../text/read-fields.ts'
import type { Path } from '../../text/yaml-lines.ts'
import { printable } from '../parsed.ts'
import { type FilledIn, fillIn } from './fill-in.ts'
import { type CheckDeclaration, parseHttpTools } from './http-tools.ts'
import { parseMcpServers } from './mcp-servers.ts'
import type { Script } from './script.ts'
import { flagsOf, hasWrongPartner, placeOf, readTargets } from './script-flags.ts'
import { SCRIPT } from './script-format.ts'
import { parseSource, type ScriptSource } from './script-source.ts'
import { MARK } from './variables.ts'

/** A problem of a script: a sentence, and the line that it is about. */
export type ScriptProblem = { line: number; text: string }

/** What became of a script's text. */
export type ScriptReading = {
  /** What is wrong is left out of it. */
  script: Script
  problems: readonly ScriptProblem[]
  /** The variables that it has, with its own values for them. */
  variables: readonly { name: string; preset: string | undefined }[]
  /** False when they cannot all be told, because of a problem. */
  knowsVariables: boolean
  /** Those without a value. */
  missing: readonly { name: string; line: number }[]
  /** The variables of the user's environment that it names but that are not set. */
  unset: readonly { name: string; line: number }[]
}

/** What a script is read with. */
export type ScriptDoors = {
  /** The values of `--var`. */
  values: ReadonlyMap<string, string>
  /** The user's environment. */
  lookUp: (name: string) => string | undefined
  checkDeclaration: CheckDeclaration
}

/** Reads the text of the file that the user named so. */
export function parseScript(file: string, text: string, doors: ScriptDoors): ScriptReading {
  const source = parseSource(file, text)
  const { tree, problems, lineOf } = source
  const filled = fillIn(tree ?? {}, doors.values, doors.lookUp)
  const { script, problems: wrong } = parseTree(file, filled, lineOf, doors)
  const hasPrompt = !tree || Object.hasOwn(tree, 'prompt')
  const placeAt = createPlaceAt(source)
  const told = [...filled.problems, ...wrong].map((problem) => ({
    ...placeAt(problem),
    path: problem.path,
    text: sentence(problem),
  }))
  return {
    script: {
      ...script,
      whereIs: (flag, item) =>
        script.whereIs(flag, item) ?? (flag === 'prompt' ? { line: lineOf([]), open: hasPrompt } : undefined),
    },
    // Of a text that cannot be read as keys and values, nothing else can be said.
    problems: [
      ...problems.map(({ line, message }) => ({ line, text: printable(message) })),
      ...(tree ? withoutRepetition(told) : []),
    ],
    variables: filled.variables.map(({ name, preset }) => ({ name, preset })),
    knowsVariables: tree !== undefined && filled.knowsVariables,
    missing: filled.missing.map((variable) => ({ name: variable.name, ...placeAt(variable) })),
    unset: [...filled.unset].map(([name, path]) => ({ name, ...placeAt({ path }) })),
  }
}

function parseTree(
  file: string,
  { tree, isOpen, unset, secrets }: FilledIn,
  lineOf: (path: Path) => number,
  { lookUp, checkDeclaration }: ScriptDoors,
): { script: Script; problems: FormatProblem[] } {
  const { known, problems } = readFields(SCRIPT, tree, [])
  const passedOn = (name: string, path: Path) => {
    const value = lookUp(name)
    if (value === undefined) unset.set(name, unset.get(name) ?? path)
    else secrets.add(value)
    return value ?? ''
  }
  const { targets, problems: targetProblems } = readTargets(known)
  const http = parseHttpTools(known.tools ?? [], checkDeclaration)
  const mcp = parseMcpServers(known.mcp_servers ?? {}, { folder: dirname(resolve(file)), lookUp: passedOn })
  return {
    script: {
      file,
      description: known.description,
      prompt: known.prompt,
      flags: flagsOf(known, targets),
      farewells: known.farewell_phrases ?? [],
      tools: { http: http.tools, mcp: mcp.servers },
      secrets: [...secrets],
      whereIs(flag, item) {
        const path = placeOf(known, targets, flag, item)
        return path && { line: lineOf(path), open: isOpen(path) || hasWrongPartner(tree, known, flag) }
      },
    },
    // What stands for a value that is missing yet cannot be judged.
    problems: [...problems, ...targetProblems, ...http.problems, ...mcp.problems].filter(
      ({ path }) => !isOpen(path),
    ),
  }
}

/** The line of a mark, or of its whole text where the marks in it cannot be told apart. */
function createPlaceAt({ lineOf, linesIn }: ScriptSource) {
  const known = new Map<string, readonly number[] | undefined>()
  const markLines = (path: Path) => {
    const key = JSON.stringify(path)
    if (!known.has(key)) known.set(key, linesIn(path, MARK))
    return known.get(key)
  }
  return ({ path, mark }: { path: Path; mark?: number | undefined }): { line: number } => ({
    line: (mark === undefined ? undefined : markLines(path)?.[mark]) ?? lineOf(path),
  })
}

/** A reference that is wrong twice in one line of a text is told once. */
function withoutRepetition(problems: readonly (ScriptProblem & { path: Path })[]): ScriptProblem[] {
  const byWords = problems.map(
    ({ line, path, text }) => [JSON.stringify([line, path, text]), { line, text }] as const,
  )
  return [...new Map(byWords).values()]
}

/** "must be …" needs the name of what must be so; every other complaint is a sentence. */
function sentence({ path, message }: FormatProblem): string {
  if (!message.startsWith('must ')) return printable(message)
  return printable(`${path.filter((key) => typeof key === 'string').join('.')} ${message}`)
}
