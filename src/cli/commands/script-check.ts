/** `ai-caller script check <file...>`: what is wrong with scripts, without dialling. */
import { readEnvironment } from '../../config/env.ts'
import { printable, type Warning } from '../../config/parsed.ts'
import { checkScript } from '../../config/script/check-script.ts'
import type { ScriptProblem, ScriptReading } from '../../config/script/parse-script.ts'
import { scriptLines, unknownVars, unsetProblems } from '../../config/script/script-lines.ts'
import { parseVars } from '../../config/script/variables.ts'
import { checkDeclaration } from '../../gemini/declaration.ts'
import { escapeUnsafe } from '../../reporters/clean-text.ts'
import { chooseVoice } from '../choose-voice.ts'
import type { Io } from '../context.ts'
import { exitCodeOfEnd } from '../exit-code.ts'

/** One file's result. */
type Check = {
  file: string
  /** Undefined when the file cannot be read. */
  reading: ScriptReading | undefined
  problems: readonly ScriptProblem[]
  warnings: readonly ScriptProblem[]
}

/** Prints a line for each good script and one for each problem, with `json` one array. Resolves with 0 when all are good, else 2. */
export async function scriptCheck(
  files: readonly string[],
  flags: { var?: readonly string[]; json?: boolean },
  { stdout, stderr }: Io,
): Promise<number> {
  const { lookUp } = await readEnvironment()
  const { values, problems } = parseVars(flags.var ?? [])
  const checks = await Promise.all(files.map((file) => checkFile(file, { values, lookUp })))
  const readings = checks.flatMap(({ reading }) => reading ?? [])
  // With several scripts a variable is right when any of them has it.
  const wrongVars = [...problems.map((text) => `--var ${text}`), ...unknownVars(values, readings)]
  for (const line of wrongVars) stderr.write(`error: ${line}\n`)
  if (flags.json)
    stdout.write(`${escapeUnsafe(JSON.stringify(checks.map((check) => asJson(check, values))))}\n`)
  else {
    stdout.write(
      checks
        .flatMap((check) => linesOf(check, values))
        .map((line) => `${line}\n`)
        .join(''),
    )
    for (const { file, warnings } of checks)
      for (const line of scriptLines(file, warnings)) stderr.write(`warning: ${line}\n`)
  }
  const isGood = wrongVars.length === 0 && checks.every((check) => check.problems.length === 0)
  return isGood ? 0 : exitCodeOfEnd('usage')
}

async function checkFile(
  file: string,
  doors: { values: ReadonlyMap<string, string>; lookUp: (name: string) => string | undefined },
): Promise<Check> {
  const read = await checkScript(file, { ...doors, checkDeclaration })
  if ('wrong' in read)
    return { file, reading: undefined, problems: [{ line: 1, text: read.wrong }], warnings: [] }
  const reading = read.value
  return {
    ...{ file, reading, problems: reading.problems },
    warnings: [...unsetProblems(reading), ...voiceWarnings(reading)],
  }
}

function voiceWarnings({ script: { flags, whereIs } }: ScriptReading): ScriptProblem[] {
  const place = whereIs('voice')
  if (flags.voice === undefined || !place || place.open) return []
  const inWords = ({ message, hint }: Warning) => (hint ? `${message}. ${hint}` : message)
  return chooseVoice(flags.voice).warnings.map((warning) => ({ line: place.line, text: inWords(warning) }))
}

function linesOf({ file, reading, problems }: Check, values: ReadonlyMap<string, string>): string[] {
  if (!reading) return problems.map(({ text }) => `${printable(file)} ${text}`)
  if (problems.length > 0) return scriptLines(file, problems)
  const { script, variables } = reading
  const about = [
    ...(script.description === undefined ? [] : [printable(script.description)]),
    ...listed(
      'variables',
      variables.map((variable) => inWords(variable, values)),
    ),
    ...listed('tools', toolNames(reading)),
  ]
  const aside = about.length === 0 ? '' : `  (${about.join('; ')})`
  return [`ok  ${printable(file)}${aside}`]
}

/** A variable as it stands: with its value, its own default, or still needed. */
function inWords(
  { name, preset }: ScriptReading['variables'][number],
  values: ReadonlyMap<string, string>,
): string {
  if (values.has(name)) return `${name} given`
  return preset === undefined ? `${name} needed` : name
}

function listed(title: string, names: readonly string[]): string[] {
  return names.length === 0 ? [] : [`${title}: ${names.join(', ')}`]
}

function toolNames({ script: { tools } }: ScriptReading): string[] {
  return [...tools.http.map(({ name }) => name), ...tools.mcp.map(({ name }) => `${name} (MCP)`)]
}

function asJson({ file, reading, problems, warnings }: Check, values: ReadonlyMap<string, string>) {
  const lines = (items: readonly ScriptProblem[]) => items.map(({ line, text }) => ({ line, message: text }))
  return {
    file,
    ok: problems.length === 0,
    description: reading?.script.description ?? null,
    variables: (reading?.variables ?? []).map(({ name, preset }) => ({
      name,
      default: preset ?? null,
      given: values.has(name),
    })),
    tools: reading?.script.tools.http.map(({ name }) => name) ?? [],
    mcpServers: reading?.script.tools.mcp.map(({ name }) => name) ?? [],
    problems: lines(problems),
    warnings: lines(warnings),
  }
}
