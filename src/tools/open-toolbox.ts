/** The functions that a user has declared, made ready to be called. */
import { CallError } from '../call/error.ts'
import type { Tool, Toolbox, ToolSources } from '../call/tools.ts'
import type { Lookup } from './guarded-request.ts'
import { createHttpTool } from './http-tool.ts'
import { openMcpServer, type Warn } from './mcp-server.ts'

/**
 * Opens every server at once, each within 10 s. `signal` aborts the opening, not the toolbox. `warn` hears of a server that ends by
 * itself later. `lookup`: how names are resolved, for servers on the network; default: the system's way.
 * @throws CallError `tools-failed` when a server does not start, lacks a function that is wanted of it, or two functions have the same
 *   name; nothing is left running then. `signal.reason` when aborted
 */
export async function openToolbox(
  sources: ToolSources,
  options: { signal: AbortSignal; warn: Warn; lookup?: Lookup },
): Promise<Toolbox> {
  const opened = await Promise.allSettled(sources.mcp.map((server) => openMcpServer(server, options)))
  const servers = opened.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
  const close = async () => {
    await Promise.all(servers.map((server) => server.close()))
  }
  try {
    for (const result of opened) if (result.status === 'rejected') throw result.reason
    const http = sources.http.map((tool) => createHttpTool(tool, options.lookup))
    const tools = [...http, ...servers.flatMap((server) => server.tools)]
    refuseNamesakes(tools)
    return { tools, close }
  } catch (error) {
    await close()
    throw error
  }
}

function refuseNamesakes(tools: readonly Tool[]): void {
  const names = tools.map(({ name }) => name)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice === undefined) return
  throw new CallError('tools-failed', `two tools have the name ${twice}`, {
    hint: 'Rename a tool or a server of the script, or say which functions of a server are wanted.',
  })
}
