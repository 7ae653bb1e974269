/** `mcp_servers:` of a script -> servers of the Model Context Protocol. Pure. */
import type { McpServer } from '../../call/tools.ts'
import { type FormatProblem, text } from '../../text/format-parts.ts'
import { type Fields, readFields, readItems } from '../../text/read-fields.ts'
import { parseDuration } from '../duration.ts'
import { quoted } from '../parsed.ts'
import { headerProblems } from './headers.ts'
import { TOOL_TIMEOUT } from './http-tools.ts'
import { MAP, SERVER } from './script-format.ts'
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
  items: Readonly<Record<string, unknown>>,
  { folder, lookUp }: Deps,
): { servers: McpServer[]; problems: FormatProblem[] } {
  const shapes = readItems(MAP, items, ['mcp_servers'])
  const all = shapes.problems
  const servers = shapes.known.flatMap(([key, shape]): McpServer[] => {
    const name = String(key)
    const at = ['mcp_servers', name]
    const { known, problems } = readFields(SERVER, shape, at)
    const complain: Complain = (path, message) => problems.push({ path: [...at, ...path], message })
    if (!/^[A-Za-z_][\w-]{0,63}$/.test(name)) complain([], `${quoted(name)} cannot be the name of a server`)
    const timeout = parseDuration(known.timeout ?? '', TOOL_TIMEOUT)
    if ('wrong' in timeout && known.timeout !== undefined) complain(['timeout'], timeout.wrong)
    const has = (field: keyof typeof SERVER) => shape[field] !== undefined
    const transport = transportOf(known, has, complain, {
      folder,
      lookUp: (variable, path) => lookUp(variable, [...at, ...path]),
    })
    all.push(...problems)
    if (problems.length > 0 || 'wrong' in timeout || !transport) return []
    return [{ name, tools: known.tools, timeoutMs: timeout.value, transport }]
  })
  return { servers, problems: all }
}

/** `has`: whether a key is there, if only with a wrong value, which has its own complaint already. */
function transportOf(
  server: Fields<typeof SERVER>,
  has: (key: keyof typeof SERVER) => boolean,
  complain: Complain,
  { folder, lookUp }: Deps,
): McpServer['transport'] | undefined {
  const { command, args = [], url } = server
  const foreign = (keys: readonly (keyof typeof SERVER)[], owner: string) => {
    for (const key of keys) if (has(key)) complain([key], `must not be there: only ${owner} has it`)
  }
  const env = environmentOf(server.env ?? {}, complain, lookUp)
  const headers = Object.fromEntries(textsIn('headers', server.headers ?? {}, complain))
  for (const { path, message } of headerProblems(headers)) complain(['headers', ...path], message)
  if (has('command') === has('url')) {
    complain([], 'a server has either the command that starts it or the url where it runs')
    return undefined
  }
  if (has('command')) {
    foreign(OF_ADDRESSES, 'a server with a url')
    return command === undefined ? undefined : { type: 'stdio', command, args, env, folder }
  }
  foreign(OF_PROGRAMS, 'a server with a command')
  if (url === undefined) return undefined
  const allowPrivate = server.allow_private ?? false
  // While it is not known whether the address may be private, nothing is said of it.
  const isUnknown = has('allow_private') && server.allow_private === undefined
  for (const wrong of urlProblems(url, { allowPrivate: isUnknown || allowPrivate, args: undefined }))
    complain(['url'], wrong)
  return { type: 'http', url, headers, allowPrivate }
}

/** Variables to pass on by their names, or names with values. */
function environmentOf(
  env: NonNullable<Fields<typeof SERVER>['env']>,
  complain: Complain,
  lookUp: Deps['lookUp'],
): Record<string, string> {
  const entries = textsIn('env', env, complain).flatMap(([key, item]) => {
    const isListed = typeof key === 'number'
    const name = isListed ? item : key
    if (!/^[A-Za-z_]\w*$/.test(name)) {
      complain(['env', key], `${quoted(name)} cannot be the name of a variable`)
      return []
    }
    const value = isListed ? lookUp(name, ['env', key]) : item
    if (value.includes('\0')) complain(['env', key], 'must be text without zero bytes')
    return [[name, value]]
  })
  return Object.fromEntries(entries)
}

/** The items at a key that are text, with their names or indexes. */
function textsIn(
  key: 'env' | 'headers',
  items: Readonly<Record<string, unknown>> | readonly unknown[],
  complain: Complain,
): [key: string | number, value: string][] {
  const { known, problems } = readItems(text, items, [key])
  for (const { path, message } of problems) complain(path, message)
  return known
}
