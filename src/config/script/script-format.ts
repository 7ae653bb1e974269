/** The script format, as a table. For authors it is written down in `script-sample.ts`. */
import * as v from 'valibot'
import { flag, listOf, mapOf, text } from '../../text/format-parts.ts'

const scalar = v.pipe(
  v.union([v.string(), v.number()], 'must be text or a number'),
  v.transform((value) => String(value)),
)
const words = v.pipe(text, v.trim(), v.nonEmpty('must not be empty'))
/** What is in these is read item by item: one that is wrong must not hide what is wrong with the others. */
const items = listOf(v.unknown())
const named = (message: string) => mapOf(v.unknown(), message)
const itemsOrNamed = (message: string) => v.lazy((input) => (Array.isArray(input) ? items : named(message)))

/** A value that has keys: a table of its own judges them. */
export const MAP = named('must have keys and values')
/** An item of `tools:`. */
export const LISTED_TOOL = named('a tool has keys and values, such as name: ...')

/** The keys of a script. What the flags of the same names judge is left as text. */
export const SCRIPT = {
  description: v.optional(words),
  prompt: v.optional(text),
  greeting: v.optional(text),
  voice: v.optional(text),
  model: v.optional(text),
  language: v.optional(text),
  max_duration: v.optional(scalar),
  max_turns: v.optional(scalar),
  silence_timeout: v.optional(scalar),
  ring_timeout: v.optional(scalar),
  farewell_phrases: v.optional(listOf(words), []),
  digits: v.optional(v.string('must be keys in quotes, such as "12#"')),
  detect_machine: v.optional(flag),
  on_machine: v.optional(text),
  voicemail_message: v.optional(text),
  transfer_to: v.optional(itemsOrNamed('must have names with numbers, or be a list of numbers')),
  variables: v.optional(mapOf(v.nullable(text), 'must have names, with defaults or without')),
  tools: v.optional(items, []),
  mcp_servers: v.optional(named('must have names and servers'), {}),
}

/** The keys of a tool. */
export const TOOL = {
  name: text,
  description: words,
  parameters: v.optional(mapOf(v.unknown(), 'must be a JSON schema of type object'), {
    type: 'object',
    properties: {},
  }),
  http: MAP,
}

/** The keys of its `http:`. */
export const HTTP = {
  method: v.optional(
    v.pipe(
      text,
      v.toUpperCase(),
      v.picklist(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'], 'must be one of: GET, POST, PUT, PATCH, DELETE'),
    ),
    'GET',
  ),
  url: text,
  headers: v.optional(named('must have names and values'), {}),
  timeout: v.optional(scalar, '10s'),
  max_response: v.optional(scalar, '64kb'),
  allow_private: v.optional(flag, false),
}

/** The keys of a server of the Model Context Protocol: it has a command or a url. */
export const SERVER = {
  command: v.optional(words),
  args: v.optional(listOf(scalar)),
  env: v.optional(itemsOrNamed('must have names with values, or be a list of names')),
  url: v.optional(text),
  headers: v.optional(named('must have names and values')),
  allow_private: v.optional(flag),
  tools: v.optional(listOf(text)),
  timeout: v.optional(scalar, '10s'),
}
