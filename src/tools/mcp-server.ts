/** Opens a server of the Model Context Protocol: connected, asked what it can do, and watched. */
import type { Transport } from '@modelcontextprotocol/client'
import { CallError } from '../call/error.ts'
import type { McpServer, Tool } from '../call/tools.ts'
import { type CloseStack, createCloseStack } from '../flow/close-stack.ts'
import { settledWithin, withDeadline } from '../flow/deadline.ts'
import { type ChildProgram, startProgram } from './child-program.ts'
import { cleanWords, createRedactor } from './clean-words.ts'
import { TooLateError } from './connection-failure.ts'
import type { Lookup } from './guarded-request.ts'
import { describeOpenFailure, lacksTools } from './mcp-failure.ts'
import { createHttpTransport } from './mcp-http.ts'
import { createStdioTransport } from './mcp-stdio.ts'
import { createMcpTool, listServerTools } from './mcp-tools.ts'

const OPEN_WITHIN_MS = 10_000
const GOODBYE_MS = 1000
const MAX_WORDS = 200

/** Tells of something that the call survives. */
export type Warn = (warning: { code: string; message: string; hint?: string }) => void

/** A server whose functions can be called. */
export type OpenMcpServer = {
  readonly tools: readonly Tool[]
  /** Ends it, within 2 s. May be called twice. */
  close(): Promise<void>
}

/** `signal` and `withinMs` (default 10 s) are for the opening only. `lookup`: how names are resolved. */
export type McpServerOptions = {
  signal: AbortSignal
  warn: Warn
  lookup?: Lookup | undefined
  withinMs?: number
}

/**
 * Opens `server`. When it ends by itself later, `warn` hears of it and its functions answer with errors.
 * @throws CallError `tools-failed`, with nothing left running; `signal.reason` when aborted
 */
export async function openMcpServer(
  server: McpServer,
  { signal, warn, lookup, withinMs = OPEN_WITHIN_MS }: McpServerOptions,
): Promise<OpenMcpServer> {
  const { transport } = server
  const redact = createRedactor(Object.values(transport.type === 'stdio' ? transport.env : transport.headers))
  const parts = createCloseStack()
  let program: ChildProgram | undefined
  const lastWords = () => cleanWords(redact(program?.lastWords() ?? ''), MAX_WORDS)

  const connect = async (): Promise<Transport> => {
    if (transport.type === 'http') return connectHttp(transport, parts, lookup)
    const { deserializeMessage } = await import('@modelcontextprotocol/client')
    const { getDefaultEnvironment } = await import('@modelcontextprotocol/client/stdio')
    program = startProgram({ ...transport, env: { ...getDefaultEnvironment(), ...transport.env } })
    const { end } = program
    parts.push('program', () => end())
    return createStdioTransport(program, deserializeMessage)
  }
  const open = async (): Promise<Tool[]> => {
    const { Client } = await import('@modelcontextprotocol/client')
    const client = new Client({ name: 'ai-caller', version: '1' })
    await client.connect(await connect(), { timeout: withinMs })
    const offered = await listServerTools(client, withinMs)
    const names = offered.map(({ name }) => name)
    const lacking = server.tools?.filter((name) => !names.includes(name)) ?? []
    if (lacking.length > 0) throw lacksTools(server.name, lacking, names)
    return offered
      .filter(({ name }) => server.tools?.includes(name) ?? true)
      .map((tool) => createMcpTool(server, tool, client, redact))
  }
  const watch = (running: ChildProgram): (() => void) => {
    let watching = true
    void running.ended.then((how) => {
      const message = `the tool server ${server.name} has ended (${how})`
      const words = lastWords()
      if (watching)
        warn({ code: 'tool-server-lost', message, ...(words && { hint: `Its last words: ${words}` }) })
    })
    return () => {
      watching = false
    }
  }

  try {
    const tools = await withDeadline(open(), withinMs, () => new TooLateError(withinMs), signal)
    // On top of the stack: what we end ourselves is not lost.
    if (program) parts.push('watch', watch(program))
    return {
      tools,
      async close() {
        await parts.close()
      },
    }
  } catch (error) {
    const how = await Promise.race([program?.ended, undefined])
    await parts.close()
    signal.throwIfAborted()
    if (error instanceof CallError) throw error
    throw describeOpenFailure(server, error, { how, lastWords: lastWords() }, redact)
  }
}

async function connectHttp(
  address: Extract<McpServer['transport'], { type: 'http' }>,
  parts: CloseStack,
  lookup: Lookup | undefined,
): Promise<Transport> {
  const transport = await createHttpTransport(address, lookup)
  parts.push('connection', async () => {
    // Servers keep a session until somebody ends it.
    await settledWithin(transport.terminateSession(), GOODBYE_MS)
    await transport.close()
  })
  return transport
}
