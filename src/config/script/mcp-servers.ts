/** `mcp_servers:` of a script -> servers of the Model Context Protocol. Pure. */
import type { McpServer } from '../../call/tools.ts'
import type { FormatProblem } from '../../text/format-parts.ts'
import { type Fields, readFields } from '../../text/read-fields.ts'
import { parseDuration } from '../duration.ts'
import { quoted } from '../parsed.ts'
import { headerProblems } from './headers.ts'
import { TOOL_TIMEOUT } from './http-tools.ts'
import { SERVER } from './script-format.ts'
import { urlProblems } from './target-url.ts'

/** What reading a server needs beside its keys. */
type Deps = {
  /** Where a program is started, absolute. */
  folder: string
  /** The value of a variable to pass on, which stands at `path`; empty when it is not set. */
  lookUp: (name: string, path: FormatProblem['path']) => string
}

type Complain = (path: FormatProblem['path'], message: string) => void

/** What only one kind of server has. */
const OF_PROGRAMS = ['args', 'env'] as const
const OF_ADDRESSES = ['headers', 'allow_private'] as const

/** Reads the servers; one with a problem is left out. */
export function parseMcpServers(
  shapes: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  { folder, lookUp }: Deps,
): { servers: McpServer[]; problems: FormatProblem[] } {
  const all: FormatProblem[] = []
  const servers = Object.entries(shapes).flatMap(([name, shape]): McpServer[] => {
    const at = ['mcp_servers', name]
    const { known, problems } = readFields(SERVER, shape, at)
    const complain: Complain = (path, message) => problems.push({ path: [...at, ...path], message })
    if (!/^[A-Za-z_][\w-]{0,63}$/.test(name)) complain([], `${quoted(name)} cannot be the name of a server`)
    const timeout = parseDuration(known.timeout ?? '', TOOL_TIMEOUT)
    if ('wrong' in timeout && known.timeout !== undefined) complain(['timeout'], timeout.wrong)
    const transport = transportOf(known, complain, {
      folder,
      lookUp: (variable, path) => lookUp(variable, [...at, ...path]),
    })
    all.push(...problems)
    if (problems.length > 0 || 'wrong' in timeout || !transport) return []
    return [{ name, tools: known.tools, timeoutMs: timeout.value, transport }]
  })
  return { servers, problems: all }
}

function transportOf(
  server: Fields<typeof SERVER>,
  complain: Complain,
  { folder, lookUp }: Deps,
): McpServer['transport'] | undefined {
  const { command, args = [], env = {}, url, headers = {}, allow_private: allowPrivate = false } = server
  const foreign = (keys: readonly (keyof typeof server)[], owner: string) => {
    for (const key of keys)
      if (server[key] !== undefined) complain([key], `must not be there: only ${owner} has it`)
  }
  const variables = environmentOf(env, complain, lookUp)
  if (command !== undefined && url === undefined) {
    foreign(OF_ADDRESSES, 'a server with a url')
    return { type: 'stdio', command, args, env: variables, folder }
  }
  if (url !== undefined && command === undefined) {
    foreign(OF_PROGRAMS, 'a server with a command')
    for (const wrong of urlProblems(url, { allowPrivate, args: undefined })) complain(['url'], wrong)
    for (const { path, message } of headerProblems(headers)) complain(['headers', ...path], message)
    return { type: 'http', url, headers, allowPrivate }
  }
  complain([], 'a server has either the command that starts it or the url where it runs')
  return undefined
}

/** Variables to pass on by their names, or names with values. */
function environmentOf(
  env: readonly string[] | Readonly<Record<string, string>>,
  complain: Complain,
  lookUp: Deps['lookUp'],
): Record<string, string> {
  const entries = isList(env)
    ? env.map((name, index) => ({ name, value: lookUp(name, ['env', index]), key: index }))
    : Object.entries(env).map(([name, value]) => ({ name, value, key: name }))
  for (const { name, value, key } of entries) {
    if (!/^[A-Za-z_]\w*$/.test(name))
      complain(['env', key], `${quoted(name)} cannot be the name of a variable`)
    if (value.includes('\0')) complain(['env', key], 'must be text without zero bytes')
  }
  return Object.fromEntries(entries.map(({ name, value }) => [name, value]))
}

/** `Array.isArray` does not tell a read-only list from a map. */
function isList(env: readonly string[] | Readonly<Record<string, string>>): env is readonly string[] {
  return Array.isArray(env)
}
