/** Why an MCP server cannot be used, or could not answer. Pure. */
import { CallError } from '../call/error.ts'
import type { McpServer } from '../call/tools.ts'
import { cleanWords } from './clean-words.ts'
import { TooLateError, whyUnreached } from './connection-failure.ts'

const MAX_LENGTH = 200

/** What is known of a server that is a program: how it ended (undefined: it has not), and its last line of error output, clean. */
export type ProgramNews = { how: string | undefined; lastWords: string }

/** The `tools-failed` error for `error`, which opening the server threw. `redact` takes our secrets out of what the server says. */
export function describeOpenFailure(
  { name, transport }: McpServer,
  error: unknown,
  { how, lastWords }: ProgramNews,
  redact: (text: string) => string,
): CallError {
  const late =
    error instanceof TooLateError ? `was not ready within ${error.afterMs / 1000} seconds` : undefined
  if (transport.type === 'http')
    return failed(
      name,
      late ?? whyHttpFailed(error, redact),
      'Check its url and its headers, and that it runs.',
    )
  const code =
    error instanceof Error && 'syscall' in error && 'code' in error ? String(error.code) : undefined
  if (code !== undefined)
    return failed(
      name,
      `cannot be started (${code})`,
      `Check that ${cleanWords(transport.command, MAX_LENGTH)} is installed, and that its folder exists.`,
    )
  const what = how === undefined ? (late ?? whatItSaid(error, redact)) : `ended before it was ready (${how})`
  return failed(
    name,
    lastWords === '' ? what : `${what}: ${lastWords}`,
    late === undefined
      ? 'Start its command by hand to see what it says.'
      : 'If it downloads itself when it starts for the first time, start its command by hand once.',
  )
}

/** The server does not have what the user wants of it. */
export function lacksTools(name: string, lacking: readonly string[], offered: readonly string[]): CallError {
  const has = offered.length === 0 ? 'It has none.' : `It has: ${cleanWords(offered.join(', '), MAX_LENGTH)}.`
  return failed(name, `has no function ${lacking.join(', ')}`, has)
}

/** Why a call of a function failed, in a sentence for the model. `gone`: the connection has ended. */
export function describeCallFailure(
  name: string,
  error: unknown,
  gone: boolean,
  redact: (text: string) => string,
): string {
  const isLate = error instanceof Error && 'code' in error && error.code === 'REQUEST_TIMEOUT'
  if (isLate) return `The server ${name} did not answer in time.`
  if (gone) return `The server ${name} is gone.`
  return `The server ${name} ${isOfProtocol(error) ? whatItSaid(error, redact) : whyUnreached(error)}.`
}

function whyHttpFailed(error: unknown, redact: (text: string) => string): string {
  if (error instanceof Error && 'status' in error) return `answered ${error.status}`
  return isOfProtocol(error) ? whatItSaid(error, redact) : whyUnreached(error)
}

/** The SDK's own errors; all others are of the connection. */
function isOfProtocol(error: unknown): error is Error {
  return error instanceof Error && /^(Sdk|Protocol)/.test(error.name)
}

function whatItSaid(error: unknown, redact: (text: string) => string): string {
  const words = error instanceof Error ? cleanWords(redact(error.message), MAX_LENGTH).replace(/\.$/, '') : ''
  return words === '' ? 'failed' : `failed: ${words}`
}

function failed(name: string, what: string, hint: string): CallError {
  return new CallError('tools-failed', `the tool server ${name} ${what}`, { hint })
}
