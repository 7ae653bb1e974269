/** A function of the user's that is a request to a server. */
import type { IncomingMessage } from 'node:http'
import type { HttpTool, Tool, ToolResult } from '../call/tools.ts'
import { withDeadline } from '../flow/deadline.ts'
import { boundOutput } from './bound-output.ts'
import { cleanWords, createRedactor } from './clean-words.ts'
import { connectionFailure, TooLateError } from './connection-failure.ts'
import { addToQuery, fillUrl } from './fill-url.ts'
import { type Lookup, readBounded, sendGuarded } from './guarded-request.ts'

const MAX_ERROR_LENGTH = 300
/** Of an answer that is no success: enough for its message, however much markup it is wrapped in. */
const MAX_ERROR_BYTES = 16 * 1024
const GIVEN_UP = { error: 'It was given up.' }
const PUBLIC_HEADERS = ['accept', 'content-type', 'user-agent']

/** The function that sends `tool`'s request. Whatever the server does is a result; no connection is left behind. `lookup`: how names are resolved. */
export function createHttpTool(tool: HttpTool, lookup?: Lookup): Tool {
  const { name, description, parameters, timeoutMs } = tool
  const redact = createRedactor(
    Object.entries(tool.headers).flatMap(([name, value]) =>
      PUBLIC_HEADERS.includes(name.toLowerCase()) ? [] : [value],
    ),
  )

  const ask = async (url: URL, body: string | undefined, signal: AbortSignal): Promise<ToolResult> => {
    const { method, allowPrivate } = tool
    const headers = headersOf(tool, body)
    const answer = await sendGuarded({ url, method, headers, body, allowPrivate, signal, lookup })
    return readAnswer(answer, tool.maxResponseBytes, redact)
  }
  return {
    ...{ name, description, parameters, timeoutMs },
    async run(args, signal) {
      if (signal.aborted) return GIVEN_UP
      const filled = fillUrl(tool.url, args)
      if ('error' in filled) return filled
      const inQuery = tool.method === 'GET' || tool.method === 'DELETE'
      const url = inQuery ? addToQuery(filled.url, filled.rest) : filled.url
      const stop = new AbortController()
      try {
        const work = ask(url, inQuery ? undefined : JSON.stringify(filled.rest), stop.signal)
        return await withDeadline(work, timeoutMs, () => new TooLateError(timeoutMs), signal)
      } catch (error) {
        if (signal.aborted) return GIVEN_UP
        return { error: connectionFailure(error, url.host) }
      } finally {
        stop.abort()
      }
    },
  }
}

/** Ours first, then the user's; how the body is packed is between us and the server. */
function headersOf(tool: HttpTool, body: string | undefined): Record<string, string> {
  const headers: Record<string, string> = {
    accept: 'application/json, text/*;q=0.9, */*;q=0.5',
    'user-agent': 'ai-caller',
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  }
  for (const [name, value] of Object.entries(tool.headers)) headers[name.toLowerCase()] = value
  // What is packed small can be unpacked without end.
  return { ...headers, 'accept-encoding': 'identity' }
}

/** What is not read is left to the caller, who breaks off the connection. */
async function readAnswer(
  answer: IncomingMessage,
  maxBytes: number,
  redact: (text: string) => string,
): Promise<ToolResult> {
  const status = answer.statusCode ?? 0
  const type = answer.headers['content-type'] ?? ''
  const encoding = answer.headers['content-encoding'] ?? 'identity'
  if (status >= 300 && status < 400)
    return { error: `The server answered ${status}, a redirect, and redirects are not followed.` }
  if (encoding !== 'identity')
    return { error: `The server answered ${status}, compressed, which was not asked for.` }
  const succeeded = status >= 200 && status < 300
  const { bytes, whole } = await readBounded(answer, succeeded ? maxBytes : MAX_ERROR_BYTES)
  const text = redact(bytes.toString('utf8'))
  if (!succeeded) {
    const words = cleanWords(/\bhtml\b/i.test(type) ? withoutMarkup(text) : text, MAX_ERROR_LENGTH)
    return {
      error: words === '' ? `The server answered ${status}.` : `The server answered ${status}: ${words}`,
    }
  }
  if (!whole)
    return { error: `The server answered ${status} with more than ${maxBytes} bytes, which is too much.` }
  return { output: boundOutput(/[/+]json\b/i.test(type) ? parsed(text) : text) }
}

/** The JSON that `text` says it is, or else the text as it came. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

function withoutMarkup(html: string): string {
  return html.replace(/<(script|style)\b.*?(<\/\1>|$)/gis, ' ').replace(/<[^<>]*>/g, ' ')
}
