/** What the service takes as declarations of functions, and how it refuses the rest. https://ai.google.dev/api/caching#FunctionDeclaration */
import { INVALID_ARGUMENT, type Refusal } from './refusal.ts'
import { isRecord } from './wire-shape.ts'

/** More are refused (https://github.com/google-gemini/gemini-cli/issues/19083). */
const MOST_DECLARATIONS = 512
const NAME = /^[A-Za-z_][\w.:-]{0,127}$/
const BEHAVIORS: readonly unknown[] = [undefined, 'BLOCKING', 'NON_BLOCKING']
/** JSON Schema's words; the capitals of the older `parameters` are none of them. */
const TYPES: readonly unknown[] = ['object', 'array', 'string', 'number', 'integer', 'boolean', 'null']

/** Keywords of JSON Schema that hold a schema, a list of schemas, or schemas by name. */
const SCHEMA_IN = ['items', 'additionalProperties', 'not', 'contains', 'propertyNames', 'if', 'then', 'else']
const LIST_IN = ['anyOf', 'oneOf', 'allOf', 'prefixItems']
const NAMED_IN = ['properties', 'patternProperties', '$defs', 'definitions']

/** Why the service refuses these declarations, if it does. */
export function refuseDeclarations(
  declarations: readonly Readonly<Record<string, unknown>>[],
): Refusal | undefined {
  if (declarations.length > MOST_DECLARATIONS)
    return refuse(
      `tools[0].function_declarations: [FIELD_INVALID] At most ${MOST_DECLARATIONS} function declarations can be specified.`,
    )
  const names = new Set<unknown>()
  for (const { name, behavior, parameters, parametersJsonSchema } of declarations) {
    if (typeof name !== 'string' || !NAME.test(name) || !BEHAVIORS.includes(behavior)) return INVALID_ARGUMENT
    if (names.has(name)) return refuse(`Duplicate function declaration found: ${name}`)
    names.add(name)
    if (parametersJsonSchema === undefined) continue
    if (parameters !== undefined || !describesObject(parametersJsonSchema)) return INVALID_ARGUMENT
  }
  return undefined
}

/** The schema must be one of an object, whose properties are the function's parameters. */
function describesObject(schema: unknown): boolean {
  return isRecord(schema) && schema.type === 'object' && isSchema(schema)
}

function isSchema(schema: unknown): boolean {
  if (typeof schema === 'boolean') return true
  if (!isRecord(schema)) return false
  const { type, required, enum: values } = schema
  const types: unknown[] = Array.isArray(type) ? type : [type]
  if (type !== undefined && !types.every((word) => TYPES.includes(word))) return false
  if (required !== undefined && !isListOf(required, (name) => typeof name === 'string')) return false
  if (values !== undefined && !Array.isArray(values)) return false
  return (
    SCHEMA_IN.every((key) => schema[key] === undefined || isSchema(schema[key])) &&
    LIST_IN.every((key) => schema[key] === undefined || isListOf(schema[key], isSchema)) &&
    NAMED_IN.every((key) => schema[key] === undefined || isNamedSchemas(schema[key]))
  )
}

function isListOf(value: unknown, fits: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(fits)
}

function isNamedSchemas(value: unknown): boolean {
  return isRecord(value) && Object.values(value).every(isSchema)
}

function refuse(reason: string): Refusal {
  return { code: 1007, reason }
}
