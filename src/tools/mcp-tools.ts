/** The functions of an open MCP server as the model gets them. */
import type { Client, Tool as ServerTool } from '@modelcontextprotocol/client'
import type { McpServer, Tool, ToolResult } from '../call/tools.ts'
import { describeCallFailure } from './mcp-failure.ts'
import { toToolResult } from './mcp-result.ts'

const MAX_PAGES = 20
const MAX_DESCRIPTION_LENGTH = 2048
/** What Gemini calls a function: https://ai.google.dev/api/caching#FunctionDeclaration. */
const MAX_NAME_LENGTH = 64

/** All functions of a server, at most 20 pages of them; none when it says that it has none. */
export async function listServerTools(client: Client, timeoutMs: number): Promise<ServerTool[]> {
  const tools: ServerTool[] = []
  if (!client.getServerCapabilities()?.tools) return tools
  let params = {}
  for (let page = 0; page < MAX_PAGES; page += 1) {
    // Not the SDK's listTools(), which has words for the console.
    const found = await client.request({ method: 'tools/list', params }, { timeout: timeoutMs })
    tools.push(...found.tools)
    if (found.nextCursor === undefined) break
    params = { cursor: found.nextCursor }
  }
  return tools
}

/** `tool` as a function of ours, named after its server as well. It never rejects. `redact`: for what the server says of its errors. */
export function createMcpTool(
  { name: serverName, timeoutMs }: McpServer,
  tool: ServerTool,
  client: Client,
  redact: (text: string) => string,
): Tool {
  return {
    name: toolName(serverName, tool.name),
    description: (tool.description ?? tool.title ?? tool.name).slice(0, MAX_DESCRIPTION_LENGTH),
    parameters: tool.inputSchema,
    timeoutMs,
    async run(args, signal): Promise<ToolResult> {
      try {
        // Not the SDK's callTool(), which compiles what the server says of its results.
        const call = { method: 'tools/call', params: { name: tool.name, arguments: args } } as const
        return toToolResult(await client.request(call, { signal, timeout: timeoutMs }), redact)
      } catch (error) {
        if (signal.aborted) return { error: 'It was given up.' }
        return { error: describeCallFailure(serverName, error, client.transport === undefined, redact) }
      }
    },
  }
}

/** `<server>_<tool>`, reduced to what Gemini accepts as a name. */
export function toolName(server: string, tool: string): string {
  return `${server}_${tool}`
    .replace(/[^\w.:-]/g, '_')
    .replace(/^(?![A-Za-z_])/, '_')
    .slice(0, MAX_NAME_LENGTH)
}
