/** `tools:` of a script -> the requests that the model may make. Pure. */
import { BUILT_IN_NAMES } from '../../call/conversation/built-in-tools.ts'
import type { HttpTool, ToolDeclaration } from '../../call/tools.ts'
import { type FormatProblem, text } from '../../text/format-parts.ts'
import { readFields, readItems } from '../../text/read-fields.ts'
import { parseDuration } from '../duration.ts'
import { type Parsed, quoted } from '../parsed.ts'
import { headerProblems } from './headers.ts'
import { HTTP, LISTED_TOOL, TOOL } from './script-format.ts'
import { urlProblems } from './target-url.ts'

/** Says what a model's service would refuse about a function; paths begin inside it. */
export type CheckDeclaration = (tool: ToolDeclaration) => readonly FormatProblem[]

/** How long a call of any function of a script may take. */
export const TOOL_TIMEOUT = { minMs: 1000, maxMs: 60_000 }

const MAX_RESPONSE_BYTES = 1024 * 1024
const BYTE_UNITS: Readonly<Record<string, number>> = { b: 1, kb: 1024, mb: 1024 * 1024 }

type Map = Readonly<Record<string, unknown>>

/** Reads the tools; one with a problem is left out. */
export function parseHttpTools(
  items: readonly unknown[],
  check: CheckDeclaration,
): { tools: HttpTool[]; problems: FormatProblem[] } {
  const names = new Set<string>(BUILT_IN_NAMES)
  const shapes = readItems(LISTED_TOOL, items, ['tools'])
  const readings = shapes.known.map(([index, shape]) => {
    const path = ['tools', index]
    const { known, problems } = readFields(TOOL, shape, path)
    const { name, description = '', parameters = {} } = known
    if (name !== undefined && names.has(name))
      problems.push({ path: [...path, 'name'], message: takenName(name) })
    if (name !== undefined) names.add(name)
    // Parameters can be judged without a name.
    const declaration = { name: name ?? 'unnamed', description, parameters }
    if (known.parameters) problems.push(...check(declaration).map((problem) => below(path, problem)))
    const http = known.http && parseHttp(known.http, propertiesOf(known.parameters))
    problems.push(...(http?.problems ?? []).map((problem) => below([...path, 'http'], problem)))
    return {
      problems,
      tool: http?.request && problems.length === 0 ? { ...declaration, ...http.request } : [],
    }
  })
  return {
    tools: readings.flatMap(({ tool }) => tool),
    problems: [...shapes.problems, ...readings.flatMap(({ problems }) => problems)],
  }
}

/** `http:` of one tool; paths begin there. `args`: the names of the tool's parameters, if they can be told. */
function parseHttp(
  shape: Map,
  args: readonly string[] | 'any',
): { request: Omit<HttpTool, keyof ToolDeclaration> | undefined; problems: FormatProblem[] } {
  const { known, problems } = readFields(HTTP, shape, [])
  const { method, url, headers, timeout, max_response: maxResponse, allow_private: allowPrivate } = known
  const take = <T>(key: string, parsed: Parsed<T> | undefined): T | undefined => {
    if (!parsed) return undefined
    if ('value' in parsed) return parsed.value
    problems.push({ path: [key], message: parsed.wrong })
    return undefined
  }
  if (url !== undefined)
    // While it is not known whether the address may be private, nothing is said of it.
    for (const message of urlProblems(url, { allowPrivate: allowPrivate ?? true, args }))
      problems.push({ path: ['url'], message })
  const fields = readItems(text, headers ?? {}, ['headers'])
  const headerTexts = Object.fromEntries(fields.known)
  problems.push(...fields.problems)
  for (const problem of headerProblems(headerTexts)) problems.push(below(['headers'], problem))
  const timeoutMs = take('timeout', timeout === undefined ? undefined : parseDuration(timeout, TOOL_TIMEOUT))
  const maxResponseBytes = take(
    'max_response',
    maxResponse === undefined ? undefined : parseBytes(maxResponse),
  )
  if (
    !method ||
    url === undefined ||
    !headers ||
    !timeoutMs ||
    !maxResponseBytes ||
    allowPrivate === undefined
  )
    return { request: undefined, problems }
  return {
    request: { method, url, headers: headerTexts, timeoutMs, maxResponseBytes, allowPrivate },
    problems,
  }
}

function takenName(name: string): string {
  return BUILT_IN_NAMES.some((builtIn) => builtIn === name)
    ? `must not be ${name}: every agent has that function already`
    : `must be a name that no other tool has, not ${quoted(name)}`
}

function propertiesOf(parameters: Map | undefined): string[] | 'any' {
  if (!parameters) return 'any'
  const { properties = {} } = parameters
  const isMap = typeof properties === 'object' && properties !== null && !Array.isArray(properties)
  return isMap ? Object.keys(properties) : 'any'
}

/** `64kb`, `1mb`, `500b`: a kB has 1024 bytes here. */
function parseBytes(text: string): Parsed<number> {
  const [, count = '', unit = ''] = /^(\d{1,7})(b|kb|mb)$/i.exec(text.trim()) ?? []
  const bytes = Number(count) * (BYTE_UNITS[unit.toLowerCase()] ?? 0)
  if (bytes >= 1 && bytes <= MAX_RESPONSE_BYTES) return { value: bytes }
  return { wrong: `must be a size such as 64kb, at most 1mb, not ${quoted(text)}` }
}

function below(path: FormatProblem['path'], problem: FormatProblem): FormatProblem {
  return { path: [...path, ...problem.path], message: problem.message }
}
