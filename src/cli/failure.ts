/** How a failure outside of a call is told: a sentence and its remedy on stderr, without a stack, a secret or an escape code. */
import { CallError, toCallError } from '../call/error.ts'
import { readEnvironment } from '../config/env.ts'
import { secretsOf } from '../config/settings.ts'
import { cleanText } from '../reporters/clean-text.ts'
import { exitCodeOfEnd } from './exit-code.ts'

/** Writes the failure and resolves with its exit code. Never rejects. */
export async function tellFailure(error: unknown, stderr: NodeJS.WritableStream): Promise<number> {
  // Without a readable .env there is nothing of it to give away.
  const environment = await readEnvironment().catch(() => undefined)
  const secrets = environment ? secretsOf(environment.settings) : []
  const known = limitReached(error) ?? toCallError(error)
  const { code, message, hint } = environment ? await onOldNode(known, environment.nodeVersion) : known
  const text = hint ? `error: ${message}\n${hint}` : `error: ${message}`
  stderr.write(`${cleanText(withoutSecrets(text, secrets))}\n`)
  return exitCodeOfEnd(code)
}

/** A limit of the system is no bug of ours, and the user can raise it. */
function limitReached(error: unknown): CallError | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code !== 'EMFILE' && code !== 'ENFILE') return undefined
  return new CallError(
    'settings',
    `too many open files (${code}): this machine lets the program open too few`,
    {
      hint: "Raise the limit before you start it, as with 'ulimit -n 1024'.",
    },
  )
}

/** On a Node that is too old anything may fail, and npm only warned of it. Any other error stays what it is. */
async function onOldNode(error: CallError, nodeVersion: string): Promise<CallError> {
  if (error.code !== 'internal') return error
  const { isTooOld, NEWER_NODE_HINT } = await import('./node-version.ts')
  if (!isTooOld(nodeVersion)) return error
  return new CallError('settings', `Node.js ${nodeVersion} is too old: ${error.message}`, {
    hint: NEWER_NODE_HINT,
    cause: error,
  })
}

/** `text` with every one of the secrets masked: an error nobody expected may quote an address or a header. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets.reduce((clean, secret) => clean.replaceAll(secret, '***'), text)
}
