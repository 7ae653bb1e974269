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
import { flagsOf, placeOf } from './script-flags.ts'
import { SCRIPT } from './script-format.ts'
import { parseSource } from './script-source.ts'

/** A problem of a script: a sentence, and the line that it is about. */
export type ScriptProblem = { line: number; text: string }

/** What became of a script's text. */
export type ScriptReading = {
  /** What is wrong is left out of it. */
  script: Script
  problems: readonly ScriptProblem[]
  /** The variables that it has, with its own values for them. */
  variables: readonly { name: string; preset: string | undefined }[]
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
  const { tree, problems, lineOf } = parseSource(file, text)
  const filled = fillIn(tree ?? {}, doors.values, doors.lookUp)
  const { script, problems: wrong } = parseTree(file, filled, lineOf, doors)
  const hasPrompt = !tree || Object.hasOwn(tree, 'prompt')
  const named = (path: Path) => ({ line: lineOf(path) })
  const told = [...filled.problems, ...wrong].map(({ path, message }) => ({
    ...named(path),
    text: sentence(path, message),
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
      ...(tree ? told : []),
    ],
    variables: filled.variables.map(({ name, preset }) => ({ name, preset })),
    missing: filled.missing.map(({ name, path }) => ({ name, ...named(path) })),
    unset: [...filled.unset].map(([name, path]) => ({ name, ...named(path) })),
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
  const http = parseHttpTools(known.tools ?? [], checkDeclaration)
  const mcp = parseMcpServers(known.mcp_servers ?? {}, { folder: dirname(resolve(file)), lookUp: passedOn })
  return {
    script: {
      file,
      description: known.description,
      prompt: known.prompt,
      flags: flagsOf(known),
      farewells: known.farewell_phrases ?? [],
      tools: { http: http.tools, mcp: mcp.servers },
      secrets: [...secrets],
      whereIs(flag, item) {
        const path = placeOf(known, flag, item)
        return path && { line: lineOf(path), open: isOpen(path) }
      },
    },
    // What stands for a value that is missing yet cannot be judged.
    problems: [...problems, ...http.problems, ...mcp.problems].filter(({ path }) => !isOpen(path)),
  }
}

/** "must be …" needs the name of what must be so; every other complaint is a sentence. */
function sentence(path: Path, message: string): string {
  if (!message.startsWith('must ')) return printable(message)
  return printable(`${path.filter((key) => typeof key === 'string').join('.')} ${message}`)
}
