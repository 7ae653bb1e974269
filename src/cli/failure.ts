/** How a failure outside of a call is told: a sentence and its remedy on stderr, without a stack, a secret or an escape code. */
import { toCallError } from '../call/error.ts'
import { readEnvironment } from '../config/env.ts'
import { secretsOf } from '../config/settings.ts'
import { cleanText } from '../reporters/clean-text.ts'
import { exitCodeOfEnd } from './exit-code.ts'

/** Writes the failure and resolves with its exit code. Never rejects. */
export async function tellFailure(error: unknown, stderr: NodeJS.WritableStream): Promise<number> {
  const { code, message, hint } = toCallError(error)
  const secrets = await readEnvironment().then(
    ({ settings }) => secretsOf(settings),
    () => [], // Without a readable .env there is nothing of it to give away.
  )
  const text = hint ? `error: ${message}\n${hint}` : `error: ${message}`
  stderr.write(`${cleanText(withoutSecrets(text, secrets))}\n`)
  return exitCodeOfEnd(code)
}

/** `text` with every one of the secrets masked: an error nobody expected may quote an address or a header. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets.reduce((clean, secret) => clean.replaceAll(secret, '***'), text)
}
