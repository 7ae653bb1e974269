/** What the model may do besides talking. */

/** A function as the model is told of it. `parameters` is a JSON schema of type object. */
export type ToolDeclaration = { name: string; description: string; parameters: Record<string, unknown> }

/** What a call of a function came to. `error` is one sentence for the model. `silent`: the model should not speak because of it. */
export type ToolResult = { output: unknown; silent?: boolean } | { error: string }

/** A function that the model may call. */
export type Tool = ToolDeclaration & {
  /** It is given up after this long, in ms. */
  timeoutMs: number
  /** Runs it once. `signal` aborts when nobody waits for the result any more. May reject: that counts as an error. */
  run(args: Record<string, unknown>, signal: AbortSignal): Promise<ToolResult>
}

/** A function that is a request to a server. */
export type HttpTool = ToolDeclaration & {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /**
   * Absolute, `http` or `https`. `{name}` in its path or query stands for an argument, percent-encoded; what no placeholder takes goes
   * into the query (GET, DELETE) or into a JSON body.
   */
  url: string
  /** Ready to be sent: values may be secrets. */
  headers: Readonly<Record<string, string>>
  timeoutMs: number
  maxResponseBytes: number
  /** Whether the server may be this machine or another one of its private network. */
  allowPrivate: boolean
}

/** A server of the Model Context Protocol that brings functions of its own. */
export type McpServer = {
  name: string
  /** The functions that the model gets; undefined: all. */
  tools: readonly string[] | undefined
  /** For each call of a function, in ms. */
  timeoutMs: number
  transport: /** A program to start; it gets these variables and nothing else of ours but what a program needs to run. */
    | {
        type: 'stdio'
        command: string
        args: readonly string[]
        env: Readonly<Record<string, string>>
        folder: string
      }
    | { type: 'http'; url: string; headers: Readonly<Record<string, string>>; allowPrivate: boolean }
}

/** The functions that a user has declared. */
export type ToolSources = { http: readonly HttpTool[]; mcp: readonly McpServer[] }

/** Open, ready functions. */
export type Toolbox = {
  readonly tools: readonly Tool[]
  /** Ends the servers that were started for it; resolves when they are gone. May be called twice. */
  close(): Promise<void>
}
