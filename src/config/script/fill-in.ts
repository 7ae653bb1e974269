/** A script's tree with its variables, and the user's environment where it may stand, filled into its texts. Pure. */
import type { FormatProblem } from '../../text/format-parts.ts'
import type { Path } from '../../text/yaml-lines.ts'
import { quoted } from '../parsed.ts'
import { fillUrl } from './target-url.ts'
import { declaredVariables, marksOf, REFERENCE, type Variable } from './variables.ts'

/** Deeper than any schema that a model would take. */
const MAX_DEPTH = 40

/** `$NAME` or `${NAME}`: a variable of the user's environment. */
const ENVIRONMENT = /\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))/

/** A problem with a text, or with one of its marks, counted from 0. */
export type FillProblem = FormatProblem & { mark?: number }

/** What stands in a tree, filled in. */
export type FilledIn = {
  tree: Record<string, unknown>
  problems: FillProblem[]
  /** Every variable, in the order in which the script names them. */
  variables: readonly Variable[]
  /** False when the script has a block of variables that cannot be read. */
  knowsVariables: boolean
  /** Those without a value. */
  missing: readonly Variable[]
  /** The names of the environment that are not set. */
  unset: Map<string, Path>
  /** The values of those that are. */
  secrets: Set<string>
  /** Whether the text at this path refers to something that has no value. */
  isOpen(path: Path): boolean
}

/** `lookUp` knows the user's environment. Values are text and are not looked at again: nothing in them is a reference. */
export function fillIn(
  source: Record<string, unknown>,
  values: ReadonlyMap<string, string>,
  lookUp: (name: string) => string | undefined,
): FilledIn {
  const declared = declaredVariables(source.variables)
  const problems: FillProblem[] = [...(declared?.problems ?? [])]
  const variables = new Map(declared?.variables)
  const knowsVariables = declared !== undefined || source.variables === undefined
  const unset = new Map<string, Path>()
  const secrets = new Set<string>()
  const open = new Set<string>()

  const variable = (name: string, path: Path): string => {
    const value = values.get(name) ?? variables.get(name)?.preset
    if (value === undefined) open.add(JSON.stringify(path))
    return value ?? name
  }
  const setting = (name: string, path: Path): string => {
    const value = lookUp(name)
    if (value === undefined) {
      open.add(JSON.stringify(path))
      if (!unset.has(name)) unset.set(name, path)
    } else secrets.add(value)
    return value ?? ''
  }
  const text = (template: string, path: Path): string => {
    for (const [mark, found] of marksOf(template).entries()) {
      const complain = (message: string) => problems.push({ path: [...path], mark, message })
      if ('wrong' in found) {
        complain(found.wrong)
        continue
      }
      const { name } = found
      if (variables.has(name)) continue
      // With a block, a name that is not in it is a problem of its own and no variable.
      if (declared) complain(`${quoted(name)} is not among the variables of this script`)
      else variables.set(name, { name, preset: undefined, path, mark, isWrong: false })
    }
    const known = (inside: string) => variable(inside.trim(), path)
    switch (kindOf(path)) {
      case 'text':
        return template.replace(REFERENCE, (_, inside: string) => known(inside))
      case 'url':
        return fillUrl(template, REFERENCE, known)
      case 'environment':
        // One pass over both: a variable's value must not be able to name a secret.
        return template.replace(
          new RegExp(`${REFERENCE.source}|${ENVIRONMENT.source}`, 'g'),
          (_, inside?: string, braced?: string, bare?: string) =>
            inside === undefined ? setting(braced ?? bare ?? '', path) : known(inside),
        )
    }
  }
  const fill = (value: unknown, path: Path): unknown => {
    if (typeof value === 'string') return text(value, path)
    if (typeof value !== 'object' || value === null) return value
    if (path.length > MAX_DEPTH) {
      problems.push({ path: [...path], message: 'it is nested too deeply' })
      return null
    }
    if (Array.isArray(value)) return value.map((item, index) => fill(item, [...path, index]))
    return filled(value, path)
  }
  const filled = (map: object, path: Path): Record<string, unknown> =>
    Object.fromEntries(
      Object.entries(map).map(([key, value]) => {
        const below = [...path, key]
        return [key, path.length === 0 && key === 'variables' ? value : fill(value, below)]
      }),
    )

  const tree = filled(source, [])
  const all = [...variables.values()]
  return {
    ...{ tree, problems, variables: all, knowsVariables, unset, secrets },
    missing: knowsVariables
      ? all.filter(({ name, preset, isWrong }) => !isWrong && preset === undefined && !values.has(name))
      : [],
    isOpen: (path) => open.has(JSON.stringify(path)),
  }
}

/** What may stand in a text besides variables, by its place. */
function kindOf([top, , ...rest]: Path): 'text' | 'url' | 'environment' {
  const inner = top === 'tools' && rest[0] === 'http' ? rest.slice(1) : top === 'mcp_servers' ? rest : []
  const [field, name] = inner
  if (field === 'url' && inner.length === 1) return 'url'
  const isValue = inner.length === 2 && typeof name === 'string'
  return isValue && (field === 'headers' || field === 'env') ? 'environment' : 'text'
}
