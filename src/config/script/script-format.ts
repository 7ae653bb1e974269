/**
 * The script format for authors: YAML (or JSON), or Markdown with these keys as front matter and the prompt below it.
 *
 *     description: Books a table.            # one line, for people
 *     prompt: |                              # who the agent is and what it wants
 *       You book a table for {{guest}} …
 *     greeting: Hello, this is …             # the first words; none: the person speaks first
 *     voice: Kore                            # these keys are the flags of `ai-caller call` of the same name, which win over them
 *     model: gemini-3.8-live
 *     language: en-US
 *     max_duration: 4m
 *     max_turns: 20
 *     silence_timeout: 15s
 *     ring_timeout: 30s
 *     digits: "ww1"                          # keys pressed right after the answer
 *     detect_machine: true
 *     on_machine: leave-message              # or hangup (the default), continue
 *     voicemail_message: Please call back …
 *     transfer_to:                           # names with numbers, or a list of numbers
 *       Dana: "+12025550123"
 *     farewell_phrases: [See you at the table]   # by which the agent ends the call, beside the usual ones
 *     variables:                             # {{name}} in any text; without this block all of them must be given by --var
 *       guest:                               # must be given
 *       table: by the window                 # used when it is not given
 *     tools:                                 # functions that are requests to a server
 *       - name: free_tables
 *         description: Says which tables are free.
 *         parameters:                        # a JSON schema of type object
 *           type: object
 *           properties: { day: { type: string } }
 *         http:
 *           method: GET                      # the default; or POST, PUT, PATCH, DELETE
 *           url: https://api.example.com/{day}/tables   # {day}: an argument; {{name}}: a variable
 *           headers: { Authorization: Bearer $API_TOKEN }   # $NAME: from the environment or .env
 *           timeout: 10s                     # 1s to 60s
 *           max_response: 64kb               # at most 1mb
 *           allow_private: false             # true: the server may be this machine or its network
 *     mcp_servers:                           # servers of the Model Context Protocol
 *       calendar:
 *         command: npx                       # a program to start, in the script's folder
 *         args: [calendar-server]
 *         env: [CALENDAR_TOKEN]              # variables to pass on, or names with values: { TOKEN: $CALENDAR_TOKEN }
 *         tools: [find_slot]                 # only these
 *         timeout: 10s
 *       library:
 *         url: https://mcp.example.com/mcp   # or a server that runs already
 *         headers: { Authorization: Bearer $LIBRARY_TOKEN }
 */
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
