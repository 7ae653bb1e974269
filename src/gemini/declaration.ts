/** What the Live API would refuse about a function: found before the call, since one bad declaration closes the whole session. Pure. */
import type { ToolDeclaration } from '../call/tools.ts'

/** A fault, and where it stands inside the declaration. `message` follows the name of that place. */
export type DeclarationProblem = { path: (string | number)[]; message: string }

/** What a schema is checked with. `targets`: where a `$ref` may lead. */
type Deps = { complain: Complain; targets: ReadonlySet<string> }

type Complain = (path: DeclarationProblem['path'], message: string) => void

/** What each keyword of a schema must be; those that hold schemas are in `HOLDERS`. */
const VALUES: Readonly<Record<string, (value: unknown) => string | undefined>> = {
  type: (value) => (isType(value) ? undefined : `must be one of: ${TYPES.join(', ')}`),
  enum: (value) =>
    isFullList(value) && value.every((item) => typeof item === 'string' || typeof item === 'number')
      ? undefined
      : 'must be a list of texts or numbers, and not empty',
  required: namesOnly,
  propertyOrdering: namesOnly,
  default: () => undefined,
  ...each(['$id', '$anchor', '$ref', 'format', 'title', 'description'], textOnly),
  pattern: (value) =>
    textOnly(value) ?? (isRegExp(String(value)) ? undefined : 'must be a regular expression'),
  ...each(['minItems', 'maxItems', 'minLength', 'maxLength'], (value) =>
    Number.isSafeInteger(value) && Number(value) >= 0 ? undefined : 'must be a whole number',
  ),
  ...each(['minimum', 'maximum'], (value) =>
    typeof value === 'number' && Number.isFinite(value) ? undefined : 'must be a number',
  ),
}

/** The keywords that hold other schemas, and how. */
const HOLDERS: Readonly<Record<string, 'one' | 'list' | 'named'>> = {
  items: 'one',
  additionalProperties: 'one',
  prefixItems: 'list',
  anyOf: 'list',
  oneOf: 'list',
  properties: 'named',
  $defs: 'named',
}

const TYPES = ['string', 'number', 'integer', 'boolean', 'array', 'object', 'null']

/** No model fills deeper ones well. */
const MAX_DEPTH = 10

/** What stands for keywords that people bring along from elsewhere. */
const INSTEAD: Readonly<Record<string, string>> = {
  const: ': an enum with one value says the same',
  allOf: ': write its schemas as one',
  nullable: ': a type such as [string, "null"] says the same',
}

/** The declaration with a schema that the Live API takes, as far as that changes no meaning: servers of others write what they like. */
export function fitDeclaration<T extends ToolDeclaration>(tool: T): T {
  return { ...tool, parameters: fitSchema(tool.parameters) }
}

function fitSchema(schema: Record<string, unknown>): Record<string, unknown> {
  const known = Object.entries(schema)
    .map(toWordOfToday)
    .filter(
      ([key, value]) =>
        (Object.hasOwn(VALUES, key) || Object.hasOwn(HOLDERS, key)) &&
        // Those of other languages than ours.
        (key !== 'pattern' || !VALUES.pattern?.(value)),
    )
  const fitted = Object.fromEntries(known.map(([key, value]) => [key, fitHeld(HOLDERS[key], value)]))
  return isListOfUnknown(schema) ? { ...fitted, items: {} } : fitted
}

/** What the Live API knows by another word: of older drafts of JSON Schema, and one value of its own for a list of one. */
function toWordOfToday([key, value]: [string, unknown]): [string, unknown] {
  if (key === 'definitions') return ['$defs', value]
  if (key === '$ref' && typeof value === 'string')
    return [key, value.replace(/^#\/definitions\//, '#/$defs/')]
  if (key === 'const' && (typeof value === 'string' || typeof value === 'number')) return ['enum', [value]]
  return [key, value]
}

function fitHeld(how: 'one' | 'list' | 'named' | undefined, value: unknown): unknown {
  if (how === 'list' && Array.isArray(value)) return value.map((item) => fitHeld('one', item))
  if (!isMap(value)) return value
  if (how === 'one') return fitSchema(value)
  if (how !== 'named') return value
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, fitHeld('one', item)]))
}

/**
 * Every fault of the declaration; none when the Live API would take it. The keywords are those that Google documents for JSON schemas
 * (https://ai.google.dev/api/generate-content#v1beta.GenerationConfig) and those of its own Schema that mean the same there.
 */
export function checkDeclaration({ name, parameters }: ToolDeclaration): DeclarationProblem[] {
  const problems: DeclarationProblem[] = []
  const complain: Complain = (path, message) => problems.push({ path, message })
  const names = isMap(parameters.$defs) ? Object.keys(parameters.$defs) : []
  const targets = new Set(['#', ...names.map((defined) => `#/$defs/${defined}`)])
  if (!/^[A-Za-z_][\w.:-]{0,127}$/.test(name))
    complain(
      ['name'],
      'must begin with a letter or _, and have only letters, digits and _ . : - (at most 128)',
    )
  if (parameters.type !== 'object') complain(['parameters'], 'must be of type object')
  checkSchema(parameters, ['parameters'], 1, { complain, targets })
  return problems
}

function checkSchema(schema: unknown, path: DeclarationProblem['path'], depth: number, deps: Deps): void {
  const { complain, targets } = deps
  if (!isMap(schema)) {
    complain(path, 'must be a schema, such as { type: string }')
    return
  }
  if (depth > MAX_DEPTH) {
    complain(path, `must not be nested deeper than ${MAX_DEPTH} schemas`)
    return
  }
  for (const [key, value] of Object.entries(schema)) {
    const at = [...path, key]
    const wrong = Object.hasOwn(VALUES, key) ? VALUES[key]?.(value) : undefined
    if (wrong) complain(at, wrong)
    if (Object.hasOwn(VALUES, key)) continue
    if (Object.hasOwn(HOLDERS, key)) checkHeld(key, value, at, depth + 1, deps)
    else complain(at, `must not be there; the model's service does not know it${insteadOf(key)}`)
  }
  if (typeof schema.$ref === 'string' && !targets.has(schema.$ref))
    complain([...path, '$ref'], 'must lead to one of the $defs of parameters, as #/$defs/<name>, or to #')
  // That the parameters themselves must be no list is said already.
  if (depth > 1 && isListOfUnknown(schema))
    complain(path, 'must say what is in the list, such as items: { type: string }')
  checkRequired(schema, path, complain)
}

function checkHeld(
  key: string,
  value: unknown,
  path: DeclarationProblem['path'],
  depth: number,
  deps: Deps,
): void {
  const { complain } = deps
  if (HOLDERS[key] === 'one') {
    if (key !== 'additionalProperties' || typeof value !== 'boolean') checkSchema(value, path, depth, deps)
  } else if (HOLDERS[key] === 'list') {
    if (!isFullList(value)) {
      complain(path, 'must be a list of schemas, and not empty')
      return
    }
    for (const [index, item] of value.entries()) checkSchema(item, [...path, index], depth, deps)
  } else {
    if (!isMap(value)) {
      complain(path, 'must have names with schemas')
      return
    }
    for (const [name, item] of Object.entries(value)) checkSchema(item, [...path, name], depth, deps)
  }
}

function checkRequired(
  { required, properties }: Record<string, unknown>,
  path: DeclarationProblem['path'],
  complain: Complain,
): void {
  if (!Array.isArray(required)) return
  const known = isMap(properties) ? properties : {}
  for (const [index, name] of required.entries())
    if (typeof name === 'string' && !Object.hasOwn(known, name))
      complain([...path, 'required', index], `must name properties, and there is no ${JSON.stringify(name)}`)
}

function insteadOf(key: string): string {
  return (Object.hasOwn(INSTEAD, key) && INSTEAD[key]) || ''
}

function namesOnly(value: unknown): string | undefined {
  const isRight = Array.isArray(value) && value.every((item) => typeof item === 'string')
  return isRight ? undefined : 'must be a list of names'
}

function each<T>(keys: readonly string[], judge: T): Record<string, T> {
  return Object.fromEntries(keys.map((key) => [key, judge]))
}

function isType(value: unknown): boolean {
  const types: unknown[] = Array.isArray(value) ? value : [value]
  return types.length > 0 && types.every((type) => typeof type === 'string' && TYPES.includes(type))
}

/** The Live API answers such a list with "items: missing field". */
function isListOfUnknown(schema: Record<string, unknown>): boolean {
  const isList = Array.isArray(schema.type) ? schema.type.includes('array') : schema.type === 'array'
  return isList && !Object.hasOwn(schema, 'items') && !Object.hasOwn(schema, 'prefixItems')
}

function textOnly(value: unknown): string | undefined {
  return typeof value === 'string' ? undefined : 'must be text; put it in quotes'
}

function isRegExp(source: string): boolean {
  try {
    return new RegExp(source) instanceof RegExp
  } catch {
    return false
  }
}

function isFullList(value: unknown): value is unknown[] {
  return Array.isArray(value) && value.length > 0
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
